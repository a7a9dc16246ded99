"""When digests are made and sent: at the end of `csc run`, and by the daemon's sensors. Never fails what calls it."""

import functools
import logging
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime

import duckdb

from alerting import deliver, digest, facts, outbox
from alerting.digest import RunEnd
from orchestration.settings import settings
from orchestration.warehouse import connect, is_running
from publication import publish

log = logging.getLogger("csc")
SENDING_SECONDS = 10  # how long `csc run` waits for its alerts to go; slower ones go on without it
STEPS = {
    "quality__ingest_ledger": "taking in the files",
    "raw": "loading the files",
    "contracts": "checking the contracts",
    "dbt_models": "building the marts",
    "audit": "checking the figures",
    "published__csc": "publishing",
}
SYMPTOMS = {  # what the error of a step says, to one of alerting's causes
    "disk_full": ("no space left", "disk is full", "out of disk", "errno 28", "could not write all bytes"),
    "out_of_memory": ("out of memory", "memoryerror", "cannot allocate memory"),
    "warehouse_damaged": ("not a valid duckdb", "corrupt", "disk image is malformed", "failed to load wal"),
    "check_could_not_run": ("checks could not run",),
    "killed": ("has ended", "worker unexpectedly exited", "run worker failed", "exceeded maximum runtime"),
}


