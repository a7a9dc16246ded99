"""`csc ui`."""

import os
import signal
import sys
from pathlib import Path

import click

from orchestration import dagster_home
from orchestration.commands.options import example
from orchestration.settings import REPOSITORY, settings
from reporting import terminal


@click.command(epilog=example("csc ui"))
@click.option("--port", default=3000, show_default=True, help="Port on 127.0.0.1.")
def ui(port: int) -> None:
    """Start Dagster's web page and its daemon, which runs the schedule and the sensors."""
    dagster_home.prepare(settings())
    terminal.err.print(f"Opening on http://127.0.0.1:{port} (Ctrl+C ends it)")
    workspace = str(REPOSITORY / "workspace.yaml")
    os.chdir(settings().home_dir)  # in the folder of dagster.yaml, Dagster would say that its home has another one
    os.environ["PYTHONWARNINGS"] = "ignore:Function `dev_command`"
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell that starts this in the background would have it ignored
    dagster = str(Path(sys.executable).with_name("dagster"))
    arguments = ["dev", "--workspace", workspace, "--host", "127.0.0.1", "--port", str(port)]
    os.execv(dagster, [dagster, *arguments])  # noqa: S606 (this command)
