"""Options and output that several commands share."""

import json
from collections.abc import Mapping, Sequence

import click

as_json = click.option("--json", "is_json", is_flag=True, help="Print JSON instead of a table.")


def echo_json(data: Mapping[str, object] | Sequence[object]) -> None:
    """Print JSON. Dates and paths become text."""
    click.echo(json.dumps(data, indent=1, default=str))


def example(*commands: str) -> str:
    """Return the end of a command's help: what people type."""
    return "\n".join(["\b", "Example:", *(f"  {command}" for command in commands)])
