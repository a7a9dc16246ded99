"""Sentences made from the values as the pack shows them, so that no sentence can contradict its table."""

import re
from collections import defaultdict

from reporting.pack.document import Cell
from reporting.pack.figures import Shown, status
from reporting.pack.records import Measure
from reporting.words import listed

LIKE = 3  # messages of one kind that are all written out
EXTREME_OF = 4  # months shown before "the highest" says anything
ABOUT = re.compile(r'^(?P<label>".*?"), (?P<when>[A-Z][a-z]+ \d{4}|year to date): (?P<what>.*)$', re.DOTALL)


def what_changed(shown: Shown, measure_id: str) -> str | None:
    """Return a sentence: the month's value, last month's, last year's, and whether it is the highest or lowest."""
    months = shown.published.months
    measure = shown.published.measures[measure_id]
    now = shown.month(measure_id, months[-1])
    if now.number is None:
        return None
    at = f"{'at the end of' if measure.ytd_rule == 'latest' else 'in'} {months[-1]:%B}"
    before = shown.month(measure_id, months[-2]) if len(months) > 1 else None
    if before is None or before.number is None:
        return f"{measure.measure_name}: {now.text} {at}."
    if before.number == now.number:
        said = f"{measure.measure_name}: stayed at {now.text} {at}"
    else:
        moved = "rose" if now.number > before.number else "fell"
        said = f"{measure.measure_name}: {moved} from {before.text} in {months[-2]:%B} to {now.text} {at}"
    return f"{said}{_extreme(shown, measure_id, now.number)}{_a_year_ago(shown, measure_id)}."


def headline(shown: Shown, measure_id: str) -> str:
    """Return what a measure did, as short as a title: its last value, how it moved, and whether by chance."""
    measure = shown.published.measures[measure_id]
    name = measure.measure_name.removesuffix(" (%)")
    known = [(m, cell) for m in shown.published.months if (cell := shown.month(measure_id, m)).number is not None]
    month, now = known[-1]
    if month != shown.published.month:
        return f"{name}: {now.text} in {month:%B %Y}, and no value since"
    before = known[-2][1].number if len(known) > 1 else None
    moved = "at" if before is None else "unchanged at" if before == now.number else ""
    way = moved or ("up to" if (now.number or 0) > (before or 0) else "down to")
    found = shown.limits(measure_id, month)
    if found and found.is_outside_limits:
        said = f", {'above' if (now.number or 0) > found.mean else 'below'} the usual range"
    elif found and found.is_signal:
        said = f", {signals(shown, measure_id)[0]}"
    else:
        said = _extreme(shown, measure_id, now.number or 0) or (", within the usual range" if found else "")
    return f"{name} {way} {now.text}{said}"


def _a_year_ago(shown: Shown, measure_id: str) -> str:
    month = shown.published.last_year
    cell = shown.month(measure_id, month) if month else None
    return f"; it was {cell.text} in {month:%B %Y}" if cell and cell.number is not None else ""


def span(shown: Shown) -> str:
    """Return in words the months among which a value is the highest or the worst."""
    published = shown.published
    is_of_year = published.months[0] >= published.april
    return "of the year so far" if is_of_year else f"of the {len(published.months)} months shown"


def _extreme(shown: Shown, measure_id: str, now: float) -> str:
    numbers = [c.number for m in shown.published.months if (c := shown.month(measure_id, m)).number is not None]
    if len(numbers) < EXTREME_OF or len(numbers) < len(shown.published.months):
        return ""
    for word, best in (("highest", max), ("lowest", min)):
        if now == best(numbers) and numbers.count(now) == 1:
            return f", the {word} {span(shown)}"
    return ""


def biggest_changes(shown: Shown, measure_ids: list[str], most: int) -> list[str]:
    """Return what changed: first measures whose chart gives a signal, then those that moved most for their size."""
    months = shown.published.months
    moved = []
    for measure_id in measure_ids:
        now = shown.month(measure_id, months[-1])
        before = shown.month(measure_id, months[-2]) if len(months) > 1 else now
        if now.number is not None and before.number:
            by = abs(now.number - before.number) / before.number
            moved.append((len(signals(shown, measure_id)), by, measure_id))
    ranked = [m for signalled, by, m in sorted(moved, reverse=True) if signalled or by][:most]
    return [said for m in measure_ids if m in ranked and (said := _with_signals(shown, m))]


def _with_signals(shown: Shown, measure_id: str) -> str | None:
    said = what_changed(shown, measure_id)
    found = signals(shown, measure_id)
    return f"{said.removesuffix('.')}; {'; '.join(found)}." if said and found else said


