"""What `csc status` prints."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.text import Text

from reporting import calendar
from reporting.terminal import STYLE, Row, held_back, open_findings, out, refused, table
from reporting.words import counted, list_name

SAID_BY = {"declared": "declared", "dataset": "its dataset", "told": "the list itself"}
LONDON = ZoneInfo("Europe/London")
LEFT_ASIDE_SHOWN = 12  # files
GONE_SHOWN = 3  # files


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
        reaches(report["reaches"])
    _not_taken(report["refused"], report["left_aside"])
    _gone(report["gone"])
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
    out.print(open_findings(report["findings"]))
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


def reaches(rows: Sequence[Row]) -> None:
    """Print since when the latest delivery of each list holds everything; where there are many, how to see them."""
    authorities = list(dict.fromkeys(row["authority_name"] for row in rows))
    if len(rows) > calendar.ROWS_SHOWN:
        out.print("How far back each list holds everything: csc status --authority NAME")
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


def _local(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}" if moment else None


def _took(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return f"{seconds:.1f}s" if seconds < 60 else f"{seconds // 60:.0f}m {seconds % 60:.0f}s"


def _left_aside(rows: Sequence[Row]) -> None:
    """Print the files that are no tables, or that no measure needs, the first of them in full."""
    for row in rows[:LEFT_ASIDE_SHOWN]:
        place = row["file"] + (f" [{row['sheet']}]" if row["sheet"] else "")
        todo = f" {row['action']}." if row["action"] else ""
        out.print(Text.assemble(("left aside ", "dim"), f"{place}: {row['what']}{todo}"), soft_wrap=True)
    if (more := len(rows) - LEFT_ASIDE_SHOWN) > 0:
        out.print(Text(f"and {counted(more, 'more file')} that no measure needs: csc status --json", style="dim"))


def _not_taken(of_refused: Sequence[Row], of_left_aside: Sequence[Row]) -> None:
    if of_refused:
        out.print()
        refused({**row, "file": row["file"] + (f" [{row['sheet']}]" if row["sheet"] else "")} for row in of_refused)
    _left_aside(of_left_aside)


def _gone(rows: Sequence[Row]) -> None:
    """Print how many lists count although their files are gone, and the command that takes one out."""
    if rows:
        lists = counted(len(rows), "list or return", "lists or returns")
        files = list(dict.fromkeys(row["file"] for row in rows))
        shown = ", ".join(files[:GONE_SHOWN]) + (", ..." if files[GONE_SHOWN:] else "")
        out.print()
        said = f"No longer in the landing folder, but still counted: {lists} ({shown}). "
        out.print(Text(said + "To take one out: csc withdraw FILE", style="dim"))


def disk(use: Row) -> None:
    """Print what takes room on the disk.

    Args:
        use: It has home, places (bytes by name) and free_bytes.
    """
    places = ", ".join(f"{name} {_megabytes(size)}" for name, size in use["places"].items())
    total = _megabytes(sum(use["places"].values()))
    out.print()
    said = f"{total} below {use['home']} ({places}), {_megabytes(use['free_bytes'])} free"
    out.print(Text.assemble(("Disk: ", "bold"), said))


def _megabytes(size: int) -> str:
    return f"{size / (1 << 30):,.1f} GB" if size >= 1 << 30 else f"{size / (1 << 20):,.0f} MB"
