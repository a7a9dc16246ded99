"""The charts of the workbook, drawn by Excel from the cells of their sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reporting.pack.charts import BANDS, BLUE, FLOWS, GREY, KINDS
from reporting.pack.document import Chart

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart as ExcelChart

ROWS = 17  # that a chart covers
WIDE, HIGH = 860, 320  # in pixels
FUNNEL_OWN = "#d4351c"


@dataclass(frozen=True)
class Area:
    """The cells of a chart: its sheet, the row of the months, the last column, and the row of each series."""

    sheet: str
    heading: int
    last: int
    rows: Mapping[str, int]

    def series(self, name: str) -> dict[str, Any]:
        """Return the cells of a series: its name, its months and its numbers."""
        row = self.rows[name]
        return {
            "name": [self.sheet, row, 0],
            "categories": [self.sheet, self.heading, 1, self.heading, self.last],
            "values": [self.sheet, row, 1, row, self.last],
        }


def draw(book: "Workbook", chart: Chart, area: Area) -> "ExcelChart":
    """Return the chart with its title, axes and legend."""
    if chart.kind == "funnel":
        drawn = _funnel(book, chart, area)
    else:
        drawn = _stacked(book, chart, area) if chart.kind == "stacked" else _line(book, chart, area)
    drawn.set_title(
        {"name": f"{chart.title}\n{chart.subtitle}", "name_font": {"name": "Arial", "size": 12}, "overlay": False}
    )
    drawn.set_x_axis({"num_font": {"name": "Arial"}})
    drawn.set_y_axis(
        {
            "num_format": chart.number_format,
            "major_gridlines": {"visible": True, "line": {"color": "#dee0e2"}},
            "line": {"none": True},
        }
    )
    is_alone = len(chart.measure_ids) + len(chart.limits) == 1
    legend: dict[str, Any] = {"none": True} if is_alone else {"position": "bottom"}
    drawn.set_legend(legend)
    drawn.set_size({"width": WIDE, "height": HIGH})
    drawn.show_blanks_as("gap")
    return drawn


def _stacked(book: "Workbook", chart: Chart, area: Area) -> "ExcelChart":
    drawn = book.add_chart({"type": "column", "subtype": "stacked"})
    colours = BANDS if len(chart.measure_ids) > 2 else KINDS
    for measure_id, colour in zip(chart.measure_ids, colours, strict=False):
        drawn.add_series(area.series(measure_id) | _columns(colour))
    return drawn


def _funnel(book: "Workbook", chart: Chart, area: Area) -> "ExcelChart":
    """Return the authorities as points by their size, between the lines of the funnel."""
    drawn = book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    size, others, own, *lines = chart.limits
    sizes = area.series(size)["values"]
    for name, colour, kind in ((others, BLUE, "circle"), (own, FUNNEL_OWN, "diamond")):
        marker = {"type": kind, "size": 8, "fill": {"color": colour}, "border": {"color": colour}}
        series = area.series(name) | {"categories": sizes, "marker": marker, "line": {"none": True}}
        drawn.add_series(series)
    for name in lines:
        dash = {"color": GREY, "width": 1, "dash_type": "solid" if "limit" not in name else "dash"}
        drawn.add_series(area.series(name) | {"categories": sizes, "line": dash, "marker": {"type": "none"}})
    return drawn


def _line(book: "Workbook", chart: Chart, area: Area) -> "ExcelChart":
    """Return a line with its limits; the other measures, if any, are columns below it."""
    first, *rest = chart.measure_ids
    line = book.add_chart({"type": "line"})
    marker = {"type": "circle", "size": 6, "fill": {"color": BLUE}, "border": {"color": BLUE}}
    line.add_series(area.series(first) | {"line": {"color": BLUE, "width": 2.25}, "marker": marker})
    for limit in chart.limits:
        dash = {"color": GREY, "width": 1, "dash_type": "solid" if limit == "Mean" else "dash"}
        line.add_series(area.series(limit) | {"line": dash, "marker": {"type": "none"}})
    if not rest:
        return line
    columns = book.add_chart({"type": "column"})
    for measure_id, colour in zip(rest, FLOWS, strict=False):
        columns.add_series(area.series(measure_id) | _columns(colour))
    columns.combine(line)
    return columns


def _columns(colour: str) -> dict[str, Any]:
    return {"fill": {"color": colour}, "gap": 60}
