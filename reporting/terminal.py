"""What the `csc` command prints: tables and sentences for a person at a terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

SEVERITIES = ("error", "warning", "info")
STYLE = {"error": "bold red", "warning": "yellow", "info": "cyan", "accepted": "green", "refused": "bold red"}
out = Console(highlight=False, soft_wrap=False)
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
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)


def landed(rows: list[tuple]) -> Table:
    """Rows of (file path, extract, version, status, rows)."""
    return table("What landed", ["file", "extract", "version", "status", "rows"], rows)


def severities(counts: dict[str, int], worst: list[tuple]) -> None:
    """Open findings by severity, then one finding of each check in full, the most serious first.

    `worst` holds rows of (check id, severity, count, message, source_ref).
    """
    total = ", ".join(f"{counts.get(s, 0)} {s}{'s' if s != 'info' and counts.get(s, 0) != 1 else ''}" for s in SEVERITIES)
    out.print(Text(f"Open findings: {total}", style="bold"))
    for check_id, severity, count, message, source_ref in worst:
        more = f" (and {count - 1} more)" if count > 1 else ""
        out.print(Text.assemble("  ", (severity, STYLE[severity]), f" {check_id}{more}"))
        out.print(Text(f"    {message}"))
        if source_ref:
            out.print(Text(f"    {source_ref}", style="dim"))


def next_steps(steps: Iterable[tuple[str, str]]) -> None:
    """Where to look next: what for, and what to type or open."""
    out.print(Text("Where to look next", style="bold"))
    for purpose, command in steps:
        out.print(Text.assemble(f"  {purpose:<22}", (command, "cyan")), soft_wrap=True)
