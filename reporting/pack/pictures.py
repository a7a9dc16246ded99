"""The charts of a topic, each drawn from rows of its table."""

from collections.abc import Sequence
from datetime import date

from reporting.pack import charts
from reporting.pack.content import Picture
from reporting.pack.document import Cell, Chart
from reporting.pack.figures import Shown
from reporting.pack.records import Break, Limits
from reporting.pack.wording import headline

KINDS = {
    "line": "Line chart by month",
    "stacked": "Stacked columns by month",
    "stock_and_flow": "Line of the caseload, and columns of those who came and left",
}
LIMITS = {"Mean": "mean", "Lower limit": "lower_limit", "Upper limit": "upper_limit"}


def chart(shown: Shown, table_id: str, picture: Picture) -> Chart | None:
    """Return a chart, or None where fewer than two months of its first measure can be shown."""
    published = shown.published
    known = [measure_id for measure_id in picture.measure_ids if measure_id in published.measures]
    rows = {m: [shown.month(m, month) for month in published.months] for m in known}
    rows = {m: cells for m, cells in rows.items() if any(cell.number is not None for cell in cells)}
    if not known or sum(cell.number is not None for cell in rows.get(known[0], [])) < 2:
        return None
    first = published.measures[known[0]]
    names = {m: published.measures[m].measure_name for m in rows}
    months = published.month_names
    series = [(names[m], cells) for m, cells in rows.items()]
    limited: list[Limits | None] = []
    if picture.kind == "line":
        limited = [shown.limits(first.measure_id, month) for month in published.months]
        drawn = charts.line(months, series[0][1], limited, first.target, _broken_months(shown, first.measure_id))
    elif picture.kind == "stacked":
        drawn = charts.stacked(months, series, is_ordered=len(series) > 2)
    else:
        drawn = charts.stock_and_flow(months, series[0], series[1:])
    return Chart(
        chart_id=f"chart-{first.measure_id.replace('_', '-')}-{picture.kind.replace('_', '-')}",
        title=headline(shown, picture.lead if picture.lead in rows else first.measure_id),
        subtitle=picture.subtitle or names[first.measure_id],
        alternative=_alternative(picture.kind, published.months, rows, names),
        specification=drawn,
        kind=picture.kind,
        table_id=table_id,
        measure_ids=list(rows),
        limits=_limits(limited, first.is_percentage),
        number_format='0"%"' if first.is_percentage else "#,##0",
    )


def _limits(limited: Sequence[Limits | None], is_percentage: bool) -> dict[str, list[float | None]]:
    """Return the mean and the limits for each month, where there are any that can be drawn."""
    drawn = {
        name: [charts.possible(getattr(found, key), is_percentage) if found else None for found in limited]
        for name, key in LIMITS.items()
    }
    return {name: of for name, of in drawn.items() if any(limit is not None for limit in of)}


def breaks(shown: Shown, measure_id: str) -> list[Break]:
    """Return the recorded changes in how a measure is made or recorded."""
    domain = shown.published.measures[measure_id].domain
    return [
        found
        for found in shown.published.breaks
        if found.measure_id in (None, measure_id) and found.domain in (None, domain)
    ]


def _broken_months(shown: Shown, measure_id: str) -> list[str]:
    names = dict(zip(shown.published.months, shown.published.month_names, strict=True))
    return [names[found.break_month] for found in breaks(shown, measure_id) if found.break_month in names]


def _alternative(kind: str, months: Sequence[date], rows: dict[str, list[Cell]], names: dict[str, str]) -> str:
    """Return in words what the picture shows, for people who cannot see it, with values that the pack shows."""
    said = []
    for measure_id, cells in rows.items():
        shown = [(month, cell) for month, cell in zip(months, cells, strict=True) if cell.number is not None]
        (first, begun), (last, ended) = shown[0], shown[-1]
        said.append(f"{names[measure_id]}: {begun.text} in {first:%B %Y}, {ended.text} in {last:%B %Y}")
    return f"{KINDS[kind]}. {'; '.join(said)}. Every value is in the table below."
