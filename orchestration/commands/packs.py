"""`csc pack` and `csc commentary`."""

import sys
from pathlib import Path

import click

from orchestration.commands.options import as_json, echo_json, example
from orchestration.months import reporting_month
from orchestration.settings import settings
from reporting import terminal


@click.command(epilog=example("csc pack", "csc pack --month 2013-10 --audience public"))
@click.option("--month", help="Make the pack of this month, YYYY-MM. Without it: the latest month published.")
@click.option(
    "--audience",
    type=click.Choice(["public", "members", "internal"]),
    default="internal",
    show_default=True,
    help="Who will read it.",
)
@click.option("--authority", help="Code, name or folder of the authority, where the warehouse has several.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write to this folder, not to packs/<YYYY-MM>/."
)
@as_json
def pack(month: str | None, audience: str, authority: str | None, out: Path | None, is_json: bool) -> None:
    """Make the scrutiny pack from what is published, as HTML, PDF and XLSX.

    For members and the public, counts of 1 to 5 are suppressed, and so is whatever would reveal them. An internal pack
    shows all.
    """
    only = reporting_month(month, settings().first_month) if month else None
    from reporting.pack.make import make  # charts, documents and a solver take a moment to import

    made = make(
        settings().published,
        authority,
        only,
        audience,
        out,
        settings().packs,
        settings().commentary,
        settings().readers,
    )
    if is_json:
        echo_json(vars(made))
    else:
        for file in made.files:
            terminal.out.print(str(file), soft_wrap=True)
    for problem in made.problems:
        terminal.err.print(f"Warning: {problem}", soft_wrap=True)


@click.command(epilog=example("csc commentary 2013-12"))
@click.argument("month")
@click.option("--authority", help="Code, name or folder of the authority, where the warehouse has several.")
def commentary(month: str, authority: str | None) -> None:
    """Show the commentary of a month as the pack prints it.

    MONTH is YYYY-MM. The file is commentary/<authority>/<YYYY-MM>.md below CSC_HOME; the authority that the warehouse
    began with may leave its folder out. Its placeholders are filled with the values
    that readers see; `csc run` checks numbers typed by hand. Exit code 1 when a placeholder is wrong or its value is
    not supplied, otherwise 0.
    """
    from ingestion import commentary as texts
    from publication.query import connect
    from reporting.commentary import figures, fill
    from reporting.pack.published import authorities, chosen

    of = reporting_month(month, settings().first_month)
    whose = chosen(authorities(settings().published), authority)
    folder = settings().commentary
    path = texts.find(folder, of, whose.folder, whose.is_home)
    if path is None:
        raise click.ClickException(f"There is no commentary {folder / whose.folder / f'{of:%Y-%m}.md'}.")
    with connect(settings().published) as con:
        text, problems = fill(texts.read(path), figures(con, whose.code, of), texts.named(path, folder))
    click.echo(text)
    for problem in problems:
        terminal.err.print(f"Error: {problem}", soft_wrap=True)
    sys.exit(1 if problems else 0)
