"""How the authority compares with its statistical neighbours: a funnel plot for each measure, and a table of all."""

import json
from collections import defaultdict
from collections.abc import Sequence

from reporting.pack.charts import BAND, BLUE, CONFIG, GREY, HEIGHT, INK, SCHEMA, SIZE, WIDTH, Spec
from reporting.pack.document import Cell, Chart, Section, Table, Text
from reporting.pack.figures import RATE, RATE_DECIMALS, Shown, half_up
from reporting.pack.records import Measure, Placed

TABLE, OWN = "neighbours", "#d4351c"
SAID = (
    "Published figures of the DfE, each at the size of the authority that it is of. A small authority varies more by "
    "chance, so the funnel is wide on the left. Chance alone would put nearly all of them inside the dark band; the "
    "light band is as wide as these neighbours really differ. Outside it, ask whether need, practice or recording "
    "differs."
)


def section(shown: Shown) -> Section | None:
    """Return the funnel plots and the values in them, or None where no measure has any."""
    of: dict[str, list[Placed]] = defaultdict(list)
    for area in shown.published.funnel:
        of[area.measure_id].append(area)
    known = {m: areas for m in shown.published.measures if (areas := of.get(m)) and areas[0].statistic != "count"}
    complete = {m: areas for m, areas in known.items() if any(not area.is_neighbour for area in areas)}
    if not complete:
        return None
    charts = [_chart(shown.published.measures[m], areas) for m, areas in complete.items()]
    return Section(
        TABLE,
        "Compared with statistical neighbours",
        [Text([SAID]), *charts, _table(shown, complete)],
        tab="Neighbours",
    )


def _chart(measure: Measure, areas: Sequence[Placed]) -> Chart:
    own = next(area for area in areas if not area.is_neighbour)
    others = [area for area in areas if area.is_neighbour]
    above = sum(area.value < own.value for area in others)
    of_size = "residents aged 0 to 17" if own.statistic == RATE else "the count that the percentage is of"
    where = "outside" if own.is_apart else "within"
    name = measure.measure_name.removesuffix(" (%)")
    return Chart(
        chart_id=f"chart-{measure.measure_id.replace('_', '-')}-funnel",
        title=f"{name}: above {above} of {len(others)} neighbours, {where} their usual spread",
        subtitle=f"{_unit(own)}, {own.period}, by {of_size}",
        alternative=(
            f"Funnel plot. {own.area_name} {_text(own, own.value)}, its neighbours together {_text(own, own.mean)}, "
            f"from {_text(own, min(a.value for a in others))} to {_text(own, max(a.value for a in others))}. "
            "Every value is in the table below"
        ),
        specification=_drawn(areas, own),
        kind="funnel",
        table_id=TABLE,
        measure_ids=[measure.measure_id],
        number_format="0.0" if own.statistic == RATE else '0"%"',
        limits={
            "Size": [area.size for area in areas],
            "Neighbours": [area.value if area.is_neighbour else None for area in areas],
            own.area_name: [None if area.is_neighbour else area.value for area in areas],
            "Neighbours together": [area.mean for area in areas],
            "Lower limit": [area.lower_limit for area in areas],
            "Upper limit": [area.upper_limit for area in areas],
        },
    )


def _unit(area: Placed) -> str:
    return "Rate per 10,000" if area.statistic == RATE else "Percentage"


def _text(area: Placed, value: float) -> str:
    number = half_up(value, RATE_DECIMALS)
    return f"{number:,.{RATE_DECIMALS}f}{'' if area.statistic == RATE else '%'}"


def _drawn(areas: Sequence[Placed], own: Placed) -> str:
    axis: Spec = {"domain": False, "ticks": False, "tickCount": 5}
    x: Spec = {
        "field": "size",
        "type": "quantitative",
        "title": None,
        "scale": {"zero": False, "nice": False, "padding": 24},
    }
    x["axis"] = {"format": ",.0f", "tickCount": 4, "grid": False}
    y: Spec = {"field": "value", "type": "quantitative", "title": None, "axis": axis, "scale": {"zero": False}}
    rows = [
        {"size": area.size, "value": round(area.value, 2), "name": area.area_name, "own": not area.is_neighbour}
        | {"low": round(area.lower_limit, 2), "high": round(area.upper_limit, 2), "mean": round(area.mean, 2)}
        | {"chance_low": round(area.lower_by_chance, 2), "chance_high": round(area.upper_by_chance, 2)}
        for area in areas
    ]

    def band(low: str, high: str, colour: str) -> Spec:
        at = {"x": x, "y": y | {"field": low}, "y2": {"field": high}}
        return {"mark": {"type": "area", "color": colour, "opacity": 1}, "encoding": at}

    here = {"datum": "own", "value": own.area_name}
    mine = [{"filter": f"datum.{here['datum']}"}]
    dots = {"type": "point", "filled": True, "opacity": 1}
    layers: list[Spec] = [
        band("low", "high", BAND),
        band("chance_low", "chance_high", "#c4ccd3"),
        {"mark": {"type": "line", "color": GREY, "strokeWidth": 1.2}, "encoding": {"x": x, "y": y | {"field": "mean"}}},
        {
            "mark": dots | {"color": BLUE, "size": 55},
            "encoding": {"x": x, "y": y},
            "transform": [{"filter": "!datum.own"}],
        },
        {
            "mark": dots | {"color": OWN, "size": 120, "shape": "diamond"},
            "encoding": {"x": x, "y": y},
            "transform": mine,
        },
        {
            "mark": {"type": "text", "dy": -14, "fontSize": SIZE, "fontWeight": "bold", "color": INK},
            "encoding": {"x": x, "y": y, "text": {"field": "name"}},
            "transform": mine,
        },
    ]
    return json.dumps({
        "$schema": SCHEMA, "width": WIDTH, "height": HEIGHT, "config": CONFIG, "data": {"values": rows},
        "autosize": {"type": "fit", "contains": "padding"}, "layer": layers,
    })  # fmt: skip


def _table(shown: Shown, of: dict[str, list[Placed]]) -> Table:
    """Return a row for each authority, its own first, and a column for each measure."""
    own = shown.published.authority_name
    names = sorted({area.area_name for areas in of.values() for area in areas if area.is_neighbour})
    value_of = {(measure_id, area.area_name): area for measure_id, areas in of.items() for area in areas}
    rows = [[Cell(name), *(_cell(value_of.get((measure_id, name))) for measure_id in of)] for name in (own, *names)]
    rows.append([Cell("Neighbours together"), *(_cell(areas[0], areas[0].mean) for areas in of.values())])
    columns = ["Authority", *(_heading(shown.published.measures[m], areas[0]) for m, areas in of.items())]
    is_numeric = [False, *[True] * len(of)]
    source = "Published by the DfE and the ONS, licensed under the Open Government Licence v3.0."
    return Table(TABLE, "Published values of the neighbours", columns, rows, is_numeric, source=source)


def _heading(measure: Measure, area: Placed) -> str:
    name = measure.measure_name.removesuffix(" (%)")
    return f"{name}, {'per 10,000' if area.statistic == RATE else '%'}, {area.period}"


def _cell(area: Placed | None, value: float | None = None) -> Cell:
    if area is None:
        return Cell("–")
    number = half_up(area.value if value is None else value, RATE_DECIMALS)
    return Cell(_text(area, number), number, RATE_DECIMALS, area.statistic != RATE)
