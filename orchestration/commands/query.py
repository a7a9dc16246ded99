"""`csc query`."""

from pathlib import Path

import click

from orchestration.commands.options import example
from orchestration.settings import settings
from reporting import terminal


@click.command(
    epilog=example(
        'csc query "show tables"',
        "csc query \"select month, value from marts.kpi_monthly where measure_id = 'contacts' order by month\"",
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

    rows = published.query(settings().published, sql)
    if form == "table" and not output:
        terminal.show_rows(rows.column_names, published.python_rows(rows))
    else:
        published.write(rows, "csv" if form == "table" else form, output)
