"""Charts: Vega-Lite specifications that hold only values that the pack shows, and their pictures as SVG."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from reporting.pack.document import Cell
from reporting.pack.records import Limits

Spec = dict[str, Any]
"""A part of a Vega-Lite specification."""
FONT = "Fira Sans"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
BLUE, GREEN, RED, GREY, INK = "#1d70b8", "#00703c", "#d4351c", "#505a5f", "#0b0c0c"
BANDS = ["#12436d", "#2073bc", "#6bace6", "#bcd9f0", "#d4351c"]
KINDS = ["#12436d", "#f46a25"]
FLOWS = ["#12436d", "#a285d1"]  # far apart in grey too
WIDTH, HEIGHT, SIZE = 470, 220, 14  # small enough that words can be read on a phone
SPARK_WIDTH, SPARK_HEIGHT = 150, 44
BAND = "#e3e8ec"
TEXT = {"labelFontSize": SIZE, "labelColor": INK}
CONFIG = {
    "font": FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "axis": TEXT | {"gridColor": "#dee0e2", "domainColor": "#b1b4b6", "tickColor": "#b1b4b6", "labelPadding": 6},
    "legend": TEXT
    | {
        "title": None,
        "orient": "top",
        "symbolType": "square",
        "labelLimit": 500,
        "offset": 10,
        "rowPadding": 5,
    },
}


def font_directory() -> Traversable:
    """Return the folder of the pack's font."""
    return files("fontpkg_fira_sans") / "files"


@cache
def _renderer() -> Any:
    import vl_convert  # starts a JavaScript engine, which only a pack needs

    vl_convert.register_font_directory(str(font_directory()))
    return vl_convert


@cache
def svg(specification: str) -> str:
    """Return the picture of a specification, drawn once for HTML and PDF."""
    return str(_renderer().vegalite_to_svg(specification, vl_version="5.21"))


def line(
    months: list[str], cells: list[Cell], limits: Sequence[Limits | None], target: float | None, breaks: list[str]
) -> str:
    """Return a line of one measure by month.

    It is an XmR chart where there are limits; a rule marks each month in which something was done in a new way.
    """
    is_percentage = any(cell.is_percentage for cell in cells)
    at = {"x": _x(months), "y": _y(is_percentage)}
    layers = [_band(months, limits, is_percentage, at), *(_rule(months, month) for month in breaks)]
    layers += _limit_lines(months, limits, is_percentage, at)
    if target is not None:
        points = [{"value": target, "text": f"target {target:g}{'%' if is_percentage else ''}"}]
        named = {"y": at["y"], "text": {"field": "text"}}
        layers.append(_layer(points, {"y": at["y"]}, type="rule", color=GREEN, strokeWidth=2, strokeDash=[8, 4]))
        layers.append(_layer(points, named, type="text", color="#005a30", align="left", x=4, dy=-8, fontSize=SIZE))
    layers += _line_with_values(months, cells, at)
    layers.append(_rings(months, cells, limits, at, size=220))
    return _specification(layers)


def spark(months: list[str], cells: list[Cell], limits: Sequence[Limits | None], is_percentage: bool) -> str:
    """Return a small line of one measure without axes, over the band of its usual range, with its last value marked."""
    at = {
        "x": _x(months) | {"axis": None, "scale": {"domain": months, "padding": 0.3}},
        "y": _y(is_percentage) | {"axis": None},
    }
    points = _points(months, cells)
    layers = [
        _band(months, limits, is_percentage, at),
        _layer(points, at, type="line", color=BLUE, strokeWidth=2),
        _layer(_seen(points)[-1:], at, type="point", filled=True, color=BLUE, size=45, opacity=1),
        _rings(months, cells, limits, at, size=110),
    ]
    return json.dumps({
        "$schema": SCHEMA, "width": SPARK_WIDTH, "height": SPARK_HEIGHT, "config": CONFIG, "padding": 3,
        "layer": layers,
    })  # fmt: skip


