"""Charts: Vega-Lite specifications that hold only figures which the pack shows, and their pictures as SVG."""

import importlib.resources
import json
from functools import cache

from reporting.pack.document import Cell

FONT = "Source Sans 3"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
BLUE, DARK, GREY, INK = "#1d70b8", "#12436d", "#505a5f", "#0b0c0c"
BANDS = ["#12436d", "#2073bc", "#6bace6", "#bcd9f0", "#d4351c"]
KINDS = ["#12436d", "#f46a25", "#28a197"]
FLOWS = ["#28a197", "#a285d1"]
CONFIG = {
    "font": FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13, "titleFontSize": 13, "labelColor": INK, "titleColor": INK, "titleFontWeight": "normal",
        "gridColor": "#dee0e2", "domainColor": "#b1b4b6", "tickColor": "#b1b4b6", "labelPadding": 6,
    },
    "legend": {"labelFontSize": 13, "labelColor": INK, "title": None, "orient": "top", "symbolType": "square", "labelLimit": 400, "offset": 10, "columnPadding": 18, "columns": 3},
}  # fmt: skip
WIDTH, HEIGHT = 700, 270


@cache
def _renderer():
    import vl_convert  # starts a JavaScript engine: only a pack needs it

    vl_convert.register_font_directory(str(font_directory()))
    return vl_convert


def font_directory():
    return importlib.resources.files("fontpkg_source_sans_3") / "files"


def without_what_they_share(names: list[str]) -> list[str]:
    """Names for a legend, without the words that all of them begin with."""
    words = [name.removesuffix(" (%)").split() for name in names]
    shared = 0
    while all(len(w) > shared + 1 for w in words) and len({w[shared] for w in words}) == 1:
        shared += 1
    return [" ".join(w[shared:]) for w in words]


def _specification(layers: list[dict]) -> str:
    return json.dumps({
        "$schema": SCHEMA, "width": WIDTH, "height": HEIGHT, "config": CONFIG,
        "autosize": {"type": "fit", "contains": "padding"}, "layer": layers,
    })  # fmt: skip


@cache
def svg(specification: str) -> str:
    """The picture of a specification; drawn once for all that show it."""
    return _renderer().vegalite_to_svg(specification, vl_version="5.21")


def _x(months: list[str]) -> dict:
    return {
        "field": "month", "type": "ordinal", "sort": months, "title": None, "scale": {"domain": months},
        "axis": {"labelAngle": 0, "grid": False, "labelOverlap": True},
    }  # fmt: skip


def _y(title: str, is_percentage: bool, zero: bool, stack: bool | None = None) -> dict:
    axis = {"tickCount": 5, "domain": False, "ticks": False, "format": ",.0f"}
    if is_percentage:
        axis["labelExpr"] = "datum.label + '%'"
    encoded = {"field": "value", "type": "quantitative", "title": title or None, "axis": axis, "scale": {"zero": zero}}
    return encoded | ({"stack": stack} if stack is not None else {})


