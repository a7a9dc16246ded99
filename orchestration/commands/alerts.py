"""`csc alerts`."""

import sys

import click

from alerting import outbox
from orchestration import alerts as digests
from orchestration.commands.options import as_json, echo_json, example
from orchestration.settings import settings
from reporting import terminal

SHOWN = 20


@click.command(epilog=example("csc alerts", "csc alerts --test"))
@click.option("--send", "is_sending", is_flag=True, help="Send now what a channel has not taken yet.")
@click.option("--due", "due_only", is_flag=True, help="With --send: only what is due for another attempt.")
@click.option(
    "--test", "is_trial", is_flag=True, help="Send a trial digest to every channel, and show how each took it."
)
@as_json
def alerts(is_sending: bool, due_only: bool, is_trial: bool, is_json: bool) -> None:
    """Show the last digest and which channel has taken which. The settings CSC_ALERT_* name the channels.

    Exit code 1 when a digest is unsent, otherwise 0.
    """
    home = settings().home_dir
    if is_trial:
        rows = digests.try_out()
    else:
        if is_sending:
            digests.send_now(due_only)
        rows = outbox.history(home)
    if is_json:
        echo_json(rows)
    else:
        last = outbox.last(home) if not (is_trial or is_sending) else None
        terminal.alerts(last.text if last else None, rows[-SHOWN:])
    sys.exit(1 if any(row["status"] == "pending" for row in rows) else 0)
