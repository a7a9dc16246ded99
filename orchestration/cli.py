"""The `csc` command. Heavy imports wait until a command needs them: a run with nothing new takes no seconds."""

import atexit
import functools
import gc
import json
import os
import secrets
import signal
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path

import click
import duckdb

from alerting import unsent
from alerting.digest import plural
from data_quality.judging import SELDOM
from orchestration import state
from orchestration.settings import ENV_FILE, REPOSITORY, settings
from orchestration.synthesise import synthesise
from orchestration.who import due_, who
from publication import publish
from reporting import terminal

EXIT_CODE = {
    "published": 0,
    "nothing_new": 0,
    "nothing_landed": 0,
    "failed": 1,
    "held_back": 2,
    "published_in_part": 2,
}


class Commands(click.Group):
    """A user's mistake is one line on stderr and exit 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (LookupError, ValueError, OSError, duckdb.Error, sqlite3.Error) as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """The children's social care warehouse: monthly extracts in, checked KPIs out."""


as_json = click.option("--json", "is_json", is_flag=True, help="Print JSON instead of a table.")


@cli.command()
@click.option("--landing", type=click.Path(path_type=Path), help="Folder with <authority>/<YYYY-MM>/ in it.")
@click.option("--month", help="Run this reporting month only, as YYYY-MM.")
@click.option("--rebuild", is_flag=True, help="Build everything anew from the raw tables, check and publish.")
@as_json
def run(landing: Path | None, month: str | None, rebuild: bool, is_json: bool) -> None:
    """Ingest what is new, build, check and publish.

    Exit code 0: published, or nothing was new. 2: a blocking check kept the previous publication, or what it had of an
    authority. 1: anything else.

    \b
    Example:
      csc run
      csc run --landing /mnt/extracts --month 2013-12
    """
    if landing:
        os.environ["CSC_LANDING"] = str(landing.resolve())
    if not settings().landing_dir.is_dir():
        raise click.ClickException(
            f"there is no landing folder {settings().landing_dir}; "
            "make it, with <authority>/<YYYY-MM>/ in it, or name one: csc run --landing DIR"
        )
    if not settings().child_key_secret:
        raise click.ClickException(
            "CSC_CHILD_KEY_SECRET is not set; children appear under a hash keyed by it. Make one: csc secret"
        )
    only = state.parse_month(month, settings().first_month) if month else None
    from orchestration import run as runner

    outcome = runner.run(only, rebuild)
    report = state.report(settings())
    if is_json:
        ended = {"outcome": outcome.name, "reason": outcome.reason, "seconds": outcome.seconds}
        click.echo(json.dumps(ended | report, indent=1, default=str))
    else:
        runner.show(outcome, report)
    sys.exit(EXIT_CODE[outcome.name])


@cli.command()
@click.option("--authority", help="Only this authority's calendar, by the name of its folder.")
@as_json
def status(authority: str | None, is_json: bool) -> None:
    """What landed, is late or refused by authority, extract and month; the last runs; open findings; what readers see.

    Exit code 1, for a monitor, when a file is refused, an extract is overdue, an error is open, an authority is held
    back, the last run failed, was held back or never finished, an alert could not be sent, or nothing has been
    published yet; 0 otherwise.

    \b
    Example:
      csc status
      csc status --authority croydon
    """
    report = state.status(settings(), unsent(settings().home_dir))
    if authority:
        report["calendar"] = [cell for cell in report["calendar"] if cell["folder"] == authority]
        if not report["calendar"]:
            raise click.ClickException(
                f"nothing has come from '{authority}'; name a folder below {settings().landing_dir}"
            )
    if is_json:
        click.echo(json.dumps(report, indent=1, default=str))
    else:
        terminal.status(report)
    sys.exit(0 if report["is_well"] else 1)


