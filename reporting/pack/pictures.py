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

LIMITS = {"Mean": "mean", "Lower limit": "lower_limit", "Upper limit": "upper_limit"}


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
    limited: list[dict | None] = []
    if kind == "line":
        limited = [limits(shown, known[0], month) for month in published.months]
        drawn = _line(shown, known[0], months, series[0][1], limited)
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
        limits=_limits(limited, published.measures[known[0]].unit == "percentage"),
        number_format='0"%"' if published.measures[known[0]].unit == "percentage" else "#,##0",
    )


def _limits(limited: list[dict | None], is_percentage: bool) -> dict[str, list[float | None]]:
    """Mean and limits for each month, where there are any that can be drawn."""
    drawn = {
        name: [found[key] if found and charts.is_possible(found[key], is_percentage) else None for found in limited]
        for name, key in LIMITS.items()
    }
    return {name: of for name, of in drawn.items() if any(limit is not None for limit in of)}


def breaks(shown: Shown, measure_id: str) -> list[dict]:
    """Recorded changes in how the measure is made or recorded."""
    domain = shown.published.measures[measure_id].domain
    return [
        found
        for found in shown.published.breaks
        if found["measure_id"] in (None, measure_id) and found["domain"] in (None, domain)
    ]


def _line(shown: Shown, measure_id: str, months: list[str], cells: list[Cell], limited: list[dict | None]) -> str:
    of_year = shown.published.months
    broken = [f"{found['break_month']:%b}" for found in breaks(shown, measure_id) if found["break_month"] in of_year]
    return charts.line(months, cells, limited, shown.published.measures[measure_id].target, broken)


def _alternative(kind: str, months: list[date], rows: dict[str, list[Cell]], names: dict[str, str]) -> str:
    """What the picture says, for those who do not see it, in the figures that the pack shows."""
    said = []
    for measure_id, cells in rows.items():
        shown = [(month, cell) for month, cell in zip(months, cells, strict=True) if cell.number is not None]
        (first, begun), (last, ended) = shown[0], shown[-1]
        said.append(f"{names[measure_id]}: {begun.text} in {first:%B %Y}, {ended.text} in {last:%B %Y}")
    return f"{KINDS[kind]}. {'; '.join(said)}. Every figure is in the table below."
