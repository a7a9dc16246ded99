"""The charts of a topic, each from rows of its table."""

from datetime import date

from reporting.pack import charts
from reporting.pack.document import Cell, Chart
from reporting.pack.figures import Shown
from reporting.pack.wording import limits

KINDS = {
    "line": "Line chart by month",
    "stacked": "Stacked columns by month",
    "stock_and_flow": "Line of the caseload over columns of those who came and left",
}


def chart(shown: Shown, table_id: str, kind: str, title: str, *measure_ids: str) -> Chart | None:
    """None where fewer than two months of its first row can be shown."""
    published = shown.published
    known = [measure_id for measure_id in measure_ids if measure_id in published.measures]
    rows = {m: [shown.month(m, month) for month in published.months] for m in known}
    rows = {m: cells for m, cells in rows.items() if any(cell.number is not None for cell in cells)}
    if not known or sum(cell.number is not None for cell in rows.get(known[0], [])) < 2:
        return None
    names = {m: published.measures[m].measure_name for m in rows}
    months = [f"{month:%b}" for month in published.months]
    series = [(names[m], cells) for m, cells in rows.items()]
    if kind == "line":
        drawn = _line(shown, known[0], months, series[0][1])
    elif kind == "stacked":
        drawn = charts.stacked(months, series, is_ordered=len(series) > 2)
    else:
        drawn = charts.stock_and_flow(months, series[0], series[1:])
    return Chart(
        chart_id=f"chart-{known[0].replace('_', '-')}-{kind.replace('_', '-')}",
        title=title or names[known[0]],
        alternative=_alternative(kind, published.months, rows, names),
        specification=drawn,
        kind=kind,
        table_id=table_id,
        measure_ids=list(rows),
        number_format='0"%"' if published.measures[known[0]].unit == "percentage" else "#,##0",
    )


def breaks(shown: Shown, measure_id: str) -> list[dict]:
    """Recorded changes in how the measure is made or recorded."""
    domain = shown.published.measures[measure_id].domain
    return [
        found
        for found in shown.published.breaks
        if found["measure_id"] in (None, measure_id) and found["domain"] in (None, domain)
    ]


def _line(shown: Shown, measure_id: str, months: list[str], cells: list[Cell]) -> str:
    of_year = shown.published.months
    broken = [f"{found['break_month']:%b}" for found in breaks(shown, measure_id) if found["break_month"] in of_year]
    limited = [limits(shown, measure_id, month) for month in of_year]
    return charts.line(months, cells, limited, shown.published.measures[measure_id].target, broken)


def _alternative(kind: str, months: list[date], rows: dict[str, list[Cell]], names: dict[str, str]) -> str:
    """What the picture says, for those who do not see it, in the figures that the pack shows."""
    said = []
    for measure_id, cells in rows.items():
        shown = [(month, cell) for month, cell in zip(months, cells, strict=True) if cell.number is not None]
        (first, begun), (last, ended) = shown[0], shown[-1]
        said.append(f"{names[measure_id]}: {begun.text} in {first:%B %Y}, {ended.text} in {last:%B %Y}")
    return f"{KINDS[kind]}. {'; '.join(said)}. Every figure is in the table below."