@cli.command()
@click.option("--severity", type=click.Choice(terminal.SEVERITIES), help="Only findings of this severity.")
@click.option("--check", "check_id", help="Only findings of this check.")
@click.option("--all", "with_resolved", is_flag=True, help="Resolved findings too.")
@as_json
def findings(severity: str | None, check_id: str | None, with_resolved: bool, is_json: bool) -> None:
    """Everything found wrong: the figure, where it is printed, what it should be.

    \b
    Example:
      csc findings --severity error
      csc findings --check ytd_agrees_with_months
    """
    rows = state.findings(settings(), severity, check_id, with_resolved)
    if is_json:
        click.echo(json.dumps(rows, indent=1, default=str))
        return
    for row in rows:
        terminal.finding(row)
    terminal.out.print(plural(len(rows), "finding"))


@cli.command()
@click.option("--send", "is_sending", is_flag=True, help="Send now what a channel has not taken yet.")
@click.option("--due", "due_only", is_flag=True, help="With --send: only what is due for another attempt.")
@click.option(
    "--test", "is_trial", is_flag=True, help="Send a trial digest to every channel, and say how each took it."
)
@as_json
def alerts(is_sending: bool, due_only: bool, is_trial: bool, is_json: bool) -> None:
    """The last digest, and which channel has taken which; the settings CSC_ALERT_* name the channels.

    Exit code 1 when a digest is unsent; 0 otherwise.

    \b
    Example:
      csc alerts
      csc alerts --test
    """
    from alerting import outbox
    from orchestration import alerts as alerting_

    home = settings().home_dir
    if is_trial:
        rows = alerting_.try_out()
    else:
        if is_sending:
            alerting_.send_now(due_only)
        rows = outbox.history(home)
    unsent = [row for row in rows if row["status"] == "pending"]
    if is_json:
        click.echo(json.dumps(rows, indent=1))
    else:
        last = outbox.last(home) if not (is_trial or is_sending) else None
        terminal.alerts(last.text if last else None, rows[-20:])
    sys.exit(1 if unsent else 0)


@cli.command(name="query")
@click.argument("sql")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of the terminal.")
def query_(sql: str, form: str, output: Path | None) -> None:
    """Read-only SQL on the published warehouse.

    \b
    Example:
      csc query "show tables"
      csc query "select month, value from marts.kpi_monthly where measure_id = 'contacts' order by month"
    """
    if form == "parquet" and not output:
        raise click.UsageError("parquet is not for a terminal: name a file with --output")
    from publication import query  # Arrow takes a moment to import

    rows = query.query(settings().published, sql)
    if form == "table" and not output:
        terminal.show_rows(rows.column_names, query.python_rows(rows))
    else:
        query.write(rows, "csv" if form == "table" else form, output)


@cli.command()
@click.option("--month", help="Make the pack of this month, as YYYY-MM; the latest published if left out.")
@click.option("--audience", type=click.Choice(["public", "members", "internal"]), default="internal", show_default=True)
@click.option("--authority", help="Code, name or folder of the authority, where several have figures.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Put it here, not below packs/<YYYY-MM>/."
)
@as_json
def pack(month: str | None, audience: str, authority: str | None, out: Path | None, is_json: bool) -> None:
    """Make the scrutiny pack from what is published: HTML, PDF and XLSX.

    For members and the public, counts of 1 to 5 and whatever would tell them are suppressed; `internal` shows all.

    \b
    Example:
      csc pack
      csc pack --month 2013-10 --audience public
    """
    only = state.parse_month(month, settings().first_month) if month else None
    from reporting.pack.make import make  # charts, documents and a solver take a moment to import

    made = make(settings().published, authority, only, audience, out, settings().packs, settings().commentary)
    if is_json:
        click.echo(json.dumps(vars(made), indent=1, default=str))
    else:
        for file in made.files:
            terminal.out.print(str(file), markup=False, soft_wrap=True)
    for problem in made.problems:
        terminal.err.print(f"Warning: {problem}", markup=False, soft_wrap=True)


