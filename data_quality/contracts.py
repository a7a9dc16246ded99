"""Contracts: one YAML file per extract says how it is recognised and what each row and column means."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

HERE = Path(__file__).parent / "contracts"
DASHES = str.maketrans("–—‑−", "----")

PROVENANCE = {
    "authority_code": ("varchar", "ONS code of the authority that delivered the row."),
    "reporting_month": ("date", "First day of the month whose extract the row came in."),
    "version": ("integer", "Version of the extract for that month; the highest is current."),
    "file_path": ("varchar", "Path of the file below the landing folder."),
    "sheet": ("varchar", "Sheet of the workbook; null for text files."),
    "source_row": ("integer", "Row of the file or sheet, as a spreadsheet numbers it."),
    "columns_chosen": (
        "varchar",
        "JSON: each column of this row and the spreadsheet column it was read from.",
    ),
    "file_sha256": ("varchar", "SHA-256 of the file; the vault keeps its bytes under it."),
    "loaded_at": ("timestamp", "When the row was loaded (UTC)."),
}
MEASURE_ID = (
    "varchar",
    "The measure that the row's label stands for in the contract; null when no label of it does.",
)


def fold(text: str) -> str:
    """Header or label with case, spacing and kind of dash folded away, so that ' 1 -15  Days' equals '1-15 days'."""
    return "".join(text.casefold().translate(DASHES).split())


def financial_month(month: date) -> int:
    """1 for April to 12 for March."""
    return (month.month - 4) % 12 + 1


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Strict):
    """One column of an extract; `headers` are every accepted header, exact but for case and spacing."""

    name: str
    headers: tuple[str, ...]
    type: Literal["text", "figure"]
    description: str
    financial_month: int | None = None

    def accepted_headers(self, reporting_month: date) -> dict[str, str]:
        """Accepted headers of one reporting month's return: folded form to the form to show a person."""
        april = date(reporting_month.year - (reporting_month.month < 4), 4, 1)
        shift = 3 + (self.financial_month or 1) - 1
        month = date(april.year + shift // 12, shift % 12 + 1, 1)
        following = april.year + 1
        names = {
            "mmm": f"{month:%b}".upper(),
            "abbr": "Sept" if month.month == 9 else f"{month:%b}",
            "month": f"{month:%B}",
            "mm": f"{month:%m}",
            "yy": f"{month:%y}",
            "yyyy": f"{month:%Y}",
            "fy": f"{april.year}/{following % 100:02d}",
            "fy_dash": f"{april.year}-{following % 100:02d}",
            "fy_long": f"{april.year}/{following}",
        }
        shown = [header.format(**names) for header in self.headers]
        return {fold(header): header for header in reversed(shown)}


class Row(_Strict):
    """One row of a summary return: the measure it prints and every label accepted for it."""

    measure_id: str
    labels: tuple[str, ...]


class Contract(_Strict):
    """The contract of one extract. Grain of its raw table: one row per source row and file version."""

    extract: str
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @model_validator(mode="after")
    def _labels_are_unambiguous(self) -> "Contract":
        folded = [fold(label) for row in self.rows for label in row.labels]
        if twice := {label for label in folded if folded.count(label) > 1}:
            raise ValueError(f"labels accepted for two rows: {', '.join(sorted(twice))}")
        return self

    @property
    def measure_ids(self) -> tuple[str, ...]:
        return tuple(row.measure_id for row in self.rows)

    def labels(self) -> dict[str, str]:
        """Folded label to measure id."""
        return {fold(label): row.measure_id for row in self.rows for label in row.labels}

    def required_columns(self, reporting_month: date) -> tuple[Column, ...]:
        """The label, the months from April to the reporting month, and the year to date."""
        last = financial_month(reporting_month)
        return tuple(c for c in self.columns if c.financial_month is None or c.financial_month <= last)


def raw_columns(contract: Contract) -> dict[str, tuple[str, str]]:
    """Column name to (type, description) of `raw.<extract>`, in order."""
    columns = {column.name: ("varchar", column.description) for column in contract.columns}
    return {"measure_id": MEASURE_ID} | columns | PROVENANCE


def read_contract(path: Path) -> Contract:
    """Parse one contract; a slip in the YAML raises pydantic's error, which names the field."""
    document = yaml.safe_load(path.read_text())
    if isinstance(document["columns"], str):
        document["columns"] = yaml.safe_load((path.parent / document["columns"]).read_text())
    return Contract.model_validate(document)


@cache
def load_contracts() -> dict[str, Contract]:
    """Every contract by extract name, in the order of their names."""
    paths = sorted(p for p in HERE.glob("*.yml") if not p.name.startswith("_"))
    contracts = {contract.extract: contract for contract in map(read_contract, paths)}
    assert set(contracts) == {p.stem for p in paths}, "a contract's file is named after its extract"
    return contracts
