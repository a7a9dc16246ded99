"""The `csc` command: its commands, and how it answers mistakes."""

import atexit
import gc
import sqlite3

import click
import duckdb

from data_quality.judging import SELDOM
from data_quality.our_words import visible_lines
from orchestration import disk
from orchestration.commands.accept import accept
from orchestration.commands.alerts import alerts
from orchestration.commands.check import check
from orchestration.commands.children import due, who
from orchestration.commands.encrypt import encrypt
from orchestration.commands.erase import erase, retention_command
from orchestration.commands.headers import headers
from orchestration.commands.init import init
from orchestration.commands.options import example
from orchestration.commands.packs import commentary, pack
from orchestration.commands.query import query
from orchestration.commands.rebuild import rebuild
from orchestration.commands.rollback import rollback
from orchestration.commands.run import run
from orchestration.commands.secret import secret
from orchestration.commands.spellings import spellings
from orchestration.commands.status import findings, status
from orchestration.commands.synthesise import synthesise
from orchestration.commands.ui import ui
from orchestration.commands.withdraw import withdraw


class Commands(click.Group):
    """A group of commands in which a user's mistake is one line on stderr and exit code 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if told := disk.told(error):
                raise click.ClickException(told) from None
            error = getattr(error, "orig", error)  # of SQLite, in the words of a library that Dagster uses
            if isinstance(error, LookupError | ValueError | OSError | duckdb.Error | sqlite3.Error):
                raise click.ClickException(visible_lines(str(error))) from None
            raise


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=example("csc run", 'csc query "show tables"'),
)
def cli() -> None:
    """Run and read the children's social care warehouse: monthly extracts in, checked KPIs out."""


COMMANDS = (
    init,
    run,
    check,
    status,
    findings,
    accept,
    withdraw,
    alerts,
    query,
    pack,
    rebuild,
    encrypt,
    erase,
    retention_command,
    rollback,
    secret,
    ui,
    commentary,
    synthesise,
    who,
    due,
    spellings,
    headers,
)
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Start `csc`."""
    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)  # the end of the process frees memory at once; Python would look at each object first
    cli(prog_name="csc")


if __name__ == "__main__":
    main()
