"""How runs ended, from Dagster's records to what alerts say of them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from alerting import facts
from alerting.digest import RunEnd
from orchestration.settings import settings
from publication import publications

if TYPE_CHECKING:
    import dagster as dg
    from dagster_shared.error import SerializableErrorInfo

STEPS = {
    "quality__ingest_ledger": "taking in the files",
    "raw": "loading the files",
    "contracts": "checking the contracts",
    "dbt_models": "building the marts",
    "audit": "checking the figures",
    "published__csc": "publishing",
    "packs__scrutiny_pack": "making the scrutiny pack",
}
SYMPTOMS = {  # what the error of a step says, to one of alerting's causes
    "disk_full": ("no space left", "disk is full", "out of disk", "errno 28", "could not write all bytes"),
    "read_only": ("readonly database", "read-only file system", "errno 30"),
    "out_of_memory": ("out of memory", "memoryerror", "cannot allocate memory"),
    "warehouse_damaged": ("not a valid duckdb", "corrupt", "disk image is malformed", "failed to load wal"),
    "check_could_not_run": ("checks could not run",),
    "killed": ("has ended", "worker unexpectedly exited", "run worker failed", "exceeded maximum runtime"),
}
LOOKED_AT = 100  # of the runs that ended since the last digest


def cause_of(text: str) -> str:
    """Return one of alerting's causes for what an error says."""
    said = text.lower()
    return next((cause for cause, signs in SYMPTOMS.items() if any(sign in said for sign in signs)), "other")


def crashed(run_id: str, error: Exception) -> RunEnd:
    """Return the end of a run that failed before Dagster could record it."""
    return RunEnd(run_id, datetime.now(UTC), "failed", cause_of(f"{type(error).__name__} {error}"))


def ended(
    instance: "dg.DagsterInstance", con: duckdb.DuckDBPyConnection | None, since: datetime, told: set[str]
) -> list[RunEnd]:
    """Return the runs that ended `since`, except those whose ids are in `told`.

    `con` is the private warehouse, None where it does not open.
    """
    import dagster as dg  # a run with nothing new does without

    statuses = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    records = instance.get_run_records(dg.RunsFilter(statuses=statuses, updated_after=since), limit=LOOKED_AT)
    return [_run_end(instance, con, record) for record in records if record.dagster_run.run_id not in told]


def _run_end(instance: "dg.DagsterInstance", con: duckdb.DuckDBPyConnection | None, record: "dg.RunRecord") -> RunEnd:
    run_id, status = record.dagster_run.run_id, record.dagster_run.status.value
    at = datetime.fromtimestamp(record.end_time or record.start_time or record.create_timestamp.timestamp(), UTC)
    if status == "CANCELED":
        return RunEnd(run_id, at, "canceled", "killed")
    failing = tuple(facts.failing_checks(con, run_id)) if con is not None else ()
    made = {p.run_id: p for p in publications.publications(settings().published)}.get(run_id)
    if status == "FAILURE" and made:
        ended = _failed(instance, run_id, at)
        return replace(ended, outcome="pack_failed", failing=failing, held_back=tuple(made.held_back))
    if status == "SUCCESS":
        if made and made.held_back:
            return RunEnd(run_id, at, "published_in_part", failing=failing, held_back=tuple(made.held_back))
        return RunEnd(run_id, at, "published" if made else "completed")
    if failing:
        return RunEnd(run_id, at, "held_back", failing=failing)
    return _failed(instance, run_id, at)


def _failed(instance: "dg.DagsterInstance", run_id: str, at: datetime) -> RunEnd:
    """Return the end of a run that failed, but for its checks: in which step, and why."""
    import dagster as dg

    kinds = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    records = instance.get_records_for_run(run_id, of_type=kinds).records
    events = [event for record in records if (event := record.event_log_entry.dagster_event)]
    step = next((event for event in events if event.is_step_failure), None)
    if step is None:
        cause = cause_of(" ".join(event.message or "" for event in events))
        return RunEnd(run_id, at, "never_finished" if cause == "killed" else "failed", cause)
    key = step.step_key or ""
    named = STEPS.get(key) or STEPS.get(key.split("__")[0])
    return RunEnd(run_id, at, "failed", cause_of(_chain(step.step_failure_data.error)), named)


def _chain(error: "SerializableErrorInfo | None") -> str:
    """Return what an error and its causes say."""
    said = []
    while error is not None:
        said.append(f"{error.cls_name} {error.message}")
        error = error.cause
    return " ".join(said)
