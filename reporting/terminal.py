"""What the `csc` command prints: tables and sentences for a person at a terminal.

Rows are mappings, as queries and JSON have them; each function says which keys it reads.
"""

import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from data_quality.contracts import of_every_area
from reporting import calendar
from reporting.words import counted, list_name

Row = Mapping[str, Any]
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
LEFT_ASIDE_SHOWN = 12
CHANGES_SHOWN = 10  # of one file
FILES_SHOWN = 10  # of a run; where there are more, one line says how many
CHECKS_SHOWN = 5  # of those with findings
SAID_BY = {"declared": "declared", "dataset": "its dataset", "told": "the list itself"}
LONDON = ZoneInfo("Europe/London")
WIDTH_OF_A_FILE = 120  # columns, where the output does not go to a terminal
# keys of children and events, shortened for people; the JSON output and the tables have them whole
LONG_KEY = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b")
out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
err = Console(stderr=True, highlight=False)


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Return a plain table: numbers to the right, words that name a severity or state in its colour."""
    cells = [list(row) for row in rows]
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for position, column in enumerate(columns):
        numbers = cells and all(isinstance(row[position], int | float) or row[position] is None for row in cells)
        made.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in cells:
        made.add_row(*(Text(_shown(cell), style=STYLE.get(str(cell), "")) for cell in row))
    return made


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return str(cell)
        return f"{cell:,.0f}" if cell == int(cell) else f"{cell:,.2f}"
    return str(cell)


def landed(rows: Sequence[Row]) -> None:
    """Print the files of a run: each of them where they are few, else how many; refused ones in full.

    Args:
        rows: Each with file, extract, version, status, rows, authority_code, reporting_month, and what `refused` reads.
    """
    if len(rows) <= FILES_SHOWN:
        columns = ["file", "list or return", "version", "status", "rows"]
        files = [[r["file"], _list_name(r["extract"]), r["version"], r["status"], r["rows"]] for r in rows]
        out.print(table("What landed", columns, files))
    else:
        out.print(Text.assemble(("What landed", "bold"), f": {_landed_in_short(rows)}"))
    for row in rows:
        if row["status"] == "refused":
            refused(row)


def _list_name(extract: str | None) -> str | None:
    return extract and list_name(extract)


def _landed_in_short(rows: Sequence[Row]) -> str:
    of_authorities = [row for row in rows if row["extract"] not in of_every_area()]
    taken = [row for row in of_authorities if row["status"] in ("accepted", "duplicate")]
    tables = len(rows) - len(of_authorities)
    months = sorted({row["reporting_month"] for row in taken})
    said = [
        counted(len({row["file"] for row in of_authorities}), "file"),
        f"of {_authorities(taken)}",
        f"for {months[0]:%B %Y}" + (f" to {months[-1]:%B %Y}" if months[1:] else "") if months else "",
        f"with {counted(len({row['extract'] for row in taken}), 'list or return', 'lists or returns')},",
        counted(sum(row["rows"] or 0 for row in taken), "row"),
    ]
    corrections = sum((row["version"] or 1) > 1 for row in taken)
    more = [counted(corrections, "correction")] if corrections else []
    more += [counted(tables, "published table")] if tables else []
    return ", ".join([" ".join(filter(None, said)), *more]) + "."


def _authorities(rows: Sequence[Row]) -> str:
    return counted(len({row["authority_code"] for row in rows}), "authority", "authorities")


def refused(row: Row) -> None:
    """Print a file that was refused: what was found, what was expected, what to do.

    Args:
        row: It has file, found, expected and action.
    """
    out.print(Text.assemble(("refused ", STYLE["refused"]), row["file"]))
    _indented(f"Found {row['found']}. Expected {row['expected']}. {row['action']}.", 2)


def preview(made: Row) -> None:
    """Print what a file would be taken for, what would keep it out, what looks odd and what would change.

    Args:
        made: It has file, sheet, status, extract, month, rows, refusal, notes, odd and changes.
    """
    place = made["file"] + (f", sheet {made['sheet']}" if made["sheet"] else "")
    if made["status"] == "refused":
        out.print(Text.assemble(("would be refused ", STYLE["refused"]), place))
        _indented(made["refusal"], 2)
        return
    if made["status"] != "accepted":
        out.print(Text.assemble(("left aside ", "dim"), place))
    else:
        rows = "" if made["rows"] is None else f", {counted(made['rows'], 'row')}"
        said = f": {list_name(made['extract'])}, {made['month']:%B %Y}{rows}"
        out.print(Text.assemble(("taken ", STYLE["accepted"]), place, said))
    for note in made["notes"]:
        _indented(note, 2, style="dim")
    for line in made["odd"]:
        _indented(f"odd: {line}", 2, style=STYLE["warning"])
    shown = made["changes"][:CHANGES_SHOWN]
    for line in shown:
        _indented(f"changes: {line}", 2, style=STYLE["info"])
    if more := len(made["changes"]) - len(shown):
        _indented(f"and {counted(more, 'more figure')}", 2, style=STYLE["info"])


def severities(counts: Mapping[str, int], worst: Sequence[Row]) -> None:
    """Print the open findings by severity, then one finding of each of the worst checks in full.

    Args:
        counts: How many findings of each severity are open.
        worst: Each with check_id, severity, found (how many), message and source_ref.
    """
    out.print(_open_findings(counts))
    for row in worst[:CHECKS_SHOWN]:
        more = f" (and {row['found'] - 1} more)" if row["found"] > 1 else ""
        out.print(Text.assemble("  ", (row["severity"], STYLE[row["severity"]]), f" {row['check_id']}{more}"))
        _indented(row["message"], 4)
        _indented(row["source_ref"], 4, style="dim")
    if unseen := sum(row["found"] for row in worst[CHECKS_SHOWN:]):
        others = counted(len(worst[CHECKS_SHOWN:]), "other check")
        out.print(f"  and {counted(unseen, 'more finding')} of {others}: csc findings")


def finding(row: Row) -> None:
    """Print one finding: what is wrong, where, and what it should be.

    Args:
        row: It has check_id, severity, status, message, source_ref, holds_back and first_seen_at.
    """
    resolved = row["status"] == "resolved"
    style = "dim" if resolved else STYLE[row["severity"]]
    out.print(Text.assemble((row["severity"], style), f" {row['check_id']}", " (resolved)" if resolved else ""))
    _indented(row["message"], 2)
    _indented(row["source_ref"], 2, style="dim")
    if row["holds_back"]:
        _indented(f"Holds back {row['holds_back']} since {_day(row['first_seen_at'])}.", 2, style=STYLE["error"])


def held_back(authorities: Sequence[Row]) -> None:
    """Print the authorities whose new data is not published yet: why, since when, and what readers see instead.

    Args:
        authorities: Each with authority_name, since, checks, published_at and absent_from.
    """
    for authority in authorities:
        since = f"held back since {_day(datetime.fromisoformat(authority['since']))}"
        out.print(
            Text.assemble((authority["authority_name"], STYLE["error"]), f" {since}: {', '.join(authority['checks'])}")
        )
        published_at, absent = authority["published_at"], authority["absent_from"]
        shown = f"it as published on {_day(datetime.fromisoformat(published_at))}" if published_at else "nothing of it"
        missing = f" These tables have no rows of it: {', '.join(absent)}." if absent else ""
        _indented(f"Readers see {shown}.{missing}", 2)


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"


def with_short_keys(text: str) -> str:
    """Return a text with the keys of children and events shortened."""
    return LONG_KEY.sub(r"\1…", text)


def _indented(text: str | None, by: int, style: str = "") -> None:
    if text:
        out.print(Padding(Text(with_short_keys(text), style=style), (0, 0, 0, by), expand=False))


def status(report: Row) -> None:
    """Print what `csc status` knows: what needs action, the calendar, runs, findings, alerts and publications.

    Args:
        report: It has as_of, is_well, problems, calendar, reaches, refused, left_aside, held_back, runs, findings,
            unsent_alerts and publications.
    """
    said = "all is well" if report["is_well"] else "this needs action"
    out.print(Text(f"As of {report['as_of']:%-d %B %Y}: {said}", style="bold"))
    for problem in report["problems"]:
        out.print(Text(f"  {problem}", style=STYLE["error"]))
    out.print()
    if report["calendar"]:
        for line in calendar.lines(report["calendar"], out.width):
            out.print(line, soft_wrap=True)
    else:
        out.print("No delivery has been loaded yet. Run `csc run`.")
    if report["reaches"]:
        out.print()
        _reaches(report["reaches"])
    for row in report["refused"]:
        out.print()
        refused({**row, "file": row["file"] + (f" [{row['sheet']}]" if row["sheet"] else "")})
    _left_aside(report["left_aside"])
    if late := calendar.overdue(report["calendar"]):
        out.print()
        for about, lists in late.items():
            out.print(Text.assemble(("overdue ", STYLE["error"]), f"{about}: {', '.join(lists)}"))
    if report["held_back"]:
        out.print()
        held_back(report["held_back"])
    out.print()
    runs = [[_local(r["started_at"]), _took(r["seconds"]), r["outcome"]] for r in report["runs"]]
    out.print(table("Last runs", ["started", "took", "outcome"], runs))
    out.print()
    out.print(_open_findings(report["findings"]))
    for alert in report["unsent_alerts"]:
        said = f"Alert not sent to {alert['channel']} since {alert['since']}: {alert['reason']}"
        out.print(Text(said, style="yellow"))
    out.print()
    kept = [
        [
            p["publication_id"],
            _local(datetime.fromisoformat(p["published_at"])),
            "readers see it" if p["is_current"] else "",
        ]
        for p in report["publications"]
    ]
    out.print(table("Publications kept", ["id", "published at", ""], kept))


def _reaches(rows: Sequence[Row]) -> None:
    """Print since when the latest delivery of each list holds everything; where there are many, how to see them."""
    authorities = list(dict.fromkeys(row["authority_name"] for row in rows))
    if len(rows) > calendar.ROWS_SHOWN:
        out.print("How far back each list holds everything: csc status --authority NAME", markup=False)
        return
    shown = [
        [
            *([row["authority_name"]] if len(authorities) > 1 else []),
            list_name(row["extract"]),
            f"{row['reporting_month']:%Y-%m}",
            f"{row['reaches_from']:%Y-%m}" if row["reaches_from"] else "ever",
            SAID_BY[row["said_by"]],
            _repeated(row),
        ]
        for row in rows
    ]
    columns = ["list", "latest", "everything since", "who says so", "repeats of the list before"]
    out.print(table("How far back each list holds everything", ["authority"] * (len(authorities) > 1) + columns, shown))


def _repeated(row: Row) -> str:
    if not row["events"]:
        return "nothing to compare"
    share = 100 * row["repeated_events"] / row["events"]
    return f"{share:.0f}% ({row['repeated_events']:,} of {row['events']:,})"


def _left_aside(rows: Sequence[Row]) -> None:
    """Print the files that no measure needs, the first of them in full."""
    for row in rows[:LEFT_ASIDE_SHOWN]:
        place = row["file"] + (f" [{row['sheet']}]" if row["sheet"] else "")
        out.print(Text.assemble(("left aside ", "dim"), f"{place}: {row['what']}"), soft_wrap=True)
    if (more := len(rows) - LEFT_ASIDE_SHOWN) > 0:
        out.print(Text(f"and {counted(more, 'more file')} that no measure needs: csc status --json", style="dim"))


def unsent(rows: Sequence[Row]) -> None:
    """Print the alerts that a channel has not taken yet, and why; they are tried again.

    Args:
        rows: Each with channel, subject and reason.
    """
    for row in rows:
        out.print(Text(f"Not sent yet to {row['channel']}: {row['subject']} ({row['reason']})", style="yellow"))
    out.print()


def alerts(text: str | None, rows: Sequence[Row]) -> None:
    """Print the last digest in full, and how each channel took the digests.

    Args:
        text: The last digest, if there is one.
        rows: Each with digest_id, channel, status, attempts and reason.
    """
    if text:
        out.print(text, markup=False, soft_wrap=True)
    columns = ["digest", "channel", "status", "attempts", "reason"]
    sent = [[row["digest_id"], *(row[column] for column in columns[1:])] for row in rows]
    out.print(table("Sent to", columns, sent) if sent else "No digest has been made yet.")


def _open_findings(counts: Mapping[str, int]) -> Text:
    errors, warnings, infos = (counts.get(severity, 0) for severity in SEVERITIES)
    said = f"Open findings: {counted(errors, 'error')}, {counted(warnings, 'warning')}, {infos:,} info"
    return Text(said, style="bold")


def _local(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}" if moment else None


def _took(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return f"{seconds:.1f}s" if seconds < 60 else f"{seconds // 60:.0f}m {seconds % 60:.0f}s"


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print the rows of a query, and how many they are.

    They are a table, or, where that is wider than the terminal, a record of lines for each row. What goes to a file or
    a pipe is never wrapped.
    """
    cells = [[_shown(cell) for cell in row] for row in rows]
    width = sum(2 + max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)) if columns else 0
    if out.is_terminal and width > out.width:
        heads = max(map(cell_len, columns))
        for row in cells:
            for column, cell in zip(columns, row, strict=True):
                out.print(Text.assemble((f"{column:<{heads}}  ", "bold"), cell), soft_wrap=True)
            out.print()
    else:
        wide = Console(highlight=False, file=out.file, width=max(width, out.width))
        wide.print(table("", columns, rows))
    out.print(counted(len(rows), "row"), style="dim")


def next_steps(steps: Iterable[tuple[str, str]]) -> None:
    """Print where to look next: what for, and what to type or open."""
    out.print(Text("Where to look next", style="bold"))
    for purpose, command in steps:
        out.print(Text.assemble(f"  {purpose:<22}", (command, "cyan")), soft_wrap=True)
