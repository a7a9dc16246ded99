"""Read the printed returns of an authority as plain numbers, for synthetic lists to follow."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dateutil.relativedelta import relativedelta

from data_quality.contracts import ReturnContract, financial_month, load_contracts
from ingestion.identify import identify
from ingestion.reading import read_tables
from ingestion.tables import Identified, RefusedError, Table
from synthesis.authorities import check_known

RETURNS = (
    "overview",
    "referrals_to_assessment",
    "assessment_timespan",
    "cpp_duration",
    "lac_movement",
    "placement_stability",
)


@dataclass(frozen=True)
class Returns:
    """Printed figures by extract, measure id and month of the financial year; blank cells are left out."""

    folder: str
    authority: str
    first: date
    months: int
    figures: dict[tuple[str, str, int], float]

    def months_of(self, measure: str, *extracts: str) -> dict[int, int]:
        """Return a measure's figure for each month, from the first of the extracts that prints it."""
        found: dict[int, int] = {}
        for (extract, name, month), figure in self.figures.items():
            if name == measure and (not extracts or extract in extracts):
                found.setdefault(month, round(figure))
        return found


def read_returns(folder: Path) -> Returns:
    """Read every printed return in <authority>/<YYYY-MM>/. Raises ValueError where that is not possible."""
    folder = folder.resolve()
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    try:
        reporting = date.fromisoformat(f"{folder.name}-01")
    except ValueError:
        raise ValueError(
            f"the folder {folder} is not named after a month. Name it YYYY-MM, for example 2013-12"
        ) from None
    check_known(folder.parent.name)
    figures: dict[tuple[str, str, int], float] = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")):
        figures |= _figures(path, reporting)
    if not figures:
        raise ValueError(f"{folder} has no printed return in it")
    months = financial_month(reporting)
    return Returns(str(folder), folder.parent.name, reporting - relativedelta(months=months - 1), months, figures)


def _figures(path: Path, reporting: date) -> dict[tuple[str, str, int], float]:
    read: dict[tuple[str, str, int], float] = {}
    try:
        for table in read_tables(path):
            found = identify(table, load_contracts().values(), reporting)
            contract = load_contracts()[found.extract]
            if isinstance(contract, ReturnContract) and found.extract in RETURNS:  # there may be others in the folder
                read |= _of_table(table, found, contract, reporting)
    except RefusedError as refused:
        raise ValueError(f"{path.name}: {refused}") from None
    return read


def _of_table(
    table: Table, found: Identified, contract: ReturnContract, reporting: date
) -> dict[tuple[str, str, int], float]:
    months = {column.name: column.financial_month for column in contract.columns}
    read = {}
    for row, measure in found.rows.items():
        cells = table.rows[row]
        for name, at in found.columns.items():
            month = months[name]
            number = _number(cells[at]) if at < len(cells) else None
            if measure and month and month <= financial_month(reporting) and number is not None:
                read[found.extract, measure, month] = number
    return read


def _number(text: str) -> float | None:
    """Return the number in '1,234' or '9.00%', or None for a blank or a word."""
    try:
        return float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return None
