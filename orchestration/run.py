"""`csc run`: one Dagster run in this process, with its progress and its outcome."""

import logging
import os
import time
import uuid
from dataclasses import dataclass, field
from datetime import date

from alerting import unsent
from data_quality import findings, judging
from orchestration import alerts, state
from orchestration.processes import PROCESS_TAG
from orchestration.settings import settings
from orchestration.warehouse import connect, prepare, run_lock
from reporting import terminal

log = logging.getLogger("csc")
FIRST_QUERY = (
    "select month, contacts, referrals, cpp_total, lac_total "
    "from marts.mart_overview where basis = 'reported' order by month"
)

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
    """How a run ended: published, published_in_part, nothing_new, nothing_landed, held_back or failed.

    In part is without what is new of an authority. `seconds` by phase; `reason` when anything was held back, or it
    failed.
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
        terminal.err.print(
            f"{time.monotonic() - self.started:5.1f}s  {record.getMessage()}", markup=False, soft_wrap=True
        )


def run(month: date | None, rebuild: bool) -> Outcome:
    """Run what is new, or `month`, through to publication. Never raises for what a run can meet: see `Outcome`."""
    log.setLevel(logging.INFO)
    log.addHandler(_Lines())
    started = time.monotonic()
    with run_lock(settings().home_dir):
        if not rebuild and not month and (already := state.settled(settings())):
            if settings().warehouse.exists():
                with connect(settings().warehouse) as con:
                    findings.refresh_overdue(con, settings().today)
            alerts.after_run(None)
            name = "nothing_new" if already == "published" else already
            reason = _open_errors() if name in ("held_back", "published_in_part") else ""
            return Outcome(name, {"total": time.monotonic() - started}, reason)
        run_id = str(uuid.uuid4())
        alerts.begin(run_id)
        try:
            return _run(run_id, month, rebuild, started)
        except Exception as error:
            alerts.after_run(None, run_id, error)
            raise


def _run(run_id: str, month: date | None, rebuild: bool, started: float) -> Outcome:
    prepare(settings().warehouse)
    state.prepare_dagster(settings())
    log.info("Starting")
    judging.prepare()
    import dagster as dg  # these imports are a third of a small run

    from orchestration.assets import FULL_REFRESH
    from orchestration.dead_runs import end_dead_runs
    from orchestration.definitions import defs
    from orchestration.schedules import month_range

    job = defs.resolve_job_def("monthly_refresh")
    setup = time.monotonic() - started
    with dg.DagsterInstance.get() as instance:
        end_dead_runs(instance)
        result = job.execute_in_process(
            instance=instance,
            run_id=run_id,
            tags={PROCESS_TAG: str(os.getpid()), FULL_REFRESH: str(rebuild).lower()}
            | month_range([month] if month else _months()),
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
        steps = instance.get_run_step_stats(result.run_id)
        alerts.after_run(instance)
    seconds = {"set-up": setup, "ingest": 0.0, "dbt": 0.0, "checks": 0.0, "publish": 0.0, "pack": 0.0}
    for step in steps:
        phase = PHASES.get(step.step_key, PHASES.get(step.step_key.split("__")[0], "publish"))
        seconds[phase] += (step.end_time or 0) - (step.start_time or 0)
    seconds["total"] = time.monotonic() - started
    failed_checks = [
        e for e in result.get_asset_check_evaluations() if not e.passed and e.severity == dg.AssetCheckSeverity.ERROR
    ]
    if result.success and not failed_checks:
        return Outcome("published", seconds)
    if failed_checks:
        name = "published_in_part" if result.success else "held_back"
        return Outcome(name, seconds, ", ".join(sorted(e.check_name for e in failed_checks)))
    return Outcome("failed", seconds, _reason(result))


def _open_errors() -> str:
    with connect(settings().warehouse, read_only=True) as con:
        rows = con.execute(
            "select distinct check_id from quality.findings where status = 'open' and severity = 'error' order by 1"
        ).fetchall()
    return ", ".join(check_id for (check_id,) in rows)


def _months() -> list[date]:
    from ingestion.ledger import news
    from orchestration.schedules import months_to_run

    with connect(settings().warehouse, read_only=True) as con:
        return months_to_run(con, news(con, settings().landing_dir, retry_refused=True).arrived)


def _reason(result) -> str:
    """What the failed step said, without its traceback."""
    errors = [e.event_specific_data.error for e in result.all_events if e.is_step_failure or e.is_run_failure]
    error = next((e for e in errors if e), None)
    while error is not None and error.cause is not None:
        error = error.cause
    if error is None:
        return "the run ended without saying why; `csc ui` shows its log"
    said = error.message.strip()
    if "Out of Memory" in said:  # what DuckDB advises is for who writes SQL
        return f"{said.partition('Possible solutions')[0].strip()}. Set CSC_MEMORY to more than {settings().memory}"
    return said


def show(outcome: Outcome, report: dict) -> None:
    """The table that ends a run: what landed, what was published, what is wrong, where to look."""
    out = terminal.out
    out.print()
    terminal.landed(report["landed"])
    out.print()
    out.print(
        {
            "published": f"Published as {report['publication']}",
            "published_in_part": f"Published in part: readers see {report['publication']} ({outcome.reason})",
            "nothing_new": f"Nothing new; readers see publication {report['publication']}",
            "nothing_landed": f"Nothing has landed in {settings().landing_dir} yet",
            "held_back": f"Held back: readers still see {report['publication'] or 'nothing'}"
            + (f" ({outcome.reason})" if outcome.reason else ""),
            "failed": f"The run failed: {outcome.reason}",
        }[outcome.name],
        style="bold" if outcome.name in ("published", "nothing_new") else "bold red",
        markup=False,
    )
    terminal.held_back(report["held_back"])
    out.print(", ".join(f"{phase} {seconds:.1f}s" for phase, seconds in outcome.seconds.items()), style="dim")
    out.print()
    terminal.severities(report["findings"], report["worst"])
    out.print()
    if waiting := unsent(settings().home_dir):
        terminal.unsent(waiting)
    activated = [] if os.environ.get("VIRTUAL_ENV") else [("First, in the shell", "source .venv/bin/activate")]
    terminal.next_steps(
        [
            *activated,
            ("Every finding", "csc findings"),
            ("What is new", "csc alerts"),
            ("A first query", f'csc query "{FIRST_QUERY}"'),
            ("The scrutiny pack", f"{settings().packs}/<YYYY-MM>/scrutiny-pack.html"),
            ("Any SQL client", f"{settings().published / 'csc.duckdb'} (read-only)"),
            ("Assets and checks", "make ui, then http://127.0.0.1:3000"),
        ]
    )
