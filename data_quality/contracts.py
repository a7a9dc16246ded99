"""Contracts: one YAML file per extract says how it is recognised and what each row and column means.

An extract is a return (rows are measures, columns are months), a list (a row for each event or child), quotes (a row
for each figure that a text quotes) or statistics (a row for each published figure); the last two are read as a list is.

`contracts/<dataset>/<list>.yml` is the contract of `raw.<dataset>_<list>`. A summary return, and whatever is a dataset
of its own, is called as its file is. The reader's headers, the raw table, dbt's source and staging model, the checks of
rows, the expectations and the headers of made-up files all follow from the contracts.
"""

import csv
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

HERE = Path(__file__).parent / "contracts"
DATASETS = Path(__file__).parent.parent / "seeds" / "reference" / "datasets.csv"
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


def bare(text: str) -> str:
    """Header with its punctuation folded away too: 'Referral NFA ?' and 'REFERRAL_NFA' are 'referralnfa'."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def financial_month(month: date) -> int:
    """1 for April to 12 for March."""
    return (month.month - 4) % 12 + 1


@cache
def child_level() -> tuple[str, ...]:
    """Return the datasets of lists with a row for each event or child, the ones that `datasets.csv` ranks."""
    with DATASETS.open(newline="") as file:
        return tuple(row["dataset"] for row in csv.DictReader(file))


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
    required: bool = True
    """False for a row that returns have had only since some month: without it a return is complete all the same."""


class ListColumn(_Strict):
    """One column of a list; `headers` are every accepted header, exact but for case and spacing."""

    name: str
    headers: tuple[str, ...]
    type: Literal["text", "identifier", "date", "integer", "code"]
    codes: str | None = None
    """The code list that a column of type `code` draws on."""
    in_use_on: str | None = None
    """The date on which the code must have been in use; the event's own where none is named."""
    bounds: tuple[int, int] | None = None
    """The least and the greatest whole number that a cell may hold."""
    completed: bool = False
    """Of an integer: the whole part of a number counts, as of an age in years."""
    not_before: str | None = None
    """The date of the row that this date cannot lie before."""
    decisive: bool = False
    """A measure is wrong without it, not merely poorer: without an end date everything would be open. Where it is also
    required, a file in which it is blank in every row holds the authority back."""
    raw_only: bool = False
    """It never leaves the raw table: nothing is counted by it."""
    hashed: bool = False
    """It leaves the raw table as a keyed hash only, `<name>_key`: to tell whether two rows have the same."""
    required: bool
    may_be_blank: bool = False
    """Of a required column: it must be there, but a file may have nothing in it."""
    stays: bool = False
    """Of an XML file: the element is of its own part alone, though a part inside it has one of that name."""
    elements: tuple[str, ...] = ()
    """Of an XML file: the names of its element, where they are not the headers."""
    repeats: bool = False
    """In an XML file the element may occur several times. Its texts are joined with commas."""
    personal: Literal["direct", "quasi", "special", "staff"] | None = None
    """Identifies a child directly or together with others, is of a special category, or identifies a worker."""
    description: str

    @model_validator(mode="after")
    def _a_code_has_a_code_list(self) -> "ListColumn":
        if (self.type == "code") != (self.codes is not None):
            raise ValueError(f"{self.name}: a column of type code names its code list, and no other does")
        if (self.type == "integer") != (self.bounds is not None):
            raise ValueError(f"{self.name}: a column of type integer gives its bounds, and no other does")
        return self

    @property
    def element_names(self) -> tuple[str, ...]:
        """Return every name that its element has had in an XML file."""
        return self.elements or self.headers

    @cached_property
    def folded_headers(self) -> frozenset[str]:
        """The accepted headers as `fold` leaves them."""
        return frozenset(map(fold, self.headers))


