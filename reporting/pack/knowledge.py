"""What relates the values of a pack, as anybody may know it from the measure register and the measures' relations."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from reporting.pack.facts import Fact, Figures
from reporting.pack.records import Key, Kpi, Measure, Relation, month_key, ytd_key

Kpis = Mapping[tuple[str, date], Kpi]
KeyOf = Callable[[str, date], Key]
KEYS: tuple[KeyOf, ...] = (month_key, ytd_key)


def figures_to_protect(
    measures: Mapping[str, Measure],
    relations: Sequence[Relation],
    kpis: Kpis,
    parts: Kpis,
    shown: Collection[str],
    months: Sequence[date],
) -> Figures:
    """Return the values of the measures shown, what relates them, and which pack shows each of them first.

    Args:
        measures: The measure register.
        relations: The relations of the measures.
        kpis: The values on the basis that the pack shows.
        parts: The values on the basis of a percentage that the pack shows on another basis than its parts.
        shown: The measures that the pack shows.
        months: The months that this and earlier packs show.
    """
    counts: dict[Key, float] = {}
    for (measure_id, month), kpi in kpis.items():
        if measures[measure_id].unit == "count":
            counts |= {key: value for key, value in _both(measure_id, month, kpi) if value is not None}
    percentages = {}
    facts: list[Fact] = []
    for (measure_id, month), kpi in kpis.items():
        measure = measures[measure_id]
        if measure.unit != "count" and measure_id in shown:
            for key, percentage in _both(measure_id, month, kpi):
                if percentage is not None:
                    percentages[key] = _parts(measure, key, month, percentage, kpi, kpis, parts, counts)
                    facts += _rounded(key, percentages[key], percentage, measure.decimals)
    facts += _of_years(measures, kpis, months)
    facts += _of_relations(measures, relations, months)
    facts += _complements(relations, percentages, counts)
    steps = [
        {key for m in shown for key in (month_key(m, month), ytd_key(m, month)) if key in counts or key in percentages}
        for month in months
    ]
    return Figures(counts, percentages, facts, steps)


def _both(measure_id: str, month: date, kpi: Kpi) -> Iterator[tuple[Key, float | None]]:
    yield month_key(measure_id, month), kpi.value
    yield ytd_key(measure_id, month), kpi.ytd_value


def _parts(
    measure: Measure,
    key: Key,
    month: date,
    percentage: float,
    kpi: Kpi,
    kpis: Kpis,
    parts: Kpis,
    counts: dict[Key, float],
) -> tuple[Key, Key]:
    """Return the numerator and the denominator of a percentage.

    They are values that the pack shows or could show. Parts on another basis, and a numerator that is not printed, are
    counts of their own that are added to `counts`.
    """

    def found(part: str | None) -> Key:
        own = (part or "", key[1])
        shown, true = kpis.get((part or "", month)), parts.get((part or "", month))
        if true and shown and shown.basis != kpi.basis:
            value = true.ytd_value if key[1].endswith("ytd") else true.value
            if value is not None and value != counts.get(own):
                own = (f"{part} {kpi.basis}", key[1])
                counts[own] = value
        return own

    denominator, numerator = found(measure.denominator_id), found(measure.numerator_id)
    if numerator not in counts and denominator in counts:
        counts[numerator] = float(int(percentage * counts[denominator] / 100 + 0.5))
    return numerator, denominator


def _rounded(key: Key, parts: tuple[Key, Key], percentage: float, decimals: int) -> Iterator[Fact]:
    """Return what a percentage tells: its parts within half of its last digit, in whole numbers, so exactly."""
    scale = 10**decimals
    digits = int(percentage * scale + 0.5 + 1e-9)
    numerator, denominator = parts
    yield Fact({numerator: 200 * scale, denominator: -(2 * digits - 1)}, 0, float("inf"), given=key)
    yield Fact({numerator: 200 * scale, denominator: -(2 * digits + 1)}, float("-inf"), -1, given=key)


def _of_years(measures: Mapping[str, Measure], kpis: Kpis, months: Sequence[date]) -> Iterator[Fact]:
    """Return that a flow's year to date is last month's plus this month's value, and a stock's is this month's."""
    for measure in measures.values():
        if measure.unit != "count":
            continue
        for before, month in zip([None, *months], months, strict=False):
            kpi = kpis.get((measure.measure_id, month))
            this, ytd = month_key(measure.measure_id, month), ytd_key(measure.measure_id, month)
            terms = {ytd: 1.0}
            if kpi and kpi.value is not None:
                terms[this] = -1.0
            if measure.ytd_rule == "sum" and before and month.month != 4:
                terms[ytd_key(measure.measure_id, before)] = -1.0
            yield Fact(terms, 0, 0)


def _of_relations(
    measures: Mapping[str, Measure], relations: Sequence[Relation], months: Sequence[date]
) -> Iterator[Fact]:
    kinds: dict[str, str] = {}
    roles: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for relation_id, relation, role, measure_id in relations:
        kinds[relation_id] = relation
        roles[relation_id][role].append(measure_id)
    for relation_id, kind in kinds.items():
        members = roles[relation_id]
        if equal := _equal(kind, members, measures):
            for month in months:
                for key in KEYS:
                    yield Fact(_sum(*equal, month, key), 0, 0)
        elif kind == "stock_flow":
            for before, month in pairwise(months):
                terms = _sum(members["stock"], members["inflow"], month, month_key)
                terms |= {month_key(stock, before): -1.0 for stock in members["stock"]}
                terms |= {month_key(flow, month): 1.0 for flow in members["outflow"]}
                yield Fact(terms, 0 if members["outflow"] else float("-inf"), 0)


def _equal(
    kind: str, members: Mapping[str, list[str]], measures: Mapping[str, Measure]
) -> tuple[list[str], list[str]] | None:
    """Return the wholes and the parts that add up to them, where a relation says that they do."""
    if kind in ("adds_up", "divides"):
        return members["total"], members["part"]
    if kind == "same_as":
        return members["first"], members["second"]
    if kind == "shares":
        shares = [measures[m] for m in members["part"]]
        wholes = sorted({share.denominator_id for share in shares if share.denominator_id})
        return wholes, [share.numerator_id for share in shares if share.numerator_id]
    return None


def _sum(wholes: list[str], parts: list[str], month: date, key: KeyOf) -> dict[Key, float]:
    return {key(whole, month): 1.0 for whole in wholes} | {key(part, month): -1.0 for part in parts}


def _complements(
    relations: Sequence[Relation], percentages: Mapping[Key, tuple[Key, Key]], counts: dict[Key, float]
) -> list[Fact]:
    """Return that a part and what is left of its whole add up, and add what is left to `counts`: it is a count too."""
    members: dict[str, dict[str, str]] = defaultdict(dict)
    for relation_id, relation, role, measure_id in relations:
        if relation == "part_of":
            members[relation_id][role] = measure_id
    pairs = set(percentages.values())
    for pair in members.values():
        pairs |= {((pair["part"], p), (pair["whole"], p)) for m, p in counts if m == pair["part"]}
    facts = []
    for part, whole in sorted(pairs):
        if part in counts and whole in counts and counts[whole] >= counts[part]:
            rest = (f"{whole[0]} but not {part[0]}", part[1])
            counts[rest] = counts[whole] - counts[part]
            facts.append(Fact({whole: 1.0, part: -1.0, rest: -1.0}, 0, 0))
    return facts
