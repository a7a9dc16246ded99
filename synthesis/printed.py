"""The printed returns of an authority as plain numbers, for synthetic lists to follow."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data_quality.contracts import financial_month, load_contracts
from ingestion.identify import identify
from ingestion.landing import authorities
from ingestion.reading import read_tables
from ingestion.tables import RefusedError

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
    """Printed figures by (extract, measure id, month of the financial year); what was left blank is not in it."""

    folder: str
    authority: str
    first: date
    months: int
    figures: dict[tuple[str, str, int], float]

    def months_of(self, measure: str, *extracts: str) -> dict[int, int]:
        """A measure's months, from the first of the extracts that prints each."""
        found: dict[int, int] = {}
        for (extract, name, month), figure in self.figures.items():
            if name == measure and (not extracts or extract in extracts):
                found.setdefault(month, round(figure))
        return found


def read_returns(folder: Path) -> Returns:
    """Every printed return in <authority>/<YYYY-MM>/. Raises ValueError, saying what is wrong, where that fails."""
    folder = folder.resolve()
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    try:
        reporting = date.fromisoformat(f"{folder.name}-01")
    except ValueError:
        raise ValueError(f"{folder} should be named after the month of its returns, such as 2013-12") from None
    if folder.parent.name not in authorities():
        raise ValueError(f"{folder.parent.name} is no authority of seeds/reference/authorities.csv")
    figures: dict[tuple[str, str, int], float] = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")):
        figures |= _figures(path, reporting)
    if not figures:
        raise ValueError(f"{folder} holds no printed return")
    months = financial_month(reporting)
    first = date(reporting.year - (reporting.month < 4), 4, 1)
    return Returns(str(folder), folder.parent.name, first, months, figures)


def _figures(path: Path, reporting: date) -> dict[tuple[str, str, int], float]:
    contracts = load_contracts()
    read = {}
    try:
        for table in read_tables(path):
            found = identify(table, contracts.values(), reporting)
            if found.extract not in RETURNS:  # other extracts may lie beside the returns
                continue
            columns = {c.name: c.financial_month for c in contracts[found.extract].columns if c.financial_month}
            for row, measure in found.rows.items():
                for name, month in columns.items():
                    cells, at = table.rows[row], found.columns.get(name)
                    text = cells[at] if at is not None and at < len(cells) else ""
                    number = _number(text)
                    if measure and number is not None and month <= financial_month(reporting):
                        read[found.extract, measure, month] = number
    except RefusedError as refused:
        raise ValueError(f"{path.name}: {refused}") from None
    return read


def _number(text: str) -> float | None:
    """The number in '1,234' or '9.00%'; None in a blank or a word."""
    try:
        return float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return None
