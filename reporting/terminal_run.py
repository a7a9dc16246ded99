"""What `csc run` prints at its end: what landed, what was found, and where to look next."""

from collections.abc import Iterable, Mapping, Sequence

from rich.text import Text

from data_quality.contracts import of_every_area
from reporting.terminal import STYLE, Row, indented, left_aside, open_findings, out, refused, table
from reporting.words import counted, list_name

FILES_SHOWN = 10  # where there are more, one line says how many
CHECKS_SHOWN = 5  # of those with findings


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
    refused(row for row in rows if row["status"] == "refused")
    left_aside(row for row in rows if row["status"] == "ignored" and row["extract"] is None and row["notes"])


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


def severities(counts: Mapping[str, int], worst: Sequence[Row]) -> None:
    """Print the open findings by severity, then one finding of each of the worst checks in full.

    Args:
        counts: How many findings of each severity are open.
        worst: Each with check_id, severity, found (how many), message and source_ref.
    """
    out.print(open_findings(counts))
    for row in worst[:CHECKS_SHOWN]:
        more = f" (and {row['found'] - 1} more)" if row["found"] > 1 else ""
        out.print(Text.assemble("  ", (row["severity"], STYLE[row["severity"]]), f" {row['check_id']}{more}"))
        indented(row["message"], 4)
        indented(row["source_ref"], 4, style="dim")
    if unseen := sum(row["found"] for row in worst[CHECKS_SHOWN:]):
        others = counted(len(worst[CHECKS_SHOWN:]), "other check")
        out.print(f"  and {counted(unseen, 'more finding')} of {others}: csc findings")


def unsent(rows: Sequence[Row]) -> None:
    """Print the alerts that a channel has not taken yet, and why; they are tried again.

    Args:
        rows: Each with channel, subject and reason.
    """
    for row in rows:
        out.print(Text(f"Not sent yet to {row['channel']}: {row['subject']} ({row['reason']})", style="yellow"))
    out.print()


def next_steps(steps: Iterable[tuple[str, str]]) -> None:
    """Print where to look next: what for, and what to type or open."""
    out.print(Text("Where to look next", style="bold"))
    for purpose, command in steps:
        out.print(Text.assemble(f"  {purpose:<22}", (command, "cyan")), soft_wrap=True)
