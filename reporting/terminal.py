"""What the `csc` command prints: tables and sentences for a person at a terminal."""

import re
import sys
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

SEVERITIES = ("error", "warning", "info")
STYLE = {
    "error": "bold red",
    "warning": "yellow",
    "info": "cyan",
    "accepted": "green",
    "refused": "bold red",
    "published": "green",
    "published in part": "bold yellow",
    "held back": "bold red",
    "failed": "bold red",
    "never finished": "bold red",
    "sent": "green",
    "pending": "bold red",
}
# a cell of the calendar, the worst state first: its letter and style
CALENDAR = {
    "refused": ("X", "bold red"),
    "overdue": ("!", "bold red"),
    "missing": ("-", "yellow"),
    "late": ("L", "yellow"),
    "restated": ("R", "cyan"),
    "landed": (".", "green"),
    "awaited": ("?", "dim"),
}
SAID = {
    "missing": "not delivered",
    "late": "landed late",
    "restated": "corrected, or restates",
    "awaited": "not due yet",
}
MONTHS_SHOWN = 24
ROWS_SHOWN = 40  # of the calendar; where its extracts are more, each authority has one row for all of them
FILES_SHOWN = 15  # of a run; where they are more, each extract has one row
LONDON = ZoneInfo("Europe/London")
WIDTH_OF_A_FILE = 120  # columns, where the output goes to no terminal
# keys of children and events, cut where a person reads; the JSON output and the tables have them whole
LONG_KEY = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b")
out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
err = Console(stderr=True, highlight=False)


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """A plain table; numbers to the right, words that name a severity or state in its colour."""
    rows = [list(row) for row in rows]
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for position, column in enumerate(columns):
        numbers = rows and all(isinstance(row[position], int | float) or row[position] is None for row in rows)
        made.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(_shown(cell), style=STYLE.get(str(cell), "")) for cell in row))
    return made


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell == int(cell) else f"{cell:,.2f}"
    return str(cell)


def landed(rows: list[dict]) -> None:
    """The files of a run: each of them where they are few, else each extract; refused ones in full."""
    columns = ["file", "extract", "version", "status", "rows"]
    if len(rows) <= FILES_SHOWN:
        out.print(table("What landed", columns, [[row[column] for column in columns] for row in rows]))
    else:
        taken: dict[str, list[dict]] = {}
        for row in rows:
            if row["status"] in ("accepted", "duplicate"):
                taken.setdefault(row["extract"], []).append(row)
        columns = ["extract", "authorities", "months", "files", "corrections", "rows"]
        out.print(table("What landed", columns, [_extract_landed(name, taken[name]) for name in sorted(taken)]))
    for row in rows:
        if row["status"] == "refused":
            refused(row)


def _extract_landed(extract: str, files: list[dict]) -> list[object]:
    months = sorted({row["reporting_month"] for row in files})
    return [
        extract,
        len({row["authority_code"] for row in files}),
        f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}" if months[1:] else f"{months[0]:%Y-%m}",
        len(files),
        sum((row["version"] or 1) > 1 for row in files),
        sum(row["rows"] or 0 for row in files),
    ]


def refused(row: dict) -> None:
    """A file that was refused: what was found, what was expected, what to do."""
    out.print(Text.assemble(("refused ", STYLE["refused"]), row["file"]))
    _indented(f"Found {row['found']}. Expected {row['expected']}. {row['action']}.", 2)


def severities(counts: dict[str, int], worst: list[dict]) -> None:
    """Open findings by severity, then one finding of each check in full, the most serious first.

    Each of `worst` has check_id, severity, found (how many), message and source_ref.
    """
    out.print(Text(f"Open findings: {_counted(counts)}", style="bold"))
    for row in worst:
        more = f" (and {row['found'] - 1} more)" if row["found"] > 1 else ""
        out.print(Text.assemble("  ", (row["severity"], STYLE[row["severity"]]), f" {row['check_id']}{more}"))
        _indented(row["message"], 4)
        _indented(row["source_ref"], 4, style="dim")


