"""What Dagster's daemon does for alerts: it tells when a run ends, and sends again what could not be sent."""

import dagster as dg

from data_quality import findings
from orchestration import alerts, dagster_home
from orchestration.dead_runs import end_dead_runs
from orchestration.processes import is_alive
from orchestration.run_lock import is_running, run_lock
from orchestration.settings import settings
from orchestration.warehouse import connect

TELL_SECONDS = 10
RETRY_SECONDS = 60


def _look(instance: dg.DagsterInstance) -> dg.SkipReason:
    end_dead_runs(instance)
    return dg.SkipReason(alerts.look(instance, is_dead=lambda pid: not is_alive(pid)))


# without monitor_all_code_locations the runs of `csc run` would not count
@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitor_all_code_locations=True,
    minimum_interval_seconds=TELL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends a digest of each run that ended well: what is new, still open and resolved.",
)
def run_succeeded(context: dg.RunStatusSensorContext) -> dg.SkipReason:
    """Tell of the run, and tidy Dagster's record."""
    done = _look(context.instance)
    dagster_home.tidy(context.instance, settings().keep_runs)
    return done


@dg.run_failure_sensor(
    monitor_all_code_locations=True,
    minimum_interval_seconds=TELL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends a digest of each run that failed or was held back.",
)
def run_failed(context: dg.RunFailureSensorContext) -> dg.SkipReason:
    """Tell of the run."""
    return _look(context.instance)


@dg.sensor(
    minimum_interval_seconds=RETRY_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of overdue deliveries and killed runs, and sends again what a channel did not take.",
)
def unsent_alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Bring what is overdue up to today once a day, then tell of it and send what waits."""
    today, home = settings().today, settings().home_dir
    if context.cursor != today.isoformat() and settings().warehouse.exists() and not is_running(home):
        with run_lock(home), connect(settings().warehouse) as con:
            findings.refresh_overdue(con, today)
        context.update_cursor(today.isoformat())
    return _look(context.instance)


alert_sensors = [run_succeeded, run_failed, unsent_alerts]
