"""`csc status` and `csc findings`."""

import sys
from dataclasses import asdict, replace
from itertools import groupby

import click

from alerting import pages, unsent
from alerting.digest import plural
from orchestration import status as state
from orchestration.commands.options import as_json, echo_json, example
from orchestration.settings import settings
from reporting import terminal, terminal_status


@click.command(epilog=example("csc status", "csc status --authority croydon"))
@click.option("--authority", help="Show only the calendar and the lists of this authority, by the name of its folder.")
@as_json
def status(authority: str | None, is_json: bool) -> None:
    """Show what landed, what is wrong and what readers see.

    It shows what is late, refused or overdue, how far back each list holds everything, the last runs, open findings and
    the publications kept.

    The exit code is for a monitor. It is 1 when a file is refused, a delivery is overdue, an error is open, an
    authority is held back, the last run failed, was held back or never finished, an alert could not be sent, or nothing
    has been published yet. Otherwise it is 0.
    """
    found = state.status(settings(), unsent(settings().home_dir))
    problems = found.problems
    if authority:
        found = replace(
            found,
            calendar=[cell for cell in found.calendar if cell.folder == authority],
            reaches=[reach for reach in found.reaches if reach.folder == authority],
            left_aside=[aside for aside in found.left_aside if aside.file.startswith(f"{authority}/")],
        )
        if not found.calendar:
            raise click.ClickException(
                f'Nothing has been delivered by "{authority}". Name a folder in {settings().landing_dir}.'
            )
    report = asdict(found) | {"problems": problems, "is_well": not problems}
    if is_json:
        echo_json(report)
    else:
        terminal_status.status(report)
        if found.disk:
            terminal_status.disk(asdict(found.disk))
        if found.log_file:
            terminal.out.print(f"What runs said: {found.log_file}", soft_wrap=True)
        if found.data_docs:
            terminal.out.print(f"Every check of the last run: {found.data_docs}", soft_wrap=True)
    sys.exit(1 if problems else 0)


@click.command(epilog=example("csc findings --severity error", "csc findings --check ytd_agrees_with_months"))
@click.option("--severity", type=click.Choice(terminal.SEVERITIES), help="Show only findings of this severity.")
@click.option("--check", "check_id", help="Show only findings of this check.")
@click.option("--file", "file_number", type=int, help="Show only findings of this file, by the number readers see.")
@click.option("--all", "is_all", is_flag=True, help="Show each finding, and resolved ones too.")
@as_json
def findings(severity: str | None, check_id: str | None, file_number: int | None, is_all: bool, is_json: bool) -> None:
    """Show what was found wrong, the most serious first.

    Of each check it shows how many findings there are, and the first two: the value, where it is printed, and what
    it should be. With --check or --file it shows each finding. Here files, sheets, headers and labels have their own
    names. Readers see these only if they consist of words of our lists, for a name may be that of a child. Otherwise
    they see the number of the file and "(withheld)".
    """
    rows = [asdict(finding) for finding in state.find(settings(), severity, check_id, is_all, file_number)]
    if is_json:
        echo_json(rows)
        return
    if file_number:
        terminal.out.print(f"File {file_number} is {state.file_numbered(settings(), file_number)}")
    if is_all or check_id or file_number:
        for row in rows:
            terminal.finding(row)
    else:
        for check, found in groupby(rows, key=lambda row: str(row["check_id"])):
            terminal.group(pages.check(check).title, list(found))
    terminal.out.print(plural(len(rows), "finding"))