def finding(row: dict) -> None:
    """One finding: what is wrong, where, and what it should be."""
    resolved = row["status"] == "resolved"
    style = "dim" if resolved else STYLE[row["severity"]]
    out.print(Text.assemble((row["severity"], style), f" {row['check_id']}", " (resolved)" if resolved else ""))
    _indented(row["message"], 2)
    _indented(row["source_ref"], 2, style="dim")
    if row["holds_back"]:
        _indented(f"Holds back {row['holds_back']} since {_day(row['first_seen_at'])}.", 2, style=STYLE["error"])


def held_back(authorities: list[dict]) -> None:
    """The authorities that readers see as they were, each with why, since when, and as of which publication."""
    for authority in authorities:
        since = f"held back since {_day(datetime.fromisoformat(authority['since']))}"
        out.print(
            Text.assemble((authority["authority_name"], STYLE["error"]), f" {since}: {', '.join(authority['checks'])}")
        )
        published_at = authority["published_at"]
        shown = f"it as published on {_day(datetime.fromisoformat(published_at))}" if published_at else "nothing of it"
        absent = authority["absent_from"]
        _indented(f"Readers see {shown}" + (f", and none of it in {', '.join(absent)}" if absent else "") + ".", 2)


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"


def with_short_keys(text: str) -> str:
    return LONG_KEY.sub(r"\1…", text)


def _indented(text: str | None, by: int, style: str = "") -> None:
    if text:
        out.print(Padding(Text(with_short_keys(text), style=style), (0, 0, 0, by), expand=False))


def status(report: dict) -> None:
    """What `csc status` knows: what to see to, the calendar of deliveries, runs, findings, alerts and publications."""
    said = "all is well" if report["is_well"] else "somebody has to see to this"
    out.print(Text(f"As of {report['as_of']:%-d %B %Y}: {said}", style="bold"))
    for problem in report["problems"]:
        out.print(Text(f"  {problem}", style=STYLE["error"]))
    out.print()
    if report["calendar"]:
        calendar(report["calendar"])
    else:
        out.print("Nothing has landed and been built yet.")
    for row in report["refused"]:
        out.print()
        refused(row | {"file": row["file"] + (f" [{row['sheet']}]" if row["sheet"] else "")})
    overdue(report["calendar"])
    if report["held_back"]:
        out.print()
        held_back(report["held_back"])
    out.print()
    runs = [[_local(r["started_at"]), _took(r["seconds"]), r["outcome"]] for r in report["runs"]]
    out.print(table("Last runs", ["started", "took", "outcome"], runs))
    out.print()
    out.print(Text(f"Open findings: {_counted(report['findings'])}", style="bold"))
    for alert in report["unsent_alerts"]:
        out.print(
            Text(f"Alert not sent since {alert['since']} ({alert['channel']}): {alert['reason']}", style="yellow")
        )
    out.print()
    kept = [
        [p["publication_id"], p["published_at"], "readers see it" if p["is_current"] else ""]
        for p in report["publications"]
    ]
    out.print(table("Publications kept", ["id", "published at", ""], kept))


def unsent(rows: list[dict]) -> None:
    """Which channels have not taken which alerts, and why; they are tried again."""
    for row in rows:
        out.print(Text(f"Not sent yet to {row['channel']}: {row['subject']} ({row['reason']})", style="yellow"))
    out.print()


def alerts(text: str | None, rows: list[dict]) -> None:
    """The last digest in full, and how each channel took the digests."""
    if text:
        out.print(text, markup=False, soft_wrap=True)
    columns = ["digest", "channel", "status", "attempts", "reason"]
    sent = [[row["digest_id"], *(row[column] for column in columns[1:])] for row in rows]
    out.print(table("Sent to", columns, sent) if sent else "No digest has been made yet.")