def never_fails(function):
    """An alert that goes wrong is a line in the log: the run it tells of has ended as it has."""

    @functools.wraps(function)
    def guarded(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except Exception as error:
            log.warning("The alerts could not be made: %s", type(error).__name__)
            return None

    return guarded


def cause_of(text: str) -> str:
    """One of alerting's causes for what an error says."""
    said = text.lower()
    return next((cause for cause, signs in SYMPTOMS.items() if any(sign in said for sign in signs)), "other")


@never_fails
def begin(run_id: str) -> None:
    """Note that this process begins a run."""
    outbox.begin(settings().home_dir, run_id)


@never_fails
def after_run(instance, run_id: str | None = None, error: Exception | None = None) -> list[dict]:
    """Tell of every run that ended untold, send, and return what is still unsent. The caller holds the run lock.

    `instance` is Dagster's, None where it was not needed or does not work; `error` is what ended the run `run_id`
    before Dagster could say so.
    """
    crashed = []
    if error is not None:
        crashed = [RunEnd(run_id, datetime.now(UTC), "failed", cause_of(f"{type(error).__name__} {error}"))]
    tell(instance, crashed, is_dead=lambda pid: True)
    send(due_only=False, patience=SENDING_SECONDS)
    return outbox.unsent(settings().home_dir)


def try_out() -> list[dict]:
    """Send a trial digest to every channel, wait for them, and return how each took it."""
    home, channels, now = settings().home_dir, settings().channels, datetime.now(UTC)
    trial = digest.trial(f"{now:%Y%m%dT%H%M%S%f}", now)
    rendered = digest.render(trial, settings().alert_docs_url)
    with outbox.opened(home) as box:
        outbox.post(box, rendered, channels.names)
    deliver.deliver(channels, channels.names)
    return [row for row in outbox.history(home) if row["digest_id"] == trial.digest_id]


def send_now(due_only: bool) -> list[dict]:
    """Send what waits, in this process, and return what is still unsent."""
    channels = settings().channels
    deliver.deliver(channels, channels.names, due_only)
    return outbox.unsent(settings().home_dir)


def look(instance, is_dead) -> str:
    """For a sensor: tell of every run that ended untold, and send what is due. Returns what it did, in words."""
    if is_running(settings().home_dir):
        return "A run is under way; its end tells of those before it"
    made = tell(instance, [], is_dead)
    sending = send(due_only=True, patience=0)
    return f"{made.subject if made else 'Nothing to tell'}; {'sending' if sending else 'nothing due to send'}"


def tell(instance, crashed: list[RunEnd], is_dead) -> digest.Rendered | None:
    """Put one digest of all the runs that ended untold into the outbox, and write its file.

    None where no run ended and nothing is new or resolved either; an extract becomes late without a run. Two processes
    that look at once make one digest: the second finds the runs told.
    """
    home = settings().home_dir
    with ExitStack() as stack:
        con = _warehouse(stack)  # before the outbox, which nobody is to wait for
        box = stack.enter_context(outbox.opened(home))
        told = outbox.told_runs(box)
        ended = {run.run_id: run for run in crashed}
        if instance is not None:
            ended |= {run.run_id: run for run in _ended(instance, con, outbox.made_at(box), told)}
        for run_id, pid, begun_at in outbox.begun(box):
            if run_id not in ended and is_dead(pid):
                ended[run_id] = RunEnd(run_id, begun_at, "never_finished", "killed")
        runs = sorted((run for key, run in ended.items() if key not in told), key=lambda run: run.ended_at)
        outbox.settle(box, ended)
        now = datetime.now(UTC)
        made, remembered = digest.compose(
            f"{now:%Y%m%dT%H%M%S%f}", now, runs, _findings(con), outbox.told(box), _readers_see()
        )
        if not runs and not made.new_count and not made.resolved_count:
            return None
        rendered = digest.render(made, settings().alert_docs_url)
        channels = settings().channels
        outbox.remember(box, remembered)
        outbox.post(box, rendered, channels.names)
    deliver.deliver(channels, ["file"])
    return rendered


def send(due_only: bool, patience: float) -> bool:
    """Start a process that sends what waits, and give it `patience` seconds; whether there was anything to send.

    It is a process of its own because a mail server may take ten minutes to say that it took a mail, and a sender that
    gives up before then sends the mail twice.
    """
    home, channels = settings().home_dir, settings().channels
    deliver.deliver(channels, ["file"], due_only)
    names = [name for name in channels.names if name != "file"]
    if not any(outbox.waiting(home, name, due_only) for name in names):
        return False
    command = [sys.executable, "-m", "orchestration.cli", "alerts", "--send", *(["--due"] if due_only else [])]
    sender = subprocess.Popen(
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
    """The private warehouse, read-only, or None where it is not there or does not open."""
    if not settings().warehouse.exists():
        return None
    try:
        con = stack.enter_context(connect(settings().warehouse, read_only=True))
        con.execute("select count(*) from quality.findings")
    except duckdb.Error:
        return None
    return con


def _findings(con) -> list[facts.Finding] | None:
    if con is None:
        return None if settings().warehouse.exists() else []
    return facts.read(con)


def _ended(instance, con, since: datetime, told: set[str]) -> list[RunEnd]:
    """The runs that Dagster says ended since, but for those told of."""
    import dagster as dg  # a run with nothing new does without

    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    records = instance.get_run_records(dg.RunsFilter(statuses=ended, updated_after=since), limit=100)
    return [_run_end(instance, con, record) for record in records if record.dagster_run.run_id not in told]


def _run_end(instance, con, record) -> RunEnd:
    import dagster as dg

    run = record.dagster_run
    at = datetime.fromtimestamp(record.end_time or record.start_time or record.create_timestamp.timestamp(), UTC)
    if run.status == dg.DagsterRunStatus.SUCCESS:
        made = {p.run_id: p for p in publish.publications(settings().published)}.get(run.run_id)
        if made and made.held_back:
            failing = facts.failing_checks(con, run.run_id) if con is not None else []
            return RunEnd(run.run_id, at, "published_in_part", failing=tuple(failing), held_back=tuple(made.held_back))
        return RunEnd(run.run_id, at, "published" if made else "completed")
    if run.status == dg.DagsterRunStatus.CANCELED:
        return RunEnd(run.run_id, at, "canceled", "killed")
    failing = facts.failing_checks(con, run.run_id) if con is not None else []
    failures = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    events = [r.event_log_entry for r in instance.get_records_for_run(run.run_id, of_type=failures).records]
    steps = [e for e in events if e.dagster_event.event_type == dg.DagsterEventType.STEP_FAILURE]
    if failing:
        return RunEnd(run.run_id, at, "held_back", failing=tuple(failing))
    if not steps:
        said = " ".join(e.dagster_event.message or "" for e in events)
        cause = cause_of(said)
        return RunEnd(run.run_id, at, "never_finished" if cause == "killed" else "failed", cause)
    key = steps[0].dagster_event.step_key or ""
    step = STEPS.get(key) or STEPS.get(key.split("__")[0])
    return RunEnd(run.run_id, at, "failed", cause_of(_chain(steps[0].dagster_event.event_specific_data.error)), step)


def _chain(error) -> str:
    """What an error and its causes say."""
    said = []
    while error is not None:
        said.append(f"{error.cls_name} {error.message}")
        error = error.cause
    return " ".join(said)


def _readers_see() -> str | None:
    shown = publish.readers_see(settings().published)
    return digest.moment(datetime.fromisoformat(shown.published_at)) if shown else None
