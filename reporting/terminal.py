"""What the `csc` command prints: tables and sentences for a person at a terminal."""

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

SEVERITIES = ("error", "warning", "info")
STYLE = {"error": "bold red", "warning": "yellow", "info": "cyan", "accepted": "green", "refused": "bold red"}
STYLE |= {"sent": "green", "pending": "bold red"}
WIDTH_OF_A_FILE = 120  # columns, where the output goes to no terminal
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


def landed(rows: list[dict]) -> Table:
    """The files of a run."""
    columns = ["file", "extract", "version", "status", "rows"]
    return table("What landed", columns, [[row[column] for column in columns] for row in rows])


def severities(counts: dict[str, int], worst: list[dict]) -> None:
    """Open findings by severity, then one finding of each check in full, the most serious first.

    Each of `worst` has check_id, severity, found (how many), message and source_ref.
    """
    total = ", ".join(
        f"{counts.get(s, 0)} {s}{'s' if s != 'info' and counts.get(s, 0) != 1 else ''}" for s in SEVERITIES
    )
    out.print(Text(f"Open findings: {total}", style="bold"))
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


def _indented(text: str | None, by: int, style: str = "") -> None:
    if text:
        out.print(Padding(Text(text, style=style), (0, 0, 0, by), expand=False))


def status(report: dict) -> None:
    """What `csc status` knows: files by how they were read, refusals in full, gaps, publications."""
    columns = ["file", "sheet", "extract", "version", "status", "rows", "read as"]
    landed_rows = [
        [row[c] for c in columns[:-1]]
        + [", ".join(str(v) for v in (row["encoding"], row["delimiter"], f"header in row {row['header_row']}") if v)]
        if row["status"] == "accepted"
        else [row[c] for c in columns[:-1]] + [None]
        for row in report["landed"]
    ]
    out.print(table("What landed", columns, landed_rows) if landed_rows else "Nothing has landed yet.")
    for row in report["refused"]:
        out.print(Text(f"\n{row['file']} was refused: {row['found']}. Expected {row['expected']}. {row['action']}."))
    for row in report["missing"]:
        month = f"{row['reporting_month']:%B %Y}"
        out.print(Text(f"\nNot delivered by {row['authority_code']} for {month}: {', '.join(row['extracts'])}"))
    out.print()
    kept = [
        [p["publication_id"], p["published_at"], "current" if p["is_current"] else ""] for p in report["publications"]
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


def show_rows(columns: list[str], rows: list[list]) -> None:
    """The rows of a query, as a table."""
    out.print(table("", columns, rows))
    out.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", style="dim")


def next_steps(steps: Iterable[tuple[str, str]]) -> None:
    """Where to look next: what for, and what to type or open."""
    out.print(Text("Where to look next", style="bold"))
    for purpose, command in steps:
        out.print(Text.assemble(f"  {purpose:<22}", (command, "cyan")), soft_wrap=True)
