"""Every value that the pack shows, one in a row: a table to filter and to pivot."""

from collections.abc import Iterator
from datetime import date

from reporting.pack.document import Cell, Table
from reporting.pack.figures import Shown, half_up
from reporting.pack.records import Limits, Measure
from reporting.words import financial_year

COLUMNS = ["Month", "Financial year", "Domain", "Measure", "Unit", "Basis", "Value", "Symbol"]
JUDGED = ["Mean", "Lower limit", "Upper limit", "Signal", "Target", "Better"]
NUMERIC = {"Value", "Mean", "Lower limit", "Upper limit", "Target"}


def tidy(shown: Shown) -> Table:
    """Return a row for each measure and month shown. A value that is not shown has its symbol instead."""
    rows = [
        _row(shown, shown.published.measures[measure_id], month)
        for measure_id in shown.measure_ids
        for month in shown.published.months
    ]
    columns = COLUMNS + JUDGED
    is_numeric = [column in NUMERIC for column in columns]
    return Table("data", "Every value in this pack", columns, rows, is_numeric, filters=columns)


def _row(shown: Shown, measure: Measure, month: date) -> list[Cell]:
    cell = shown.month(measure.measure_id, month)
    words = [
        *(f"{month:%Y-%m}", financial_year(month), measure.domain.replace("_", " "), measure.measure_name),
        *(measure.unit, shown.bases[measure.measure_id]),
    ]
    value = Cell(cell.text, cell.number, cell.decimals) if cell.number is not None else Cell("")
    symbol = Cell("" if cell.number is not None else cell.text)
    judged = _judged(measure, shown.limits(measure.measure_id, month))
    return [*map(Cell, words), value, symbol, *judged]


def _judged(measure: Measure, found: Limits | None) -> Iterator[Cell]:
    for limit in (found.mean, found.lower_limit, found.upper_limit) if found else (None, None, None):
        yield _number(limit)
    yield Cell("" if found is None else "yes" if found.is_signal else "no")
    yield _number(measure.target)
    yield Cell(measure.polarity)


def _number(value: float | None) -> Cell:
    number = None if value is None else half_up(value, 1)
    return Cell("" if number is None else f"{number:g}", number, 1)
