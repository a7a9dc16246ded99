"""Contracts: one YAML file per extract says how it is recognised and what each row and column means.

An extract is a return (rows are measures, columns are months), a list (a row for each event or child), quotes (a row
for each figure that a text quotes) or statistics (a row for each published figure); the last two are read as a list is.
"""

from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

HERE = Path(__file__).parent / "contracts"
TYPOGRAPHY = str.maketrans("–—‑−\u2018\u2019", "----''")  # dashes and Excel's curly apostrophes

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
    """Header or label with case, spacing, kind of dash and of apostrophe folded away: ' 1 -15  Days' is '1-15days'."""
    return "".join(text.casefold().translate(TYPOGRAPHY).split())


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
        return _accepted_headers(self.headers, self.financial_month, reporting_month)


@cache  # of each file that comes, every contract is asked for them
def _accepted_headers(headers: tuple[str, ...], of_month: int | None, reporting_month: date) -> dict[str, str]:
    april = date(reporting_month.year - (reporting_month.month < 4), 4, 1)
    shift = 3 + (of_month or 1) - 1
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
    shown = [header.format(**names) for header in headers]
    return {fold(header): header for header in reversed(shown)}


class Row(_Strict):
    """One row of a summary return: the measure it prints and every label accepted for it."""

    measure_id: str
    labels: tuple[str, ...]


class ListColumn(_Strict):
    """One column of a list; `headers` are every accepted header, exact but for case and spacing."""

    name: str
    headers: tuple[str, ...]
    type: Literal["text", "identifier", "date", "integer", "code"]
    codes: str | None = None
    """The code list that a column of type `code` draws on."""
    required: bool
    may_be_blank: bool = False
    """Of a required column: it must be there, but a file may have nothing in it."""
    repeats: bool = False
    """Of an XML file: the element may stand several times; the texts are put together with commas."""
    personal: Literal["direct", "quasi", "special", "staff"] | None = None
    """Identifies a child directly or together with others, is of a special category, or identifies a worker."""
    description: str

    @model_validator(mode="after")
    def _a_code_has_a_code_list(self) -> "ListColumn":
        if (self.type == "code") != (self.codes is not None):
            raise ValueError(f"{self.name}: a column of type code names its code list, and no other does")
        return self

    @cached_property
    def folded_headers(self) -> frozenset[str]:
        return frozenset(map(fold, self.headers))


class _Contract(_Strict):
    extract: str
    title: str
    description: str
    due_working_days: int | None = None
    """Working days after the end of the month by which it is to come; without any it is never late."""


class ReturnContract(_Contract):
    """A summary return: its rows are measures, its columns months. One raw row per source row and file version."""

    kind: Literal["return"] = "return"
    profile: Literal["printed", "workforce"] = "printed"
    """The returns come together, but for one that not every authority has."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @model_validator(mode="after")
    def _labels_are_unambiguous(self) -> "ReturnContract":
        folded = [fold(label) for row in self.rows for label in row.labels]
        if twice := _twice(folded):
            raise ValueError(f"labels accepted for two rows: {twice}")
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


class ListContract(_Contract):
    """A list: one row per event or child, per figure quoted or published. One raw row per source row and version."""

    kind: Literal["list", "quotes", "statistics"]
    profile: Literal["annex_a", "ssd", "ssda903", "cin_census", "quoted", "published"]
    """The standard whose layout it has, or `quoted` or `published`; files of one profile come together."""
    part: str | None = None
    """Of an XML file: the element whose every occurrence is a row."""
    columns: tuple[ListColumn, ...]
    key: tuple[str, ...]
    """The columns that tell one event from another."""

    @model_validator(mode="after")
    def _columns_are_unambiguous(self) -> "ListContract":
        names = [column.name for column in self.columns]
        headers = [header for column in self.columns for header in column.folded_headers]
        if twice := _twice(names + list(PROVENANCE)) or _twice(headers):
            raise ValueError(f"names or headers of two columns: {twice}")
        if unknown := set(self.key) - set(names):
            raise ValueError(f"the key names columns that are not there: {', '.join(sorted(unknown))}")
        return self

    @property
    def required(self) -> tuple[ListColumn, ...]:
        return tuple(column for column in self.columns if column.required)


Contract = ReturnContract | ListContract


def _twice(items: list[str]) -> str:
    return ", ".join(sorted({item for item in items if items.count(item) > 1}))


def raw_columns(contract: Contract) -> dict[str, tuple[str, str]]:
    """Column name to (type, description) of `raw.<extract>`, in order."""
    measure = {"measure_id": MEASURE_ID} if contract.kind == "return" else {}
    return measure | {column.name: ("varchar", column.description) for column in contract.columns} | PROVENANCE


def read_yaml(text: str) -> Any:
    """What a YAML text says: `yaml.safe_load` in C, ten times as fast, for every command reads the contracts."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def read_contract(path: Path) -> Contract:
    """Parse one contract; a slip in the YAML raises pydantic's error, which names the field.

    `columns` may name a file that has them; `head` names one whose columns come first.
    """

    def included(name: str) -> list:
        return read_yaml((path.parent / name).read_text())

    document = read_yaml(path.read_text())
    if isinstance(document["columns"], str):
        document["columns"] = included(document["columns"])
    if head := document.pop("head", None):
        document["columns"] = included(head) + document["columns"]
    kind = ListContract if "kind" in document else ReturnContract
    return kind.model_validate(document)


@cache
def load_contracts() -> dict[str, Contract]:
    """Every contract by extract name, in the order of their names."""
    paths = sorted(p for p in HERE.glob("*.yml") if not p.name.startswith("_"))
    contracts = {contract.extract: contract for contract in map(read_contract, paths)}
    assert set(contracts) == {p.stem for p in paths}, "a contract's file is named after its extract"
    return contracts