def line(
    months: list[str], cells: list[Cell], limits: list[dict | None], target: float | None, breaks: list[tuple[str, str]]
) -> str:
    """One measure by month: an XmR chart where there are limits, breaks where something was done in a new way."""
    is_percentage = any(cell.is_percentage for cell in cells)
    y = _y("", is_percentage, zero=False)
    values = [{"month": m, "value": c.number, "text": c.text} for m, c in zip(months, cells, strict=True)]
    base = {"x": _x(months), "y": y}
    layers: list[dict] = []
    for name, dash, width in (("upper_limit", [4, 4], 1.2), ("lower_limit", [4, 4], 1.2), ("mean", [1, 0], 1.2)):
        for number, baseline in enumerate(sorted({found["baseline_from"] for found in limits if found})):
            drawn = [
                {"month": m, "value": found[name] if found and found["baseline_from"] == baseline else None}
                for m, found in zip(months, limits, strict=True)
            ]
            layers.append({
                "data": {"values": drawn, "name": f"{name}{number}"}, "encoding": base,
                "mark": {"type": "line", "color": GREY, "strokeWidth": width, "strokeDash": dash},
            })  # fmt: skip
    if target is not None:
        layers.append({
            "data": {"values": [{"value": target, "text": f"target {target:g}{'%' if is_percentage else ''}"}]},
            "layer": [
                {"mark": {"type": "rule", "color": "#00703c", "strokeWidth": 2, "strokeDash": [8, 4]}, "encoding": {"y": y}},
                {"mark": {"type": "text", "color": "#005a30", "align": "left", "x": 4, "dy": -8, "fontSize": 13}, "encoding": {"y": y, "text": {"field": "text"}}},
            ],
        })  # fmt: skip
    for month, _ in breaks:
        layers.append({
            "data": {"values": [{"month": month}]},
            "mark": {"type": "rule", "color": INK, "strokeDash": [2, 3], "strokeWidth": 1.5}, "encoding": {"x": _x(months)},
        })  # fmt: skip
    layers += [
        {"data": {"values": values}, "mark": {"type": "line", "color": BLUE, "strokeWidth": 2.5}, "encoding": base},
        {
            "data": {"values": [v for v in values if v["value"] is not None]},
            "mark": {"type": "point", "filled": True, "color": BLUE, "size": 60, "opacity": 1},
            "encoding": base,
        },
    ]
    signals = [
        v for v, found in zip(values, limits, strict=True)
        if found and (found["is_outside_limits"] or found["is_on_one_side"] or found["is_trend"])
    ]  # fmt: skip
    layers.append(
        {
            "data": {"values": signals},
            "mark": {
                "type": "point",
                "filled": False,
                "color": "#d4351c",
                "size": 220,
                "strokeWidth": 2.5,
                "opacity": 1,
            },
            "encoding": base,
        }
    )
    for drawn in (
        {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"},
        {"color": INK},
    ):  # a halo, then the figure
        layers.append({
            "data": {"values": [v for v in values if v["value"] is not None]}, "encoding": base | {"text": {"field": "text"}},
            "mark": {"type": "text", "dy": -13, "fontSize": 13, **drawn},
        })  # fmt: skip
    return _specification(layers)


def stacked(months: list[str], series: list[tuple[str, list[Cell]]], is_ordered: bool) -> str:
    """Parts of a whole by month, each in its own shade; a month in which one is not shown has no column."""
    colours = BANDS[: len(series)] if is_ordered else KINDS[: len(series)]
    names = without_what_they_share([name for name, _ in series])
    values = [
        {"month": m, "value": cells[n].number, "part": names[order], "order": order}
        for n, m in enumerate(months) for order, (_, cells) in enumerate(series)
        if all(other[n].number is not None for _, other in series)
    ]  # fmt: skip
    is_percentage = any(c.is_percentage for _, cells in series for c in cells)
    layer = {
        "data": {"values": values},
        "mark": {"type": "bar", "width": {"band": 0.7}, "stroke": "white", "strokeWidth": 1},
        "encoding": {
            "x": _x(months), "y": _y("", is_percentage, zero=True),
            "color": {"field": "part", "type": "nominal", "sort": names, "scale": {"domain": names, "range": colours}},
            "order": {"field": "order", "type": "quantitative"},
        },
    }  # fmt: skip
    return _specification([layer])


def stock_and_flow(months: list[str], stock: tuple[str, list[Cell]], flows: list[tuple[str, list[Cell]]]) -> str:
    """A caseload as a line, and beneath it what came and what went, month by month."""
    name, cells = stock
    values = [{"month": m, "value": c.number, "text": c.text} for m, c in zip(months, cells, strict=True)]
    seen = [v for v in values if v["value"] is not None]
    above = {
        "width": WIDTH - 50, "height": 150, "title": {"text": name, "anchor": "start", "fontSize": 13, "fontWeight": "normal"},
        "encoding": {"x": _x(months), "y": _y("", False, zero=False)},
        "layer": [
            {"data": {"values": values}, "mark": {"type": "line", "color": BLUE, "strokeWidth": 2.5}},
            {"data": {"values": seen}, "mark": {"type": "point", "filled": True, "color": BLUE, "size": 60, "opacity": 1}},
            {"data": {"values": seen}, "mark": {"type": "text", "dy": -13, "fontSize": 13, "stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}, "encoding": {"text": {"field": "text"}}},
            {"data": {"values": seen}, "mark": {"type": "text", "dy": -13, "fontSize": 13, "color": INK}, "encoding": {"text": {"field": "text"}}},
        ],
    }  # fmt: skip
    names = [flow for flow, _ in flows]
    moved = [
        {"month": m, "value": c.number, "flow": flow}
        for flow, of in flows for m, c in zip(months, of, strict=True) if c.number is not None
    ]  # fmt: skip
    below = {
        "width": WIDTH - 50, "height": 110, "data": {"values": moved}, "mark": {"type": "bar"},
        "encoding": {
            "x": _x(months), "y": _y("", False, zero=True), "xOffset": {"field": "flow", "sort": names},
            "color": {"field": "flow", "type": "nominal", "sort": names, "scale": {"domain": names, "range": FLOWS[: len(names)]}},
        },
    }  # fmt: skip
    return json.dumps({
        "$schema": SCHEMA, "config": CONFIG, "vconcat": [above, below], "spacing": 18,
        "resolve": {"legend": {"color": "independent"}},
    })  # fmt: skip
