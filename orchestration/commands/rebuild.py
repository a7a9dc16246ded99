"""`csc rebuild`."""

import click

from orchestration.commands.options import example
from orchestration.rebuild import from_vault
from orchestration.settings import settings
from reporting import terminal
from reporting.words import counted


@click.command(epilog=example("csc rebuild", "csc run --rebuild"))
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask whether the warehouse that is there may go.")
def rebuild(is_sure: bool) -> None:
    """Make the private warehouse again from the vault alone.

    Every file that ever came is read again in the order in which it came, by the contracts of today. It works also if
    the private file or the landing folder is lost. The next csc run builds, checks and publishes.
    """
    if settings().warehouse.exists() and not is_sure:
        click.confirm(f"Replace {settings().warehouse} by one that is made from the vault?", abort=True, err=True)
    files = from_vault(settings())
    terminal.out.print(f"Read {counted(files, 'file')} from the vault. Publish with csc run --rebuild.")