class Contradiction(_Strict):
    """Cells that no row can have together: each column with a yes or no, its codes, or whether it is blank or given."""

    check_id: str
    column: str
    """The one that the finding names."""
    cells: tuple[tuple[str, bool | Literal["blank", "given"] | tuple[str, ...]], ...]

    @field_validator("cells", mode="before")
    @classmethod
    def _pairs(cls, cells: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
        return tuple(cells.items())


class _Contract(_Strict):
    dataset: str
    """The folder of the contract: files of one dataset come together."""
    list: str
    """The name of its file."""
    title: str
    description: str
    due_working_days: int | None = None
    """Working days after the end of the month by which it is to come; without any it is never late."""

    @property
    def extract(self) -> str:
        """The name of its raw table, and in the ledger and the findings."""
        return f"{self.dataset}_{self.list}" if self.dataset in child_level() else self.list


class ReturnContract(_Contract):
    """A summary return: its rows are measures, its columns months. One raw row per source row and file version."""

    kind: Literal["return"] = "return"
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
        """The measures that it prints, in its order."""
        return tuple(row.measure_id for row in self.rows)

    @property
    def required_measure_ids(self) -> tuple[str, ...]:
        """Return the measures that every return must print."""
        return tuple(row.measure_id for row in self.rows if row.required)

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
    part: str | None = None
    """Of an XML file: the element whose every occurrence is a row."""
    is_flag: bool = False
    """Of a part: the element is a row where it says 1, and the facts of the row stand around it."""
    columns: tuple[ListColumn, ...]
    other_cells: str | None = None
    """The column that keeps, as JSON by folded header, every cell that no other column reads; no file has it itself."""
    left_aside_if_called: tuple[str, ...] = ()
    """Words in the name of the sheet, or in the title of a text file, that say that it is only a part of the whole."""
    is_of_every_area: bool = False
    """It holds figures of all authorities, so it may come once for all of them, in the folder `published`."""
    key: tuple[str, ...]
    """The columns that tell one event from another."""
    event_date: str | None = None
    """The date without which a row counts nowhere."""
    filed_by: tuple[str, ...] = ()
    """The date by which the list keeps a row, the first of these that is filled; a row without it is still open and
    stays in the list until it has one."""
    told_apart_by: str | None = None
    """The id of events that are alike in their key: they are numbered by it, for not every dataset gives ids."""
    rows_of: tuple[str, ...] = ()
    """The kinds of events that each of its rows is, or gives the latest of; first the one that every row is."""
    table_order: int = 0
    """Of two tables whose rows are events of one list, the one with the greater number counts where both give one."""
    details_of: tuple[str, ...] = ()
    """The kinds of events that it says more of; a correction of it is a correction of them."""
    contradictions: tuple[Contradiction, ...] = ()
    """Of Annex A: what the rows of the list, in any dataset, may not say."""
    ends_by_age: int | None = None
    """Of Annex A: the age in years at which each event is over."""
    fact: str | None = None
    """Of Annex A: the fact that its events become, and the events of the same list in every other dataset."""
    event_key: str | None = None
    """Of Annex A: the key of that fact."""

    @model_validator(mode="after")
    def _columns_are_unambiguous(self) -> "ListContract":
        names = [column.name for column in self.columns]
        headers = [header for column in self.columns for header in column.folded_headers]
        if twice := _twice(names + list(PROVENANCE)) or _twice(headers):
            raise ValueError(f"names or headers of two columns: {twice}")
        if unknown := {*self.key, *self._columns_named} - set(names):
            raise ValueError(f"columns are named that are not there: {', '.join(sorted(unknown))}")
        return self

    @model_validator(mode="after")
    def _events_are_of_a_ranked_dataset(self) -> "ListContract":
        if (self.rows_of or self.details_of) and self.dataset not in child_level():
            raise ValueError(f"{self.dataset} is not in seeds/reference/datasets.csv; add it there with its rank")
        if self.dataset == "annex_a" and not (self.fact and self.event_key):
            raise ValueError("a list of Annex A names its fact and its event_key")
        return self

    @property
    def _columns_named(self) -> set[str]:
        of_columns = [name for column in self.columns for name in (column.not_before, column.in_use_on)]
        of_rows = [name for said in self.contradictions for name in (said.column, *dict(said.cells))]
        named = (self.event_date, self.told_apart_by, self.other_cells, *self.filed_by, *of_columns, *of_rows)
        return {name for name in named if name}

    @property
    def required(self) -> tuple[ListColumn, ...]:
        """The columns that a file must have."""
        return tuple(column for column in self.columns if column.required)

    @property
    def required_cells(self) -> dict[bool, tuple[str, ...]]:
        """Return the required columns that no file may leave blank in every row: decisive ones, and the others.

        Without the key and the date of its event no row counts, so they are decisive too.
        """
        needed = {*self.key, self.event_date, "child_id"}
        names: dict[bool, tuple[str, ...]] = {True: (), False: ()}
        for column in self.required:
            if not column.may_be_blank:
                names[column.decisive or column.name in needed] += (column.name,)
        return names

    @property
    def staged(self) -> tuple[ListColumn, ...]:
        """The columns that staging reads."""
        return tuple(column for column in self.columns if not column.raw_only)


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

    def included(name: str) -> list[Any]:
        return list(read_yaml((path.parent / name).read_text()))

    document = {"dataset": path.parent.name, "list": path.stem} | read_yaml(path.read_text())
    if isinstance(document["columns"], str):
        document["columns"] = included(document["columns"])
    if head := document.pop("head", None):
        document["columns"] = included(head) + document["columns"]
    kind = ListContract if "kind" in document else ReturnContract
    return kind.model_validate(document)


@cache
def load_contracts() -> dict[str, Contract]:
    """Every contract by extract name, in the order of their names."""
    contracts = [read_contract(path) for path in HERE.glob("*/*.yml") if not path.name.startswith("_")]
    return {contract.extract: contract for contract in sorted(contracts, key=lambda contract: contract.extract)}


@cache
def of_every_area() -> frozenset[str]:
    """Return the extracts with figures of all authorities. Two of them in one month do not correct each other."""
    contracts = load_contracts().values()
    return frozenset(c.extract for c in contracts if isinstance(c, ListContract) and c.is_of_every_area)