def _band(months: list[str], limits: Sequence[Limits | None], is_percentage: bool, at: Spec) -> Spec:
    """Return the usual range as a band; it begins again with each baseline."""
    most = 100 if is_percentage else float("inf")
    points = [
        {
            "month": month,
            "low": found.lower_limit,
            "high": min(found.upper_limit, most),
            "from": f"{found.baseline_from}",
        }
        for month, found in zip(months, limits, strict=True)
        if found
    ]
    edges = {"y": at["y"] | {"field": "low"}, "y2": {"field": "high"}, "detail": {"field": "from"}}
    return _layer(points, at | edges, type="area", color=BAND, opacity=1)


def _rings(months: list[str], cells: list[Cell], limits: Sequence[Limits | None], at: Spec, size: int) -> Spec:
    """Return a ring around each signal."""
    signals = [point for point, found in zip(_points(months, cells), limits, strict=True) if found and found.is_signal]
    return _layer(_seen(signals), at, type="point", filled=False, color=RED, size=size, strokeWidth=2.5, opacity=1)


def _limit_lines(months: list[str], limits: Sequence[Limits | None], is_percentage: bool, at: Spec) -> list[Spec]:
    """Return the mean and the limits, with a line of its own for each baseline."""
    layers = []
    baselines = sorted({found.baseline_from for found in limits if found})
    for name in ("upper_limit", "lower_limit", "mean"):
        for baseline in baselines:
            points = [
                {"month": month, "value": limit}
                for month, found in zip(months, limits, strict=True)
                if found and found.baseline_from == baseline
                if (limit := possible(getattr(found, name), is_percentage)) is not None
            ]
            dash = [1, 0] if name == "mean" else [4, 4]
            layers.append(_layer(points, at, type="line", color=GREY, strokeWidth=1.2, strokeDash=dash))
    return layers


def stacked(months: list[str], series: list[tuple[str, list[Cell]]], is_ordered: bool) -> str:
    """Return columns of the parts of a whole by month, each part in its own shade.

    A month in which a part is not shown has no column, but the part's symbol.
    """
    names = without_what_they_share([name for name, _ in series])
    points = [
        {"month": month, "value": cells[n].number, "part": names[order], "order": order}
        for n, month in enumerate(months)
        for order, (_, cells) in enumerate(series)
        if all(other[n].number is not None for _, other in series)
    ]
    gaps = [
        {"month": month, "text": next(cells[n].text for _, cells in series if cells[n].number is None)}
        for n, month in enumerate(months)
        if any(cells[n].number is None for _, cells in series)
    ]
    symbols = {"x": _x(months), "y": {"value": "height"}, "text": {"field": "text"}}
    at = {
        "x": _x(months),
        "y": _y(any(cell.is_percentage for _, cells in series for cell in cells), from_zero=True),
        "color": _colour("part", names, BANDS if is_ordered else KINDS),
        "order": {"field": "order", "type": "quantitative"},
    }
    return _specification(
        [
            _layer(points, at, type="bar", width={"band": 0.7}, stroke="white", strokeWidth=1),
            _layer(gaps, symbols, type="text", dy=-8, fontSize=SIZE, color=GREY),
        ]
    )


def stock_and_flow(months: list[str], stock: tuple[str, list[Cell]], flows: list[tuple[str, list[Cell]]]) -> str:
    """Return a caseload as a line, and below it what came and what went, month by month."""
    name, cells = stock
    title = {"text": name, "anchor": "start", "fontSize": SIZE, "fontWeight": "normal"}
    at = {"x": _x(months), "y": _y(False)}
    above = {"width": WIDTH - 60, "height": 135, "title": title, "layer": _line_with_values(months, cells, at)}
    names = [flow for flow, _ in flows]
    points = [point | {"flow": flow} for flow, of in flows for point in _seen(_points(months, of))]
    below = {"width": WIDTH - 60, "height": 95} | _layer(
        points,
        {
            "x": _x(months),
            "y": _y(False, from_zero=True),
            "xOffset": {"field": "flow", "sort": names},
            "color": _colour("flow", names, FLOWS),
        },
        type="bar",
    )
    return json.dumps({
        "$schema": SCHEMA, "config": CONFIG, "vconcat": [above, below], "spacing": 18,
        "resolve": {"legend": {"color": "independent"}},
    })  # fmt: skip


