"""`csc erase` and `csc retention`: take children out of everything that the warehouse keeps."""

import getpass
from collections.abc import Sequence
from dataclasses import asdict

import click

from ingestion import erase as erasing
from ingestion.erasures import Receipt
from ingestion.landing import authorities, name_of
from ingestion.without_rows import normalised
from orchestration import erasure, retention
from orchestration.commands.options import as_json, echo_json, example
from orchestration.erasure import Plan
from orchestration.settings import settings
from orchestration.status import NOT_RUN
from orchestration.warehouse import connect
from publication.nearest import did_you_mean, nearest
from reporting import terminal
from reporting.words import counted

dry_run = click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would go.")
sure = click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
AFTERWARDS = (
    "What was published stays as it was: the counts of each month still have them. "
    "Run csc run to build the private tables again."
)


@click.command(epilog=example("csc erase --authority croydon --reason 'Request of 3 May'", "csc erase 10123 --dry-run"))
@click.argument("child_id", required=False)
@click.option("--authority", help="Its folder or code; needed where several deliver.")
@click.option("--reason", default="", help="Why, such as the date of the request. No name: it is kept in the receipt.")
@dry_run
@sure
@as_json
def erase(child_id: str | None, authority: str | None, reason: str, is_dry: bool, is_sure: bool, is_json: bool) -> None:
    """Erase a child, by the id that the council's case system gives it.

    Without CHILD_ID it asks for it, so that the id does not stay in the history of the shell. It takes the child's rows
    out of the raw tables, the vault, the private tables and the publications that are kept, and leaves a receipt. It
    never changes the landing folder, but names the files there that have the child. So has a backup that is older.
    """
    _check_has_run()
    code = _authority(authority)
    asked = child_id or click.prompt("Id of the child in the case system", hide_input=False, err=True)
    one = normalised(asked)
    if not one:
        raise click.ClickException("That is not an id. Type it as it stands in the council's lists.")
    planned = erasure.plan(settings(), code, frozenset([one]))
    _carry_out([planned], reason or "erasure of one child", is_dry, is_sure, is_json)


@click.command(epilog=example("csc retention --dry-run", "csc retention --yes"))
@dry_run
@sure
@as_json
def retention_command(is_dry: bool, is_sure: bool, is_json: bool) -> None:
    """Erase every child whose records are past their retention period.

    CSC_RETENTION_YEARS says for how many years after closure each list is kept, for example
    contacts:3,referrals:6,assessments:6,section_47:6,cin:6,cpp:25,lac:75. A child goes as a whole, when all of its
    events are past the period of their list. A list without a period is kept, and so is a child with anything open.
    """
    _check_has_run()
    plans = retention.plans(settings())
    _carry_out(plans, "past the retention period", is_dry, is_sure, is_json)


def _check_has_run() -> None:
    if not settings().warehouse.exists():
        raise LookupError(NOT_RUN)


def _authority(named: str | None) -> str:
    if named:
        known = authorities()  # of the reference list: the private tables may not be built
        if named.casefold() not in known:
            raise LookupError(f'"{named}" is not a known authority.{did_you_mean(nearest(named.casefold(), known))}')
        return known[named.casefold()]
    with connect(settings().warehouse, read_only=True) as con:
        delivering = erasing.authorities(con)
    if len(delivering) != 1:
        raise click.UsageError("Several authorities deliver. Name the child's with --authority.")
    return delivering[0]


def _carry_out(plans: Sequence[Plan], reason: str, is_dry: bool, is_sure: bool, is_json: bool) -> None:
    plans = [planned for planned in plans if planned.removed]
    if is_json and is_dry:
        echo_json([_as_json(planned) for planned in plans])
        return
    for planned in [] if is_json else plans:
        _show(planned)
    if not plans:
        _say("Nothing to erase: no list that came has such a child.", is_json)
    if is_dry or not plans:
        return
    if not is_sure:
        click.confirm("Erase this for ever?", abort=True, err=True)
    receipts = erasure.carry_out(settings(), plans, reason, getpass.getuser())
    if is_json:
        echo_json([asdict(receipt) for receipt in receipts])
        return
    for receipt in receipts:
        _show_receipt(receipt)
    terminal.out.print(AFTERWARDS)


def _say(text: str, is_json: bool) -> None:
    echo_json([]) if is_json else terminal.out.print(text)


def _as_json(planned: Plan) -> dict[str, object]:
    return {
        "authority_code": planned.authority_code,
        "authority_name": name_of(planned.authority_code),
        "children": len(planned.child_keys),
        "rows": planned.removed,
        "files_to_search": planned.found.searched,
    }


def _show(planned: Plan) -> None:
    title = f"{counted(len(planned.child_keys), 'child', 'children')} of {name_of(planned.authority_code)}"
    terminal.out.print(terminal.table(title, ("place", "rows"), planned.removed.items()))
    if planned.found.searched:
        files = counted(planned.found.searched, "file")
        terminal.out.print(f"{files} that we do not use will be searched too; one that cannot be read goes as a whole.")


def _show_receipt(receipt: Receipt) -> None:
    files = counted(len(receipt.files), "file")
    terminal.out.print(f"Erased. Receipt {receipt.number} is in the vault. {files} of the vault were written again.")
    with connect(settings().warehouse, read_only=True) as con:
        landing = erasing.still_landing(con, [file.sha256 for file in receipt.files])
    if landing:
        terminal.out.print("These files in the landing folder still have the rows. Delete them, or take the rows out:")
        for path in landing:
            terminal.out.print(f"  {path}", soft_wrap=True)


retention_command.name = "retention"
