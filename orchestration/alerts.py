"""When digests are made and sent: at the end of `csc run`, and by the daemon's sensors.

An alert that goes wrong is a line in the log and fails nothing: the run it tells of has ended as it has.
"""

import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from alerting import deliver, digest, facts, outbox
from alerting.digest import RunEnd
from orchestration import logs, run_ends
from orchestration.run_lock import is_running
from orchestration.settings import settings
from orchestration.warehouse import connect
from publication import publications
from publication.private.findings import open_findings

if TYPE_CHECKING:
    import dagster as dg

log = logging.getLogger("csc")
SENDING_SECONDS = 10  # how long `csc run` waits for its alerts to go; slower ones go on without it


@contextmanager
def _logged_only() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        log.warning("The alerts could not be made: %s", type(error).__name__)


def _is_dead(_: int) -> bool:
    """Say that the process of every run begun has ended: whoever holds the run lock knows it."""
    return True


def begin(run_id: str) -> None:
    """Note that this process begins a run."""
    with _logged_only():
        outbox.begin(settings().home_dir, run_id)


def after_run(
    instance: "dg.DagsterInstance | None", run_id: str | None = None, error: Exception | None = None
) -> list[dict[str, Any]]:
    """Tell of every run that ended and was not told of, send, and return what is still unsent.

    The caller holds the run lock. `instance` is Dagster's, None where it was not needed or does not work; `error` is
    what ended the run `run_id` before Dagster could record it.
    """
    with _logged_only():
        tell(instance, [run_ends.crashed(run_id, error)] if run_id and error else [], is_dead=_is_dead)
        send(due_only=False, patience=SENDING_SECONDS)
        return outbox.unsent(settings().home_dir)
    return []


def try_out() -> list[dict[str, Any]]:
    """Send a trial digest to every channel, wait for them, and return how each took it."""
    home, channels, now = settings().home_dir, settings().channels, datetime.now(UTC)
    with outbox.opened(home) as box:
        trial = digest.trial(outbox.next_id(box, now), now)
        rendered = digest.render(trial, settings().alert_docs_url)
        outbox.post(box, rendered, channels.names)
    deliver.deliver(channels, channels.names)
    return [row for row in outbox.history(home) if row["digest_id"] == trial.digest_id]


def send_now(due_only: bool) -> list[dict[str, Any]]:
    """Send what waits, in this process, and return what is still unsent."""
    channels = settings().channels
    deliver.deliver(channels, channels.names, due_only)
    return outbox.unsent(settings().home_dir)


def look(instance: "dg.DagsterInstance | None", is_dead: Callable[[int], bool]) -> str:
    """Tell of every run that ended and was not told of, and send what is due. Return what was done, for a sensor."""
    if is_running(settings().home_dir):
        return "A run is under way; its end tells of those before it"
    made = tell(instance, [], is_dead)
    sending = send(due_only=True, patience=0)
    return f"{made.subject if made else 'Nothing to tell'}; {'sending' if sending else 'nothing due to send'}"


def tell(
    instance: "dg.DagsterInstance | None", crashed: list[RunEnd], is_dead: Callable[[int], bool]
) -> digest.Rendered | None:
    """Put one digest of all the runs that ended and were not told of into the outbox, and write its file.

    Returns None where no run ended and nothing is new or resolved either; a delivery becomes late without a run. Two
    processes that look at once make one digest: the second finds the runs told.
    """
    home = settings().home_dir
    with ExitStack() as stack:
        con = _warehouse(stack)  # before the outbox, which other processes should not have to wait for
        box = stack.enter_context(outbox.opened(home))
        told, now = outbox.told_runs(box), datetime.now(UTC)
        ended = {run.run_id: run for run in crashed}
        if instance is not None:
            ended |= {run.run_id: run for run in run_ends.ended(instance, con, _since(box, now), told)}
        for run_id, pid, begun_at in outbox.begun(box):
            if run_id not in ended and is_dead(pid):
                ended[run_id] = RunEnd(run_id, begun_at, "never_finished", "killed")
        runs = sorted((run for key, run in ended.items() if key not in told), key=lambda run: run.ended_at)
        outbox.settle(box, ended)
        made, remembered = digest.compose(
            outbox.next_id(box, now), now, runs, _findings(con), outbox.told(box), _readers_see()
        )
        if not runs and not made.new_count and not made.resolved_count:
            return None
        rendered = digest.render(made, settings().alert_docs_url)
        channels = settings().channels
        outbox.remember(box, remembered)
        outbox.post(box, rendered, channels.names)
    logs.note(rendered.subject)
    deliver.deliver(channels, ["file"])
    return rendered


def _since(box: sqlite3.Connection, now: datetime) -> datetime:
    """Return since when runs are looked at: since the outbox was made, or a day ago where the clock was set back."""
    made_at = outbox.made_at(box)
    return made_at if made_at <= now else now - timedelta(days=1)


def send(due_only: bool, patience: float) -> bool:
    """Start a process that sends what waits, and give it `patience` seconds; return whether there was anything to send.

    It is a process of its own because a mail server may take ten minutes to say that it took a mail, and a sender that
    gives up before then sends the mail twice.
    """
    home, channels = settings().home_dir, settings().channels
    deliver.deliver(channels, ["file"], due_only)
    names = [name for name in channels.names if name != "file"]
    if not any(outbox.waiting(home, name, due_only) for name in names):
        return False
    command = [sys.executable, "-m", "orchestration.cli", "alerts", "--send", *(["--due"] if due_only else [])]
    sender = subprocess.Popen(  # noqa: S603 (this command)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if patience:
        try:
            sender.wait(patience)
        except subprocess.TimeoutExpired:
            log.info("Alerts are still being sent; `csc alerts` shows them")
    return True


def _warehouse(stack: ExitStack) -> duckdb.DuckDBPyConnection | None:
    """Return the private warehouse, read-only, or None where it is not there or does not open."""
    if not settings().warehouse.exists():
        return None
    try:
        con = stack.enter_context(connect(settings().warehouse, read_only=True))
        open_findings(con)
    except duckdb.Error:
        return None
    return con


def _findings(con: duckdb.DuckDBPyConnection | None) -> list[facts.Finding] | None:
    if con is None:
        return None if settings().warehouse.exists() else []
    return facts.read(con)


def _readers_see() -> str | None:
    shown = publications.readers_see(settings().published)
    return digest.moment(datetime.fromisoformat(shown.published_at)) if shown else None
