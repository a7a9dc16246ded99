"""How the `csc` command prints: tables, findings and refusals for a person at a terminal.

Rows are mappings, as queries and JSON have them; each function says which keys it reads.
"""

import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from data_quality.our_words import visible_lines
from reporting.words import counted, listed

Row = Mapping[str, Any]
SEVERITIES = ("error", "warning", "info")
FILES_NAMED = 3  # of those refused, or left aside, for one reason
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
OF_A_CHECK = 2  # findings
WIDTH_OF_A_FILE = 5_000  # columns, where the output does not go to a terminal: no line is wrapped there
# keys of children and events, shortened for people; the JSON output and the tables have them whole
LONG_KEY = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b")


class Terminal(Console):
    """A console that prints text as it is: square brackets are no markup, and control characters are shown."""

    def __init__(self, **options: Any) -> None:
        """Open it, as `Console` does."""
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the pieces of what is printed."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else Segment(visible_lines(piece.text), piece.style)


out = Terminal(width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
err = Terminal(stderr=True)


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Return a plain table: numbers to the right, words that name a severity or state in its colour."""
    cells = [list(row) for row in rows]
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for position, column in enumerate(columns):
        numbers = cells and all(isinstance(row[position], int | float) or row[position] is None for row in cells)
        made.add_column(_shown(column), justify="right" if numbers else "left", overflow="fold")
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
    return visible_lines(str(cell))


def refused(rows: Iterable[Row]) -> None:
    """Print files that were refused, those of one reason together: what was found, what was expected, what to do.

    Args:
        rows: Each has file, found, expected and action.
    """
    of: dict[str, list[str]] = {}
    for row in rows:
        of.setdefault(f"Found {row['found']}. Expected {row['expected']}. {row['action']}.", []).append(row["file"])
    for said, files in of.items():
        out.print(Text.assemble(("refused ", STYLE["refused"]), _named(files)), soft_wrap=True)
        indented(said, 2)


def left_aside(rows: Iterable[Row]) -> None:
    """Print files that were left aside, those of one kind together, the latest first.

    Args:
        rows: Each has file, notes and action.
    """
    of: dict[str, list[str]] = {}
    for row in rows:
        todo = f" {row['action']}." if row["action"] else ""
        of.setdefault(f"{row['notes']}{todo}", []).insert(0, row["file"])
    for said, files in of.items():
        out.print(Text.assemble(("left aside ", "dim"), f"{_named(files)}: {said}"), soft_wrap=True)


def _named(files: Sequence[str]) -> str:
    more = f" and {len(files) - FILES_NAMED} more" if len(files) > FILES_NAMED else ""
    return ", ".join(files[:FILES_NAMED]) + more


def finding(row: Row) -> None:
    """Print one finding: what is wrong, where, and what it should be.

    Args:
        row: It has check_id, severity, status, message, source_ref, published_as, holds_back and first_seen_at.
    """
    resolved = row["status"] == "resolved"
    style = "dim" if resolved else STYLE[row["severity"]]
    out.print(Text.assemble((row["severity"], style), f" {row['check_id']}", " (resolved)" if resolved else ""))
    indented(row["message"], 2)
    indented(row["source_ref"], 2, style="dim")
    if row["published_as"]:
        indented(f"Readers see {row['published_as']}", 2, style="dim")
    _holding(row)


def group(title: str, rows: Sequence[Row]) -> None:
    """Print the findings of one check: how many there are, and the first of them.

    Args:
        title: What is wrong, in words.
        rows: The findings, the most serious first, as `finding` reads them.
    """
    check_id, severity = rows[0]["check_id"], rows[0]["severity"]
    head = f" {title}: {counted(len(rows), 'finding')} (csc findings --check {check_id})"
    out.print(Text.assemble((severity, STYLE[severity]), head), soft_wrap=True)
    for row in rows[:OF_A_CHECK]:
        indented(row["message"], 2)
        indented(row["source_ref"], 4, style="dim")
        _holding(row)
    if more := rows[OF_A_CHECK:]:
        indented(f"and {len(more):,} more", 2, style="dim")


def _holding(row: Row) -> None:
    if row["holds_back"]:
        indented(f"Holds back {row['holds_back']} since {_day(row['first_seen_at'])}.", 2, style=STYLE["error"])


def held_back(authorities: Sequence[Row]) -> None:
    """Print the authorities whose new data is not published yet: why, since when, and what readers see instead.

    Args:
        authorities: Each with authority_name, since, checks, published_at, months_left_out and absent_from.
    """
    for authority in authorities:
        since = f"held back since {_day(datetime.fromisoformat(authority['since']))}"
        out.print(
            Text.assemble((authority["authority_name"], STYLE["error"]), f" {since}: {', '.join(authority['checks'])}")
        )
        published_at, absent = authority["published_at"], authority["absent_from"]
        shown = f"it as published on {_day(datetime.fromisoformat(published_at))}" if published_at else "nothing of it"
        without = authority["months_left_out"]
        shown += f", without the files for {listed(without)}" if published_at and without else ""
        missing = f" These tables have no rows of it: {', '.join(absent)}." if absent else ""
        indented(f"Readers see {shown}.{missing}", 2)


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"


def with_short_keys(text: str) -> str:
    """Return a text with the keys of children and events shortened."""
    return LONG_KEY.sub(r"\1…", text)


def indented(text: str | None, by: int, style: str = "") -> None:
    """Print a text below what it belongs to; nothing where there is none."""
    if text:
        out.print(Padding(Text(with_short_keys(text), style=style), (0, 0, 0, by), expand=False))


def alerts(text: str | None, rows: Sequence[Row]) -> None:
    """Print the last digest in full, and how each channel took the digests.

    Args:
        text: The last digest, if there is one.
        rows: Each with digest_id, channel, status, attempts and reason.
    """
    if text:
        out.print(text, soft_wrap=True)
    columns = ["digest", "channel", "status", "attempts", "reason"]
    sent = [[row["digest_id"], *(row[column] for column in columns[1:])] for row in rows]
    out.print(table("Sent to", columns, sent) if sent else "No digest has been made yet.")


def open_findings(counts: Mapping[str, int]) -> Text:
    """Return how many findings of each severity are open."""
    errors, warnings, infos = (counts.get(severity, 0) for severity in SEVERITIES)
    said = f"Open findings: {counted(errors, 'error')}, {counted(warnings, 'warning')}, {infos:,} info"
    return Text(said, style="bold")


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print the rows of a query, and how many they are.

    They are a table, or, where that is wider than the terminal, a record of lines for each row. What goes to a file or
    a pipe is never wrapped.
    """
    cells = [[_shown(cell) for cell in row] for row in rows]
    columns = [_shown(column) for column in columns]
    width = sum(2 + max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)) if columns else 0
    if out.is_terminal and width > out.width:
        heads = max(map(cell_len, columns))
        for row in cells:
            for column, cell in zip(columns, row, strict=True):
                out.print(Text.assemble((f"{column:<{heads}}  ", "bold"), cell), soft_wrap=True)
            out.print()
    else:
        wide = Terminal(file=out.file, width=max(width, out.width))
        wide.print(table("", columns, rows))
    out.print(counted(len(rows), "row"), style="dim")
