"""`csc withdraw`."""

import getpass
from dataclasses import asdict

import click

from ingestion import withdraw as withdrawing
from orchestration.commands.options import as_json, echo_json, example
from orchestration.run_lock import run_lock
from orchestration.settings import settings
from orchestration.status import NOT_RUN
from orchestration.warehouse import connect, prepare
from publication.nearest import did_you_mean, nearest
from publication.private.deliveries import counted_files
from reporting import terminal
from reporting.words import list_name


@click.command(epilog=example('csc withdraw croydon/2013-12/list_7.csv --reason "It was a test export, says IT."'))
@click.argument("file")
@click.option("--reason", required=True, help="Why it is to go. It is kept with your name, and not published.")
@as_json
def withdraw(file: str, reason: str, is_json: bool) -> None:
    """Take a delivery out of every figure.

    FILE is its path below the landing folder, as csc status shows it. To delete a file from the landing folder takes
    nothing out: what was published of it stays. This does, with who did it and why. The version before it counts again.
    Nothing is deleted. To count the file again, put it into its folder under another name.
    """
    if not settings().warehouse.exists():
        raise LookupError(NOT_RUN)
    path = file.removeprefix(f"{settings().landing_dir}/")
    with run_lock(settings().home_dir):
        prepare(settings().warehouse)
        with connect(settings().warehouse) as con:
            found = withdrawing.withdraw(con, path, reason, getpass.getuser())
            known = [] if found else counted_files(con)
    if not found:
        raise click.ClickException(f'Nothing of "{path}" counts.{did_you_mean(nearest(path, known))}')
    if is_json:
        echo_json([asdict(one) for one in found])
        return
    for one in found:
        now = f"version {one.version_now} counts again" if one.version_now else "nothing of that month is left"
        said = f"Withdrew {list_name(one.extract)}, {one.reporting_month:%B %Y}, version {one.version}: {now}."
        terminal.out.print(said, soft_wrap=True)
    terminal.out.print("Run csc run to publish the figures without it.")