def possible(limit: float, is_percentage: bool) -> float | None:
    """Return a limit that a value could reach, or None: others are not drawn."""
    return limit if 0 <= limit <= (100 if is_percentage else float("inf")) else None


def without_what_they_share(names: list[str]) -> list[str]:
    """Return names for a legend, without the words that all of them begin with."""
    words = [name.removesuffix(" (%)").split() for name in names]
    shared = 0
    while all(len(of) > shared + 1 for of in words) and len({of[shared] for of in words}) == 1:
        shared += 1
    return [" ".join(of[shared:]) for of in words]


def _specification(layers: list[Spec]) -> str:
    return json.dumps({
        "$schema": SCHEMA, "width": WIDTH, "height": HEIGHT, "config": CONFIG,
        "autosize": {"type": "fit", "contains": "padding"}, "layer": layers,
    })  # fmt: skip


def _layer(points: list[Spec], at: Spec, **mark: object) -> Spec:
    return {"data": {"values": points}, "mark": mark, "encoding": at}


def _points(months: list[str], cells: list[Cell]) -> list[Spec]:
    return [
        {"month": month, "value": cell.number, "text": cell.text} for month, cell in zip(months, cells, strict=True)
    ]


def _seen(points: list[Spec]) -> list[Spec]:
    return [point for point in points if point["value"] is not None]


def _line_with_values(months: list[str], cells: list[Cell], at: Spec) -> list[Spec]:
    """Return a line that breaks where a value is not shown, its points, and above some of them their values."""
    points = _points(months, cells)
    named = at | {"text": {"field": "text"}}
    told = _told(_seen(points))
    return [
        _layer(points, at, type="line", color=BLUE, strokeWidth=2.5),
        _layer(_seen(points), at, type="point", filled=True, color=BLUE, size=60, opacity=1),
        _layer(told, named, type="text", dy=-13, fontSize=SIZE, stroke="white", strokeWidth=4),
        _layer(told, named, type="text", dy=-13, fontSize=SIZE, color=INK),
    ]


def _told(points: list[Spec]) -> list[Spec]:
    """Return the points whose values are written: first, last, highest and lowest. The table has all."""
    extremes = {pick(points, key=lambda point: point["value"])["month"] for pick in (max, min)} if points else set()
    return [point for point in points if point in (points[0], points[-1]) or point["month"] in extremes]


def _rule(months: list[str], month: str) -> Spec:
    return _layer([{"month": month}], {"x": _x(months)}, type="rule", color=INK, strokeDash=[2, 3], strokeWidth=1.5)


def _x(months: list[str]) -> Spec:
    axis = {"labelAngle": 0, "grid": False, "labelOverlap": True}
    return {
        "field": "month", "type": "ordinal", "sort": months, "title": None, "scale": {"domain": months}, "axis": axis,
    }  # fmt: skip


def _y(is_percentage: bool, from_zero: bool = False) -> Spec:
    axis: Spec = {"tickCount": 5, "domain": False, "ticks": False, "format": ",.0f"}
    if is_percentage:
        axis["labelExpr"] = "datum.label + '%'"
    return {
        "field": "value", "type": "quantitative", "title": None, "axis": axis, "scale": {"zero": from_zero},
    }  # fmt: skip


def _colour(field: str, names: list[str], colours: list[str]) -> Spec:
    scale = {"domain": names, "range": colours[: len(names)]}
    fitting = max(1, WIDTH // (40 + 8 * max(map(len, names))))  # names in a row of the legend
    return {"field": field, "type": "nominal", "sort": names, "scale": scale, "legend": {"columns": fitting}}
