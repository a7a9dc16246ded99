"""When runs start by themselves: once a month, and whenever a file lands or is corrected."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

import dagster as dg
import duckdb
from dateutil.relativedelta import relativedelta

from ingestion import commentary
from ingestion.landing import Delivery, deliveries, unfinished
from ingestion.ledger import news, pending
from orchestration import packs
from orchestration.assets.ingestion import reporting_months
from orchestration.assets.publication import PACK
from orchestration.dead_runs import end_dead_runs
from orchestration.settings import settings
from orchestration.warehouse import connect, prepare
from publication import publications
from publication.private.checks import last_checks
from publication.private.deliveries import latest_month

UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]

monthly_refresh = dg.define_asset_job(
    "monthly_refresh",
    selection=dg.AssetSelection.all(),
    description="Takes in what landed, loads it, builds, checks and publishes.",
)

packs_again = dg.define_asset_job(
    "packs_again",
    selection=dg.AssetSelection.assets(PACK),
    description="Makes the scrutiny packs that a run could not make, of what readers see.",
)


def month_range(months: list[date]) -> dict[str, str]:
    """Return the run tags that materialise these months, and those between, in one run."""
    return {
        "dagster/asset_partition_range_start": min(months).isoformat(),
        "dagster/asset_partition_range_end": max(months).isoformat(),
    }


def months_to_run(con: duckdb.DuckDBPyConnection, arrived: Iterable[Delivery]) -> list[date]:
    """Return the months of new files and of accepted files not yet loaded.

    Where nothing names a month (a file was misplaced or taken away), it is the latest that was delivered; before any
    was, the month just ended.
    """
    keys = reporting_months.get_partition_keys()
    folders = [f"{delivery.file_path.split('/')[1]}-01" for delivery in arrived if delivery.file_path.count("/") == 2]
    named = {*pending(con), *(date.fromisoformat(folder) for folder in folders if folder in keys)}
    return sorted(named) or [latest_month(con) or date.fromisoformat(keys[-2])]


@dg.schedule(
    job=monthly_refresh,
    cron_schedule=f"0 {settings().schedule_hour} {settings().schedule_day} * *",
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Materialises the month before the one in which it ticks.",
)
def month_just_ended(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for a run of the month that has just ended."""
    month = context.scheduled_execution_time.date().replace(day=1) - relativedelta(months=1)
    return dg.RunRequest(run_key=month.isoformat(), tags=month_range([month]))


@dg.sensor(
    jobs=[monthly_refresh, packs_again],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts one run for all that landed, was corrected, taken away or commented on since the last run.",
)
def landing_folder(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for a run when something is new in the landing folder."""
    landing = settings().landing_dir
    if not landing.is_dir():
        return dg.SkipReason(f"There is no landing folder {landing}")
    end_dead_runs(context.instance)
    # a run that has taken in half of the news, or holds the warehouse, would be asked for again, or waited for
    if context.instance.get_run_ids(dg.RunsFilter(statuses=UNDER_WAY), limit=1):
        return dg.SkipReason("A run is under way; what it leaves is for the next look")
    seconds = settings().settled_seconds
    if copied := unfinished(deliveries(landing), seconds):
        return dg.SkipReason(f"{len(copied)} files changed within the last {seconds} seconds")
    if not settings().warehouse.exists():
        prepare(settings().warehouse)
    with connect(settings().warehouse, read_only=True) as con:
        fresh, waiting = news(con, landing), pending(con)
        months = months_to_run(con, fresh.arrived)
        rewritten = commentary.is_changed(con, settings().commentary)
        checked_at = last_checks(con).checked_at
    if not fresh and not waiting and not rewritten:
        return _packs_owed()
    # the same news asks for one run only, even when that run failed early; the time of the last checks tells it from
    # the same news of another day, such as a file put back or taken away again
    run_key = [
        str(checked_at or "first"),
        *sorted(f"{d.file_path}@{d.modified_ns}" for d in fresh.arrived),
        *(f"-{path}" for path in fresh.gone),
        *(month.isoformat() for month in waiting),
        *(f"{path}@{path.stat().st_mtime_ns}" for path in commentary.files(settings().commentary)),
    ]
    # Dagster's record keeps the key, and a file's name may be that of a child
    hashed = sha256("|".join(run_key).encode()).hexdigest()
    return dg.RunRequest(run_key=hashed, job_name=monthly_refresh.name, tags=month_range(months))


def _packs_owed() -> dg.RunRequest | dg.SkipReason:
    """Ask, once a day and publication, for the packs that a run could not make."""
    shown = publications.current(settings().published)
    if packs.owed() is None or not shown:
        return dg.SkipReason("Nothing new")
    return dg.RunRequest(run_key=f"packs|{shown}|{settings().today}", job_name=packs_again.name)