def worries(shown: Shown, measure_ids: list[str]) -> list[tuple[str, str]]:
    """Return each measure to worry about with a sentence; first what misses its target, then what has most reasons.

    Reasons to worry: the target is missed; the value is the worst shown; the chart signals a change for the worse.
    A change that chance may make is none. Counts that are better when higher are left out: fewer may
    only mean a quiet month, and the percentage made from them says more.
    """
    months = shown.published.months
    said = []
    for measure_id in measure_ids:
        measure = shown.published.measures[measure_id]
        now = shown.month(measure_id, months[-1])
        is_quiet = measure.kind == "flow" and measure.polarity == "higher"
        if now.number is None or measure.polarity == "neutral" or is_quiet:
            continue
        if reasons := _reasons(shown, measure, now):
            sentence = f"{measure.measure_name}: {now.text} in {months[-1]:%B}; {'; '.join(reasons)}."
            said.append(("target" in reasons[0], len(reasons), measure_id, sentence))
    ranked = sorted(said, key=lambda row: (row[0], row[1]), reverse=True)
    return [(measure_id, sentence) for _, _, measure_id, sentence in ranked]


def _reasons(shown: Shown, measure: Measure, now: Cell) -> list[str]:
    """Return why a measure's value of the month is worrying."""
    measure_id = measure.measure_id
    reasons = []
    if measure.target is not None and status(now, measure).tone in ("bad", "middling"):
        reasons.append(f"misses the target of {measure.target_text}")
    worst = "lowest" if measure.polarity == "higher" else "highest"
    if now.number is not None and worst in _extreme(shown, measure_id, now.number):
        reasons.append(f"the worst {span(shown)}")
    return reasons + signals(shown, measure_id, only_worse=True)


def signals(shown: Shown, measure_id: str, only_worse: bool = False) -> list[str]:
    """Return what the XmR chart says about the pack's month; nothing where readers may not see a value of it."""
    measure, month = shown.published.measures[measure_id], shown.published.month
    found, now = shown.limits(measure_id, month), shown.month(measure_id, month)
    if not found or now.number is None:
        return []
    side = "above" if found.months_on_side > 0 else "below"
    way = "rising" if found.months_in_trend > 0 else "falling"
    given = [
        (found.is_outside_limits, now.number - found.mean, "outside the usual range"),
        (
            found.is_near_limit and not found.is_outside_limits,
            now.number - found.mean,
            "near a limit of the usual range for the second time in three months",
        ),
        (found.is_jump, found.months_in_trend, "moved more in a month than chance explains"),
        (
            found.is_on_one_side,
            found.months_on_side,
            f"{side} its mean for {abs(found.months_on_side)} months in a row",
        ),
        (found.is_trend, found.months_in_trend, f"{way} for {abs(found.months_in_trend)} months in a row"),
    ]
    return [
        said for is_given, direction, said in given if is_given and (not only_worse or _is_worse(measure, direction))
    ]


def all_signals(shown: Shown, measure_ids: list[str]) -> list[str]:
    """Return what the charts of several measures say, with measures that share a signal in one sentence."""
    of: dict[str, list[str]] = defaultdict(list)
    for measure_id in measure_ids:
        for said in signals(shown, measure_id):
            of[said].append(shown.published.measures[measure_id].measure_name)
    return [f"{'; '.join(names)}: {said}." for said, names in of.items()]


def _is_worse(measure: Measure, direction: float) -> bool:
    return direction < 0 if measure.polarity == "higher" else direction > 0


def one_of_many(messages: list[str]) -> str:
    """Return the messages of one check on one row as a single text that says once what they share."""
    matches = [found for message in messages if (found := ABOUT.match(message))]
    if len(messages) == 1 or len(matches) < len(messages):
        return " ".join(dict.fromkeys(messages))
    return f"{matches[0]['label']}: {without_label(messages)}"


def without_label(messages: list[str]) -> str:
    """Return the messages of one check on one row without the label of the row, so that they can be those of others."""
    matches = [found for message in messages if (found := ABOUT.match(message))]
    if len(matches) < len(messages):
        return " ".join(dict.fromkeys(messages))
    whens: dict[str, list[str]] = defaultdict(list)
    for match in matches:
        whens[match["what"]].append(match["when"])
    said = [f"{listed(when)}: {what}" for what, when in whens.items()]
    said = [said[0], *(words[0].upper() + words[1:] for words in said[1:])]
    if len(said) > LIKE:
        said = [said[0], f"{len(matches) - len(next(iter(whens.values())))} more like it: see Findings."]
    return " ".join(said)
