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
    """What changed, for the measures that moved most beside what they were."""
    months = shown.published.months
    moved = []
    for measure_id in measure_ids:
        now = shown.month(measure_id, months[-1])
        before = shown.month(measure_id, months[-2]) if len(months) > 1 else now
        if now.number is not None and before.number:
            moved.append((abs(now.number - before.number) / before.number, measure_id))
    ranked = [m for _, m in sorted(moved, key=lambda pair: -pair[0]) if _ > 0][:most]
    return [said for m in measure_ids if m in ranked and (said := what_changed(shown, m))]


def worries(shown: Shown, measure_ids: list[str]) -> list[str]:
    """Targets missed; figures that are the year's worst, or much worse than last month's; signals of the worse."""
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
            reasons.append(f"it misses the target of {measure.target:g}{'%' if now.is_percentage else ''}")
        worst = "lowest" if measure.polarity == "higher" else "highest"
        if worst in _extreme(shown, measure_id, now):
            reasons.append(f"that is the {worst}, and so the worst, of the year so far")
        elif change(before, now, measure).tone == "bad" and _worsened(shown, measure_id) >= 3:
            reasons.append(f"it has become worse for {_worsened(shown, measure_id)} months in a row")
        elif change(before, now, measure).tone == "bad" and abs(now.number - before.number) >= WORSE_BY * before.number:
            reasons.append(f"it was {before.text} in {months[-2]:%B}")
        reasons += signals(shown, measure_id, only_worse=True)
        if reasons:
            said.append(
                (
                    len(reasons) if "target" in reasons[0] else 0,
                    f"{measure.measure_name}: {now.text} in {months[-1]:%B}; {' and '.join(reasons)}.",
                )
            )
    return [sentence for _, sentence in sorted(said, key=lambda pair: -pair[0])]


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
        said.append("it lies outside the limits within which it varies by itself")
    if found["is_on_one_side"] and not (only_worse and not _is_worse(measure, found["months_on_side"])):
        said.append(f"it has been on one side of its mean for {abs(found['months_on_side'])} months")
    if found["is_trend"] and not (only_worse and not _is_worse(measure, found["months_in_trend"])):
        said.append(
            f"it has {'risen' if found['months_in_trend'] > 0 else 'fallen'} for {abs(found['months_in_trend'])} months"
        )
    return said


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
