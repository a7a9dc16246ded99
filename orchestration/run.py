"""`csc run`: one Dagster run in this process, with its progress and its outcome."""

import logging
import os
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from data_quality import findings, judging
from data_quality.our_words import shown_path
from ingestion.landing import deliveries, unfinished
from orchestration import alerts, dagster_home, disk, logs, packs
from orchestration.packs import PackError
from orchestration.processes import PROCESS_TAG
from orchestration.run_ends import cause_of
from orchestration.run_lock import run_lock
from orchestration.settings import settings
from orchestration.settled import settled
from orchestration.warehouse import connect, prepare
from publication import publications
from publication.private.checks import open_errors
from reporting import terminal

if TYPE_CHECKING:
    import dagster as dg

log = logging.getLogger("csc")
NAMED = 3  # of the files that are waited for
PHASES = {
    "quality__ingest_ledger": "ingest",
    "raw": "ingest",
    "commentary": "ingest",
    "contracts": "checks",
    "dbt_models": "dbt",
    "audit": "checks",
    "packs__scrutiny_pack": "pack",
}


@dataclass(frozen=True)
class Outcome:
    """How a run ended: published, published_in_part, nothing_new, nothing_landed, held_back, pack_failed or failed.

    'In part' is without the new data of an authority; after 'pack_failed' readers see the new publication, and a
    scrutiny pack of it is missing. `seconds` are by phase; `reason` is set when anything was held back or failed.
    """

    name: str
    seconds: dict[str, float] = field(default_factory=dict)
    reason: str = ""


class _Lines(logging.Handler):
    """Progress on stderr, with the seconds since the start."""

    def __init__(self) -> None:
        super().__init__()
        self.started = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        seconds = time.monotonic() - self.started
        terminal.err.print(f"{seconds:5.1f}s  {record.getMessage()}", soft_wrap=True)


def run(month: date | None, rebuild: bool, with_history: bool) -> Outcome:
    """Run what is new, or `month`, through to publication. Never raises for what a run can meet: see `Outcome`."""
    log.setLevel(logging.INFO)
    log.addHandler(_Lines())
    started = time.monotonic()
    with run_lock(settings().home_dir):
        logs.write_down()
        _wait_for_copies()
        if not rebuild and not month and not with_history and (already := settled(settings())):
            return _nothing_to_do(already, started)
        run_id = str(uuid.uuid4())
        alerts.begin(run_id)
        try:
            return _run(run_id, month, rebuild, with_history, started)
        except Exception as error:
            alerts.after_run(None, run_id, error)
            raise


def _wait_for_copies() -> None:
    """Wait for files that may still be copied, at most `wait_seconds`; what is not there by then, a later run takes."""
    deadline, is_told = time.monotonic() + settings().wait_seconds, False
    while waiting := unfinished(deliveries(settings().landing_dir), settings().settled_seconds):
        names = ", ".join(shown_path(d.file_path) for d in waiting[:NAMED]) + (", ..." if waiting[NAMED:] else "")
        if time.monotonic() > deadline:
            log.warning("Left to the next run, because they are still being copied: %s", names)
            return
        if not is_told:
            log.info("Waiting until these files are copied: %s", names)
            is_told = True
        time.sleep(0.5)


def _nothing_to_do(already: str, started: float) -> Outcome:
    """Bring what is overdue up to today, and make the packs that failed; the rest is as the last run left it."""
    reason = ""
    if settings().warehouse.exists():
        with connect(settings().warehouse) as con:
            findings.refresh_overdue(con, settings().today)
            if already in ("held_back", "published_in_part"):
                reason = ", ".join(open_errors(con))
    name = "nothing_new" if already == "published" else already
    if packs.owed() is not None and publications.current(settings().published):
        try:
            packs.make_all()
        except PackError as failed:
            name, reason = "pack_failed", str(failed)
    alerts.after_run(None)
    return Outcome(name, {"total": time.monotonic() - started}, reason)


def _run(run_id: str, month: date | None, rebuild: bool, with_history: bool, started: float) -> Outcome:
    prepare(settings().warehouse)
    dagster_home.prepare(settings())
    log.info("Starting")
    judging.prepare()
    # these imports are a third of a small run
    from orchestration.assets.dbt_models import FULL_REFRESH, HISTORY
    from orchestration.dead_runs import end_dead_runs
    from orchestration.definitions import defs
    from orchestration.schedules import month_range

    job = defs.resolve_job_def("monthly_refresh")
    setup = time.monotonic() - started
    tags = {PROCESS_TAG: str(os.getpid()), FULL_REFRESH: str(rebuild).lower(), HISTORY: str(with_history).lower()}
    with dagster_home.opened(settings()) as instance:
        end_dead_runs(instance)
        result = job.execute_in_process(
            instance=instance,
            run_id=run_id,
            tags=tags | month_range([month] if month else _months()),
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
        steps = instance.get_run_step_stats(result.run_id)
        alerts.after_run(instance)
        dagster_home.tidy(instance, settings().keep_runs)
    judging.wait()
    seconds = {"set-up": setup, **_by_phase(steps), "total": time.monotonic() - started}
    if not result.success and _is_published(run_id):
        return Outcome("pack_failed", seconds, packs.owed() or _reason(result))
    failed = [e for e in result.get_asset_check_evaluations() if not e.passed and e.severity.name == "ERROR"]
    if failed:
        name = "published_in_part" if result.success else "held_back"
        return Outcome(name, seconds, ", ".join(sorted(check.check_name for check in failed)))
    if result.success and _is_published(run_id):
        return Outcome("published", seconds)
    return Outcome("failed", seconds, _reason(result))


def _is_published(run_id: str) -> bool:
    return any(publication.run_id == run_id for publication in publications.publications(settings().published))


def _by_phase(steps: "Sequence[dg.RunStepKeyStatsSnapshot]") -> dict[str, float]:
    seconds = dict.fromkeys(("ingest", "dbt", "checks", "publish", "pack"), 0.0)
    for step in steps:
        phase = PHASES.get(step.step_key, PHASES.get(step.step_key.split("__")[0], "publish"))
        if step.start_time and step.end_time:  # it was not skipped
            seconds[phase] += step.end_time - step.start_time
    return seconds


def _months() -> list[date]:
    from ingestion.ledger import news
    from orchestration.schedules import months_to_run

    with connect(settings().warehouse, read_only=True) as con:
        seconds = settings().settled_seconds
        return months_to_run(con, news(con, settings().landing_dir, True, settled_seconds=seconds).arrived)


def _reason(result: "dg.ExecuteInProcessResult") -> str:
    """Return what the failed step said, without its traceback."""
    errors = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    errors += [event.job_failure_data.error for event in result.all_events if event.is_run_failure]
    error = next((error for error in errors if error), None)
    while error is not None and error.cause is not None:
        error = error.cause
    if error is None:
        return "the run did not say why. `csc ui` shows its log"
    said = error.message.strip()
    if words := disk.in_words(cause_of(said)):
        return words
    if "Out of Memory" in said:  # DuckDB's advice is for people who write SQL
        return f"{said.partition('Possible solutions')[0].strip()}. Set CSC_MEMORY to more than {settings().memory}"
    return said
