"""`csc accept`."""

import getpass
from dataclasses import asdict

import click

from data_quality import findings
from orchestration.commands.options import as_json, echo_json, example
from orchestration.settings import settings
from orchestration.status import find
from orchestration.warehouse import connect
from reporting import terminal

ASKED = ("withdrawals_are_few_or_accepted", "ids_keep_their_form")  # the checks that ask a person
SHOWN = 8  # digits of an id


@click.command(
    epilog=example("csc accept", 'csc accept 4f02a91c --reason "Duplicates were deleted, says the case team."')
)
@click.argument("finding_id", required=False)
@click.option("--reason", help="Why the rows are to go, or the ids are right. It is kept with your name.")
@as_json
def accept(finding_id: str | None, reason: str | None, is_json: bool) -> None:
    """Accept withdrawn rows or changed ids of a list, or show what waits for that.

    If a list lacks many rows that the list of the month before had, or writes the ids of children in another way, its
    authority is held back until you accept this or the list comes again. The next `csc run` publishes what you
    accepted. If the list changes once more, you are asked again.
    """
    asked = [finding for check_id in ASKED for finding in find(settings(), None, check_id, with_resolved=False)]
    if finding_id is None:
        if is_json:
            echo_json([asdict(finding) for finding in asked])
            return
        for finding in asked:
            terminal.out.print(f"{finding.finding_id[:SHOWN]}  {finding.message}", soft_wrap=True)
        terminal.out.print(
            'Accept one with csc accept ID --reason "...", then csc run.' if asked else "Nothing waits to be accepted."
        )
        return
    chosen = [finding for finding in asked if finding.finding_id.startswith(finding_id)]
    if len(chosen) != 1:
        raise click.ClickException(f"No one finding begins with {finding_id}. Run csc accept to see what waits.")
    if not reason:
        raise click.ClickException('Say why: csc accept ID --reason "Duplicates were deleted."')
    with connect(settings().warehouse) as con:
        findings.accept(con, chosen[0].finding_id, chosen[0].observed, reason, getpass.getuser())
    if is_json:
        echo_json(asdict(chosen[0]))
    else:
        terminal.out.print("Accepted. Run csc run to publish it.")
