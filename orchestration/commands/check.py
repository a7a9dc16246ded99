"""`csc check`."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from orchestration.commands.options import as_json, echo_json, example
from orchestration.settings import settings
from reporting import terminal_preview


@click.command(epilog=example("csc check december/*.csv --authority croydon --month 2013-12", "csc check list_8.xlsx"))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--authority", help="Whose files they are, as its folder is called. Needed unless they lie in it.")
@click.option("--month", help="Of which month, YYYY-MM. Needed unless they lie in its folder.")
@as_json
def check(files: tuple[Path, ...], authority: str | None, month: str | None, is_json: bool) -> None:
    """Say what files are before you drop them, without a run.

    It says what each one is, why it would be refused, what looks odd compared with the last twelve months, and which
    published figures would change. Nothing is kept. Only a run counts what a list gives.

    Exit code 0: all would be taken, and nothing looks odd. 1: a file would be refused. 2: something looks odd.
    """
    from orchestration.preview import preview  # reads files, which takes libraries that other commands do without

    previews = preview(settings(), list(files), authority, month)
    if is_json:
        echo_json([asdict(made) for made in previews])
    else:
        for made in previews:
            terminal_preview.preview(asdict(made))
    if any(made.status == "refused" for made in previews):
        sys.exit(1)
    sys.exit(0 if all(made.is_well for made in previews) else 2)
