"""The calendar of deliveries: a row for each list of each authority, a letter for each month."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from rich.text import Text

from reporting.words import financial_year, list_name

Cell = Mapping[str, Any]
"""A list and month of an authority: authority_name, extract, reporting_month, due_on and state."""
# the worst state first: its letter and style
STATES = {
    "refused": ("X", "bold red"),
    "overdue": ("!", "bold red"),
    "missing": ("-", "yellow"),
    "late": ("L", "yellow"),
    "restated": ("R", "cyan"),
    "landed": (".", "green"),
    "awaited": ("?", "dim"),
}
WORDS = {
    "missing": "not delivered",
    "late": "landed late",
    "restated": "corrected or restated",
    "awaited": "not due yet",
}
MONTHS_SHOWN = 24
ROWS_SHOWN = 40  # with more lists than that, each authority has one row for all of them
LONGEST_NAME = 44


def lines(cells: Sequence[Cell], width: int) -> Iterator[Text]:
    """Return the lines of the calendar for a terminal of a width.

    Each list of each authority has a row; where those are too many, each authority has.
    """
    by_list = len({(cell["authority_name"], cell["extract"]) for cell in cells}) <= ROWS_SHOWN
    rows = _rows(cells, by_list)
    indent = max(len(name) for _, name in rows) + 2
    months = _months(cells, (width - indent) // 2 - len("  "))
    yield Text("Deliveries by month" + ("" if by_list else ", all lists and returns together"), style="bold")
    for heading in _headings(months):
        yield Text(" " * indent + heading, style="dim")
    above = ""
    for (authority, name), states in rows.items():
        if authority != above:
            yield Text(authority, style="bold")
            above = authority
        line = Text(f"{name:<{indent}}")
        for month in months:
            letter, style = STATES.get(states.get(month, ""), (" ", ""))
            line.append(_gap(month, months)).append(letter, style)
        yield line
    seen = {state for states in rows.values() for month, state in states.items() if month in months}
    legend = [f"{letter} {WORDS.get(state, state)}" for state, (letter, _) in STATES.items() if state in seen]
    yield Text("   ".join(legend), style="dim")


def overdue(cells: Sequence[Cell]) -> dict[str, list[str]]:
    """Return what each authority is late with, by authority, month and the day it was due."""
    late: dict[str, list[str]] = {}
    for cell in cells:
        if cell["state"] == "overdue":
            about = f"{cell['authority_name']}, {cell['reporting_month']:%B %Y} (due {cell['due_on']:%-d %B %Y})"
            late.setdefault(about, []).append(list_name(cell["extract"]))
    return late


def _rows(cells: Sequence[Cell], by_list: bool) -> dict[tuple[str, str], dict[date, str]]:
    """Return the state of each month, by authority and list or by authority; the worst where there are several."""
    rows: dict[tuple[str, str], dict[date, str]] = {}
    for cell in cells:
        authority = cell["authority_name"] or "Unknown authority"
        states = rows.setdefault((authority, _short(list_name(cell["extract"]))) if by_list else ("", authority), {})
        month = cell["reporting_month"]
        states[month] = min(cell["state"], states.get(month, cell["state"]), key=list(STATES).index)
    return dict(sorted(rows.items()))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _months(cells: Sequence[Cell], most: int) -> list[date]:
    """Return the months from the first delivered to the last, without a gap; the latest ones if they are too many."""
    last: date = max(cell["reporting_month"] for cell in cells)
    age = relativedelta(last, min(cell["reporting_month"] for cell in cells))
    count = min(age.years * 12 + age.months + 1, MONTHS_SHOWN, most)
    return [last - relativedelta(months=n) for n in reversed(range(count))]


def _gap(month: date, months: Sequence[date]) -> str:
    """Return the space before a month: none, one, or more where a financial year begins."""
    return "" if month == months[0] else "   " if month.month == 4 else " "


def _headings(months: Sequence[date]) -> tuple[str, str]:
    """Return the financial years, and below them the first letter of each month."""
    years = letters = ""
    for number, month in enumerate(months):
        letters += _gap(month, months) + f"{month:%b}"[0]
        has_room = all(later.month != 4 for later in months[1:5])
        if month.month == 4 or (number == 0 and has_room):
            years = f"{years:<{len(letters) - 1}}" + financial_year(month)
    return years, letters