@cli.command()
@click.option(
    "--to",
    "publication_id",
    help="Id of the publication to return to; the one before the current if left out.",
)
@as_json
def rollback(publication_id: str | None, is_json: bool) -> None:
    """Show readers an earlier publication; the next run with something new publishes again.

    \b
    Example:
      csc rollback
    """
    chosen = publish.rollback(settings().published, publication_id)
    if is_json:
        click.echo(json.dumps(asdict(chosen), indent=1))
    else:
        terminal.out.print(f"Readers now see publication {chosen.publication_id}, made {chosen.published_at}.")


@cli.command()
@click.option("--if-none", is_flag=True, help="Do nothing where there is a secret already.")
def secret(if_none: bool) -> None:
    """Make the secret that turns a child's id into the key that children appear under, and keep it in .env.

    The same secret gives a child the same key every month; keep a copy where the council keeps its passwords.

    \b
    Example:
      csc secret
    """
    if settings().child_key_secret:
        if if_none:
            return
        raise click.ClickException(
            "there is a secret already; another one would give every child another key. To change it after all, take "
            "CSC_CHILD_KEY_SECRET out of the environment and .env, run `csc secret`, then `csc run --rebuild`"
        )
    with open(ENV_FILE, "a+", opener=functools.partial(os.open, mode=0o600)) as file:
        file.seek(0)
        begun = file.read()
        file.write("\n" if begun and not begun.endswith("\n") else "")
        file.write(f"CSC_CHILD_KEY_SECRET={secrets.token_hex(32)}\n")
    terminal.err.print(f"Made a secret for the keys of children, in {ENV_FILE}; keep a copy of it.")


@cli.command()
@click.option("--port", default=3000, show_default=True, help="Port on 127.0.0.1.")
def ui(port: int) -> None:
    """Dagster's web page and its daemon, which runs the schedule and the sensor.

    \b
    Example:
      csc ui
    """
    state.prepare_dagster(settings())
    terminal.err.print(f"Opening on http://127.0.0.1:{port} (Ctrl+C ends it)")
    workspace = str(REPOSITORY / "workspace.yaml")
    os.chdir(REPOSITORY)
    os.environ["PYTHONWARNINGS"] = "ignore:Function `dev_command`"
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell that starts this in the background would have it ignored
    dagster = str(Path(sys.executable).with_name("dagster"))
    os.execv(dagster, [dagster, "dev", "--workspace", workspace, "--host", "127.0.0.1", "--port", str(port)])


@cli.command()
@click.argument("month")
@click.option("--authority", help="Code, name or folder of the authority; the only one there is if left out.")
def commentary(month: str, authority: str | None) -> None:
    """Show the commentary of a month, commentary/<YYYY-MM>.md, as the pack prints it: its placeholders filled.

    Exit code 1 when a placeholder is wrong or its figure is not supplied. The figures are those that readers see;
    numbers typed by hand are checked by `csc run`.

    \b
    Example:
      csc commentary 2013-12
    """
    from ingestion.commentary import read
    from publication.query import connect
    from reporting.commentary import figures, fill
    from reporting.pack.published import authorities, chosen

    of = state.parse_month(month, settings().first_month)
    path = settings().commentary / f"{of:%Y-%m}.md"
    if not path.exists():
        raise click.ClickException(f"there is no commentary {path}")
    code, *_ = chosen(authorities(settings().published), authority)
    with connect(settings().published) as con:
        text, problems = fill(read(path), figures(con, code, of), f"commentary/{path.name}")
    click.echo(text)
    for problem in problems:
        terminal.err.print(f"Error: {problem}", markup=False, soft_wrap=True)
    sys.exit(1 if problems else 0)


for command in (synthesise, who, due_):
    cli.add_command(command)


def main() -> None:
    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)  # the end of the process frees memory at once; Python would look at each object first
    cli(prog_name="csc")


if __name__ == "__main__":
    main()
