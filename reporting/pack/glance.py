"""The first page: at most seven indicators, chosen by stated rules, each with what members ask about it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from reporting.pack import charts, wording
from reporting.pack.content import HEADLINES, place
from reporting.pack.document import Cell, Glance, Indicator, Spark
from reporting.pack.figures import RATE, RATE_DECIMALS, YEAR_TO_DATE, Shown, half_up, number_cell, status
from reporting.pack.notes import Notes
from reporting.pack.records import Comparator, Measure
from reporting.words import counted

MOST, OF_A_RULE, OF_A_TOPIC = 7, 2, 2
NEIGHBOURS, ENGLAND = "median of statistical neighbours", "England"
FAR = 0.5  # of the neighbours' range, from their median
BASES = {"reported": "printed by the council", "computed": "from the lists"}
ASSURANCE = {
    "hit": "The target can be relied on.",
    "miss": "Without a change it will be missed again.",
    "cannot be relied on": "Chance decides whether it is met.",
    "too few months": "Too few months to rely on it.",
}
ASK = {
    "target": "What would have to change for the target to be met?",
    "signal": "What happened, and is it the work or the recording?",
    "neighbours": "Is need different here, or practice?",
    "doubt": "Which figure is right, and when is it corrected?",
    "headline": "Is this the level that the service is planned for?",
}
RULES = (
    "Chosen in turn, two of each kind at most: measures that miss their target, those whose chart signals a change, "
    "those furthest from their statistical neighbours, and those whose value is most in doubt; then headline measures "
    "up to seven, first those with a target or a comparator. "
    "The grey band is the usual range: values inside it vary by chance."
)


@dataclass(frozen=True)
class Pick:
    """A measure for the first page, and the rule that chose it."""

    measure_id: str
    rule: str
    why: str


def glance(shown: Shown, notes: Notes) -> Glance:
    """Return the indicators of the first page."""
    picks = chosen(shown, notes)
    return Glance("glance", "At a glance", [_indicator(shown, notes, pick) for pick in picks], RULES)


def chosen(shown: Shown, notes: Notes) -> list[Pick]:
    """Return what the rules choose, the strongest of each rule in turn, and then headline measures."""
    queues = {rule: list(ranked(shown, notes)) for rule, ranked in RANKED.items()}
    picks: list[Pick] = []
    for _ in range(OF_A_RULE):
        for rule, queue in queues.items():
            found = next(((m, why) for m, why in queue if _fits(shown, picks, m)), None)
            if found:
                picks.append(Pick(found[0], rule, found[1]))
    for measure_id in sorted(
        (m for m in HEADLINES if m in shown.published.measures), key=lambda m: not _judged(shown, m)
    ):
        if _fits(shown, picks, measure_id):
            picks.append(Pick(measure_id, "headline", "A headline measure."))
    return sorted(picks[:MOST], key=lambda pick: list(ASK).index(pick.rule))


def _judged(shown: Shown, measure_id: str) -> bool:
    return shown.published.measures[measure_id].target is not None or compared(shown, measure_id) is not None


def verdict(shown: Shown, notes: Notes) -> str:
    """Return in a line how many measures meet their target, moved more than by chance, and are in doubt."""
    measures = shown.published.measures
    now = {m: shown.month(m, shown.published.month) for m in shown.measure_ids}
    known = [m for m, cell in now.items() if cell.number is not None]
    aimed = [status(now[m], measures[m]).tone for m in known if measures[m].target is not None]
    moved = sum(bool(wording.signals(shown, m)) for m in known)
    doubted = sum(bool(notes.warnings(m)) for m in shown.measure_ids)
    compared_ = sum(compared(shown, m) is not None for m in known)
    return (
        f"Good? {aimed.count('good')} of {counted(len(aimed), 'target')} met. "
        f"Moving? {moved} of {counted(len(known), 'measure')} moved more than chance explains. "
        f"Compared? {counted(compared_, 'measure')} with other councils. "
        f"Trusted? {counted(doubted, 'measure')} with a value in doubt."
    )


def _fits(shown: Shown, picks: list[Pick], measure_id: str) -> bool:
    measures = shown.published.measures
    topics = Counter(place(measures[pick.measure_id]) for pick in picks)
    is_known = shown.month(measure_id, shown.published.month).number is not None
    is_new = measure_id not in {pick.measure_id for pick in picks}
    return is_known and is_new and topics[place(measures[measure_id])] < OF_A_TOPIC


def _missed(shown: Shown, _: Notes) -> Iterator[tuple[str, str]]:
    """Yield the measures that miss their target: first those that will again, then those that chance decides."""
    order = ["miss", "cannot be relied on"]
    found = []
    for measure_id in shown.measure_ids:
        measure = shown.published.measures[measure_id]
        now = shown.month(measure_id, shown.published.month)
        is_missed = status(now, measure).tone == "bad"
        assurance = _assurance(shown, measure_id)
        if is_missed or assurance in order:
            said = f"Misses the target of {measure.target_text}." if is_missed else "Its target cannot be relied on."
            found.append((order.index(assurance) if assurance in order else 2, measure_id, said))
    yield from ((measure_id, said) for _, measure_id, said in sorted(found))


def _signalled(shown: Shown, _: Notes) -> Iterator[tuple[str, str]]:
    """Yield the measures whose chart signals a change: those for the worse first, then those furthest from the mean."""
    found = []
    for measure_id in shown.measure_ids:
        said = wording.signals(shown, measure_id)
        limits = shown.limits(measure_id, shown.published.month)
        number = shown.month(measure_id, shown.published.month).number
        if said and limits and number is not None:
            polarity = shown.published.measures[measure_id].polarity
            is_worse = polarity != "neutral" and bool(wording.signals(shown, measure_id, only_worse=True))
            half = max(limits.upper_limit - limits.mean, 1e-9)
            found.append(
                (not is_worse, measure_id not in HEADLINES, -abs(number - limits.mean) / half, measure_id, said)
            )
    yield from ((measure_id, f"{said[0].capitalize()}.") for *_, measure_id, said in sorted(found))


def _apart(shown: Shown, _: Notes) -> Iterator[tuple[str, str]]:
    """Yield the measures outside the middle of their statistical neighbours, the furthest first."""
    found = []
    for measure_id in shown.measure_ids:
        known = compared(shown, measure_id)
        if known and known[1].is_beyond_chance and known[1].highest is not None and known[1].lowest is not None:
            own, of, spread = known[0].number or 0, known[1], max(known[1].highest - known[1].lowest, 1e-9)
            by = own - of.comparator_value
            if abs(by) / spread > FAR or not known[1].lowest <= own <= known[1].highest:
                way = "above" if by > 0 else "below"
                found.append((-abs(by) / spread, measure_id, f"Far {way} its statistical neighbours."))
    yield from ((measure_id, said) for _, measure_id, said in sorted(found))


def _doubted(shown: Shown, notes: Notes) -> Iterator[tuple[str, str]]:
    """Yield the measures with values in doubt, that with the value furthest from what it should be first."""
    found = []
    for measure_id in shown.measure_ids:
        doubts = notes.warnings(measure_id)
        if doubts:
            worst = max(finding.distance or 0 for finding in doubts)
            found.append((-worst, measure_id, f"{counted(len(doubts), 'value')} in doubt."))
    yield from ((measure_id, said) for _, measure_id, said in sorted(found))


Ranked = Callable[[Shown, Notes], Iterator[tuple[str, str]]]
RANKED: dict[str, Ranked] = {"target": _missed, "signal": _signalled, "neighbours": _apart, "doubt": _doubted}


def compared(shown: Shown, measure_id: str) -> tuple[Cell, Comparator] | None:
    """Return the value that is compared, and with what: the statistical neighbours, else England, if both are shown."""
    of_measure = [
        found
        for found in shown.published.comparators
        if (found.measure_id, found.basis) == (measure_id, shown.bases[measure_id]) and found.statistic != YEAR_TO_DATE
    ]
    for found in sorted(of_measure, key=lambda found: found.comparator != NEIGHBOURS):
        own = shown.rate(measure_id) if found.statistic == RATE else shown.month(measure_id, shown.published.month)
        if own.number is not None and (found.comparator == NEIGHBOURS or found.area_name == ENGLAND):
            return own, found
    return None


def _assurance(shown: Shown, measure_id: str) -> str | None:
    return shown.published.assurance.get((measure_id, shown.bases[measure_id])) if shown.is_whole(measure_id) else None


def _indicator(shown: Shown, notes: Notes, pick: Pick) -> Indicator:
    published, measure_id = shown.published, pick.measure_id
    measure = published.measures[measure_id]
    now = shown.month(measure_id, published.month)
    return Indicator(
        heading=Cell(measure.measure_name, link=place(measure), measure_id=measure_id),
        why=pick.why,
        value=now,
        beside=list(_beside(shown, notes, measure)),
        spark=_spark(shown, measure),
        moving=list(_moving(shown, measure)),
        good=list(_good(shown, measure, now)),
        trust=list(_trust(shown, notes, measure)),
        ask=ASK[pick.rule],
    )


def _beside(shown: Shown, notes: Notes, measure: Measure) -> Iterator[Cell]:
    """Yield what stands below the value: its basis, its rate, and the value on the other basis where that differs."""
    rate = shown.published.rates.get((measure.measure_id, shown.bases[measure.measure_id]))
    cell = shown.rate(measure.measure_id) if rate and rate.rate_per_10000 is not None else None
    yield Cell(BASES[shown.bases[measure.measure_id]])
    if cell and cell.number is not None:
        yield Cell(f"{cell.text} per 10,000")
    if notes.is_in_full and (other := shown.other_basis(measure.measure_id)):
        yield Cell(f"{BASES[other[0]]}: {other[1].text}")


def _moving(shown: Shown, measure: Measure) -> Iterator[Cell]:
    """Yield how far the value moved in a month and in a year, and whether that is more than chance."""
    published = shown.published
    for before in (published.last_month, published.last_year):
        if before:
            moved = shown.change_since(measure.measure_id, before)
            yield replace(moved, text=f"{moved.text} since {before:%B %Y}")
    said = wording.signals(shown, measure.measure_id)
    if said:
        yield Cell(f"More than chance: {said[0]}.")
    elif shown.limits(measure.measure_id, published.month):
        yield Cell("Within its usual range.")


def _good(shown: Shown, measure: Measure, now: Cell) -> Iterator[Cell]:
    """Yield the target and whether it can be relied on, and the statistical neighbours."""
    if measure.target is not None:
        aim = "at least" if measure.polarity == "higher" else "at most"
        judged = status(now, measure)
        is_met = "met" if judged.tone == "good" else "missed"
        yield replace(judged, text=f"Target {aim} {measure.target_text}: {is_met}")
        if assurance := _assurance(shown, measure.measure_id):
            yield Cell(ASSURANCE.get(assurance, ""))
    if known := compared(shown, measure.measure_id):
        yield Cell(said_of_others(measure, *known))
    elif measure.target is None:
        yield Cell("No target, and nothing to compare with.")


def said_of_others(measure: Measure, own: Cell, of: Comparator) -> str:
    """Return the own value next to the neighbours' median and range, or next to England's."""
    shown_as = replace(measure, decimals=RATE_DECIMALS) if of.statistic == RATE else measure
    texts = [
        number_cell(half_up(value, shown_as.decimals), shown_as).text
        for value in (of.comparator_value, of.lowest, of.highest)
        if value is not None
    ]
    spread = f" ({texts[1]} to {texts[2]})" if len(texts) > 2 else ""
    per = " per 10,000" if of.statistic == RATE else ""
    who = "neighbours" if of.comparator == NEIGHBOURS else of.area_name
    return f"{own.text} here, {who} {texts[0]}{per}{spread}, {of.period}"


def _trust(shown: Shown, notes: Notes, measure: Measure) -> Iterator[Cell]:
    """Yield how many values of the measure are in doubt, and what is the matter with the month's."""
    doubts = notes.warnings(measure.measure_id)
    if not doubts:
        yield Cell("Nothing found against it.", tone="good")
        return
    now = [finding for finding in doubts if finding.month == shown.published.month and not notes.is_of_year(finding)]
    tone = "bad" if now else "middling"
    yield Cell(f"{'This value is' if now else 'Other values are'} in doubt", tone=tone)
    yield Cell(f"{counted(len(doubts), 'finding')}.", link="findings", choose=measure.measure_name)


def _spark(shown: Shown, measure: Measure) -> Spark:
    """Return the months as a small line over the band of its usual range."""
    published = shown.published
    cells = [shown.month(measure.measure_id, month) for month in published.months]
    limited = [shown.limits(measure.measure_id, month) for month in published.months]
    known = [(month, cell) for month, cell in zip(published.months, cells, strict=True) if cell.number is not None]
    (first, begun), (last, ended) = known[0], known[-1]
    said = f"{measure.measure_name} by month: {begun.text} in {first:%B %Y}, {ended.text} in {last:%B %Y}"
    return Spark(charts.spark(published.month_names, cells, limited, measure.is_percentage), said, cells)