def overdue(cells: list[dict]) -> None:
    """What each authority is late with."""
    said: dict[str, list[str]] = {}
    for cell in cells:
        if cell["state"] == "overdue":
            about = f"{cell['authority_name']}, {cell['reporting_month']:%B %Y}"
            said.setdefault(about, []).append(f"{cell['extract']} (due {cell['due_on']:%-d %B})")
    if said:
        out.print()
    for about, extracts in said.items():
        out.print(Text.assemble(("overdue ", STYLE["error"]), f"{about}: {', '.join(extracts)}"))


def calendar(cells: list[dict]) -> None:
    """A row for each extract of each authority, or of each authority where those are many; a letter for each month."""
    by_extract = len({(cell["authority_name"], cell["extract"]) for cell in cells}) <= ROWS_SHOWN
    rows: dict[tuple[str, str], dict[date, str]] = {}
    for cell in cells:
        name = cell["authority_name"] or "Unknown authority"
        states = rows.setdefault((name, cell["extract"]) if by_extract else ("", name), {})
        month = cell["reporting_month"]
        states[month] = min(cell["state"], states.get(month, cell["state"]), key=list(CALENDAR).index)
    width = max(len(name) for _, name in rows) + 2
    months = _months(cells, (out.width - width) // 2 - len("  "))
    out.print(Text("What came, by month" + ("" if by_extract else ", all extracts together"), style="bold"))
    for line in _heading(months):
        out.print(Text(" " * width + line, style="dim"), soft_wrap=True)
    above = ""
    for (authority, name), states in rows.items():
        if authority != above:
            out.print(Text(authority, style="bold"))
            above = authority
        line = Text(f"{name:<{width}}")
        for month in months:
            letter, style = CALENDAR.get(states.get(month, ""), (" ", ""))
            line.append(_gap(month, months)).append(letter, style)
        out.print(line, soft_wrap=True)
    seen = {state for states in rows.values() for month, state in states.items() if month in months}
    legend = [f"{letter} {SAID.get(state, state)}" for state, (letter, _) in CALENDAR.items() if state in seen]
    out.print(Text("   ".join(legend), style="dim"))


def _months(cells: list[dict], most: int) -> list[date]:
    """The months from the first that came to the last, without a gap; the latest of them where they are too many."""
    first, last = (end(cell["reporting_month"] for cell in cells) for end in (min, max))
    count = min((last.year - first.year) * 12 + last.month - first.month + 1, MONTHS_SHOWN, most)
    ends = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(ends - count + 1, ends + 1)]


def _gap(month: date, months: list[date]) -> str:
    """What stands before a month: nothing, a space, or more where a financial year begins."""
    return "" if month == months[0] else "   " if month.month == 4 else " "


def _heading(months: list[date]) -> tuple[str, str]:
    """The financial years, and below them the first letter of each month."""
    years = letters = ""
    for number, month in enumerate(months):
        letters += _gap(month, months) + f"{month:%b}"[0]
        has_room = all(later.month != 4 for later in months[1:5])
        if month.month == 4 or (number == 0 and has_room):
            april = month.year - (month.month < 4)
            years = f"{years:<{len(letters) - 1}}" + f"{april}/{(april + 1) % 100:02d}"
    return years, letters


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(
        f"{counts.get(s, 0)} {s}{'s' if s != 'info' and counts.get(s, 0) != 1 else ''}" for s in SEVERITIES
    )


def _local(moment: datetime | None) -> str | None:
    return moment and f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}"


def _took(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return f"{seconds:.1f}s" if seconds < 60 else f"{seconds // 60:.0f}m {seconds % 60:.0f}s"


def show_rows(columns: list[str], rows: list[list]) -> None:
    """The rows of a query, as a table."""
    out.print(table("", columns, rows))
    out.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", style="dim")


def next_steps(steps: Iterable[tuple[str, str]]) -> None:
    """Where to look next: what for, and what to type or open."""
    out.print(Text("Where to look next", style="bold"))
    for purpose, command in steps:
        out.print(Text.assemble(f"  {purpose:<22}", (command, "cyan")), soft_wrap=True)
