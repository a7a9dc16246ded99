"""Sentences made from the figures as the pack shows them, so that no sentence can contradict its table."""

import re
from collections import defaultdict
from datetime import date

from reporting.pack.document import Cell
from reporting.pack.figures import Shown, change, status
from reporting.pack.published import Measure

WORSE_BY = 0.1  # of last month's figure, in one month
EXTREME_OF = 4  # months shown before "the highest" says anything
ABOUT = re.compile(r'^(?P<label>".*?"), (?P<when>[A-Z][a-z]+ \d{4}|year to date): (?P<what>.*)$', re.DOTALL)


def what_changed(shown: Shown, measure_id: str) -> str | None:
    """One sentence: the month's figure beside last month's, and whether it is the highest or lowest of the year."""
    months = shown.published.months
    measure = shown.published.measures[measure_id]
    now = shown.month(measure_id, months[-1])
    if now.number is None:
        return None
    at = f"{'at the end of' if measure.ytd_rule == 'latest' else 'in'} {months[-1]:%B}"
    before = shown.month(measure_id, months[-2]) if len(months) > 1 else None
    if before is None or before.number is None:
        return f"{measure.measure_name}: {now.text} {at}."
    moved = "stayed at" if before.number == now.number else "rose" if now.number > before.number else "fell"
    if moved == "stayed at":
        said = f"{measure.measure_name}: stayed at {now.text} {at}"
    else:
        said = f"{measure.measure_name}: {moved} from {before.text} in {months[-2]:%B} to {now.text} {at}"
    return f"{said}{_extreme(shown, measure_id, now)}."


def _extreme(shown: Shown, measure_id: str, now: Cell) -> str:
    numbers = [c.number for m in shown.published.months if (c := shown.month(measure_id, m)).number is not None]
    if len(numbers) < EXTREME_OF or len(numbers) < len(shown.published.months):
        return ""
    for word, best in (("highest", max), ("lowest", min)):
        if now.number == best(numbers) and numbers.count(now.number) == 1:
            return f", the {word} of the year so far"
    return ""


def biggest_changes(shown: Shown, measure_ids: list[str], most: int) -> list[str]:
    """What changed: first measures whose chart gives a signal, then those that moved most beside what they were."""
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
    """(measure, sentence): targets missed; figures that are the year's worst, or much worse than last month's; signals
    of the worse. First what misses its target, then what there is most to say of.
    """
    months = shown.published.months
    said = []
    for measure_id in measure_ids:
        measure = shown.published.measures[measure_id]
        now = shown.month(measure_id, months[-1])
        before = shown.month(measure_id, months[-2]) if len(months) > 1 else Cell("")
        if now.number is None or measure.polarity == "neutral":
            continue
        if measure.kind == "flow" and measure.polarity == "higher":
            continue  # fewer of them may be no more than a quiet month; their percentage tells
        reasons = []
        if measure.target is not None and status(before, now, measure).tone in ("bad", "middling"):
            reasons.append(f"misses the target of {measure.target:g}{'%' if now.is_percentage else ''}")
        worst = "lowest" if measure.polarity == "higher" else "highest"
        if worst in _extreme(shown, measure_id, now):
            reasons.append("the worst of the year so far")
        elif change(before, now, measure).tone == "bad" and _worsened(shown, measure_id) >= 3:
            reasons.append(f"worse for {_worsened(shown, measure_id)} months in a row")
        elif change(before, now, measure).tone == "bad" and abs(now.number - before.number) >= WORSE_BY * before.number:
            reasons.append(f"it was {before.text} in {months[-2]:%B}")
        reasons += signals(shown, measure_id, only_worse=True)
        if reasons:
            sentence = f"{measure.measure_name}: {now.text} in {months[-1]:%B}; {'; '.join(reasons)}."
            said.append(("target" in reasons[0], len(reasons), measure_id, sentence))
    ranked = sorted(said, key=lambda row: (row[0], row[1]), reverse=True)
    return [(measure_id, sentence) for _, _, measure_id, sentence in ranked]


def _worsened(shown: Shown, measure_id: str) -> int:
    """For how many months in a row the figure has become worse, up to the pack's month."""
    measure = shown.published.measures[measure_id]
    cells = [shown.month(measure_id, m) for m in shown.published.months]
    count = 0
    for before, now in zip(reversed(cells[:-1]), reversed(cells), strict=False):
        if change(before, now, measure).tone != "bad":
            break
        count += 1
    return count


def signals(shown: Shown, measure_id: str, only_worse: bool = False) -> list[str]:
    """What the XmR chart says of the pack's month; nothing where a figure of the series is kept from readers."""
    measure, month = shown.published.measures[measure_id], shown.published.month
    found = limits(shown, measure_id, month)
    if not found:
        return []
    now = shown.month(measure_id, month)
    said = []
    if found["is_outside_limits"] and not (only_worse and not _is_worse(measure, now.number - found["mean"])):
        said.append("outside the usual range")
    if found["is_on_one_side"] and not (only_worse and not _is_worse(measure, found["months_on_side"])):
        side = "above" if found["months_on_side"] > 0 else "below"
        said.append(f"{side} its mean for {abs(found['months_on_side'])} months in a row")
    if found["is_trend"] and not (only_worse and not _is_worse(measure, found["months_in_trend"])):
        way = "rising" if found["months_in_trend"] > 0 else "falling"
        said.append(f"{way} for {abs(found['months_in_trend'])} months in a row")
    return said


def all_signals(shown: Shown, measure_ids: list[str]) -> list[str]:
    """What the charts of several measures say; measures of which the same is said, together."""
    of: dict[str, list[str]] = defaultdict(list)
    for measure_id in measure_ids:
        for said in signals(shown, measure_id):
            of[said].append(shown.published.measures[measure_id].measure_name)
    return [f"{'; '.join(names)}: {said}." for said, names in of.items()]


def _is_worse(measure: Measure, direction: float) -> bool:
    return direction < 0 if measure.polarity == "higher" else direction > 0


def limits(shown: Shown, measure_id: str, month: date) -> dict | None:
    """The limits of a month's XmR chart. They are made of every month's figure, and shown only with all of those."""
    found = shown.published.limits.get((measure_id, month, shown.bases[measure_id]))
    return found if found and found["mean"] is not None and shown.is_whole(measure_id) else None


def one_of_many(messages: list[str]) -> str:
    """The messages of one check on one row as a single text: what they share is said once."""
    matches = [ABOUT.match(message) for message in messages]
    if len(messages) == 1 or not all(matches):
        return " ".join(dict.fromkeys(messages))
    whens: dict[str, list[str]] = defaultdict(list)
    for match in matches:
        whens[match["what"]].append(match["when"])
    label = matches[0]["label"]
    return f"{label}: " + " ".join(f"{listed(when)}: {what}" for what, when in whens.items())


def listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
