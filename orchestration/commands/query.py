"""`csc query`."""

import os
import sys
from pathlib import Path

import click

from data_quality.our_words import visible_lines
from orchestration.commands.options import example
from orchestration.settings import settings
from reporting import terminal

STOPPED = 130  # as a shell says that Ctrl-C ended a command


@click.command(
    epilog=example(
        'csc query "show tables"',
        "csc query \"select month, value from marts.kpi_monthly where measure_id = 'contacts' order by month\"",
        "csc query \"select month, reporting_month, value from marts.kpi_as_at where measure_id = 'contacts'\"",
    )
)
@click.argument("sql")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
    help="How to print the rows.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
def query(sql: str, form: str, output: Path | None) -> None:
    """Run SQL on the published warehouse, read-only."""
    if form == "parquet" and not output:
        raise click.UsageError("Parquet cannot be printed. Name a file with --output.")
    from publication import query as published  # Arrow takes a moment to import

    shown = "csv" if form == "table" and output else form
    try:
        rows = published.query(settings().published, sql, shown, settings().memory, settings().query_seconds)
    except KeyboardInterrupt:
        os._exit(STOPPED)  # at once: what DuckDB still computes only reads
    except published.QueryError as error:
        click.echo(f"Error: {visible_lines(str(error))}", err=True)
        sys.stderr.flush()
        os._exit(1)  # a query that is out of time may still be running
    if shown == "table":
        terminal.show_rows(rows.column_names, published.python_rows(rows))
    else:
        published.write(rows, shown, output)
