"""`csc rollback`."""

from dataclasses import asdict

import click

from orchestration.commands.options import as_json, echo_json, example
from orchestration.settings import settings
from publication import publications
from reporting import terminal


@click.command(epilog=example("csc rollback"))
@click.option("--to", "publication_id", help="Id of the publication to return to. Without it: the one before.")
@as_json
def rollback(publication_id: str | None, is_json: bool) -> None:
    """Show readers an earlier publication. The next run with something new publishes again."""
    chosen = publications.rollback(settings().published, publication_id)
    if is_json:
        echo_json(asdict(chosen))
    else:
        terminal.out.print(f"Readers now see publication {chosen.publication_id}, made {chosen.published_at}.")
