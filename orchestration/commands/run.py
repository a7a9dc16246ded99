"""`csc run`."""

import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from alerting import unsent
from orchestration import run as runner
from orchestration import status
from orchestration.commands.options import as_json, echo_json, example
from orchestration.months import reporting_month
from orchestration.run import Outcome
from orchestration.settings import settings
from orchestration.status import Report
from reporting import terminal, terminal_run

EXIT_CODE = {
    "published": 0,
    "nothing_new": 0,
    "nothing_landed": 0,
    "failed": 1,
    "pack_failed": 1,
    "held_back": 2,
    "published_in_part": 2,
}
FIRST_QUERY = (
    "select month, contacts, referrals, cpp_total, lac_total "
    "from marts.mart_overview where basis = 'reported' order by month"
)


@click.command(epilog=example("csc run", "csc run --landing /mnt/extracts --month 2013-12"))
@click.option("--landing", type=click.Path(path_type=Path), help="Folder with <authority>/<YYYY-MM>/ in it.")
@click.option("--month", help="Run only this reporting month, YYYY-MM.")
@click.option("--rebuild", is_flag=True, help="Build every table again from the raw tables, check and publish.")
@click.option(
    "--history",
    "with_history",
    is_flag=True,
    help="Also work out what earlier reporting months knew, for marts.kpi_as_at. Takes a small build for each month.",
)
@as_json
def run(landing: Path | None, month: str | None, rebuild: bool, with_history: bool, is_json: bool) -> None:
    """Load what is new, build, check, publish, and make the scrutiny pack.

    Exit code 0: published, or nothing was new. 2: a blocking check held back everything new, or the new data of an
    authority. 1: anything else.
    """
    if landing:
        os.environ["CSC_LANDING"] = str(landing.resolve())
    if not settings().landing_dir.is_dir():
        raise click.ClickException(
            f"There is no landing folder {settings().landing_dir}. "
            "Make it, with <authority>/<YYYY-MM>/ in it, or name another one: csc run --landing DIR"
        )
    if not settings().child_key_secret:
        raise click.ClickException(
            "CSC_CHILD_KEY_SECRET is not set. Children appear under a hash keyed by it. Make one: csc secret"
        )
    only = reporting_month(month, settings().first_month) if month else None
    outcome = runner.run(only, rebuild, with_history)
    report = status.report(settings())
    if is_json:
        ended = {"outcome": outcome.name, "reason": outcome.reason, "seconds": outcome.seconds}
        echo_json(ended | asdict(report))
    else:
        show(outcome, report)
    sys.exit(EXIT_CODE[outcome.name])


def show(outcome: Outcome, report: Report) -> None:
    """Print what landed, what was published, what is wrong and where to look next."""
    out, told = terminal.out, asdict(report)
    out.print()
    terminal_run.landed(told["landed"])
    out.print()
    is_well = outcome.name in ("published", "nothing_new")
    out.print(_ended(outcome, report.publication), style="bold" if is_well else "bold red")
    if report.landed and outcome.name != "failed":  # of a run that failed nothing is known to be well
        out.print(report.verdict, style="bold")
    terminal.held_back(told["held_back"])
    out.print(", ".join(f"{phase} {seconds:.1f}s" for phase, seconds in outcome.seconds.items()), style="dim")
    out.print()
    terminal_run.severities(report.findings, told["worst"])
    out.print()
    if waiting := unsent(settings().home_dir):
        terminal_run.unsent(waiting)
    terminal_run.next_steps(_next_steps())


def _ended(outcome: Outcome, publication: str | None) -> str:
    """Say how the run ended."""
    because = f" ({outcome.reason})" if outcome.reason else ""
    return {
        "published": f"Published as {publication}",
        "published_in_part": f"Published in part: readers see {publication}{because}",
        "nothing_new": f"Nothing new; readers see publication {publication}",
        "nothing_landed": f"Nothing has landed in {settings().landing_dir} yet",
        "held_back": f"Held back: readers still see {publication or 'nothing'}{because}",
        "pack_failed": f"Readers see publication {publication}, but a scrutiny pack was not made: {outcome.reason}. "
        "The next csc run makes it again",
        "failed": f"The run failed: {outcome.reason}",
    }[outcome.name]


def _next_steps() -> list[tuple[str, str]]:
    """Return what to look at next, and the command or file for it."""
    activated = [] if os.environ.get("VIRTUAL_ENV") else [("First, in the shell", "source .venv/bin/activate")]
    return [
        *activated,
        ("Every finding", "csc findings"),
        ("What is new", "csc alerts"),
        ("A first query", f'csc query "{FIRST_QUERY}"'),
        ("The scrutiny pack", f"{settings().packs}/<YYYY-MM>/scrutiny-pack.html"),
        ("Any SQL client", f"{settings().published / 'csc.duckdb'} (read-only)"),
        ("Every check", str(settings().data_docs / "index.html")),
        ("Assets and checks", "make ui, then http://127.0.0.1:3000"),
    ]
