"""Dagster's home below CSC_HOME: its settings, and what it knows of earlier runs."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

import yaml

from orchestration.disk import told
from orchestration.modes import make_home
from orchestration.processes import PROCESS_TAG, is_alive
from orchestration.settings import REPOSITORY, RUNS_SHOWN, Settings

if TYPE_CHECKING:
    import dagster as dg

NO_RECORD = (
    "Dagster's record of runs in PostgreSQL cannot be opened ({reason}): look at CSC_DAGSTER_POSTGRES_URL, and whether "
    "the server is up"
)
PACK_FAILED = "published, without a scrutiny pack"
STORAGES = {"run_storage": "history", "schedule_storage": "schedules", "event_log_storage": ""}


class RecordError(ValueError):
    """Dagster's record cannot be opened; the message says what to look at, and never the address with its password."""


@dataclass(frozen=True)
class Run:
    """A run as `csc status` shows it; `outcome` in words. `seconds` is None while it is under way."""

    run_id: str
    started_at: datetime | None
    seconds: float | None
    outcome: str


def prepare(settings: Settings) -> None:
    """Write the settings of dagster.yaml to Dagster's home, with its own folders: those there are `dagster dev`'s.

    Where a PostgreSQL database is named, Dagster keeps its record there instead. Raises `ValueError` where the package
    for that is not installed.
    """
    config = yaml.safe_load((REPOSITORY / "dagster.yaml").read_text())
    home = settings.dagster_home
    for storage, folder in STORAGES.items():
        config[storage]["config"]["base_dir"] = str(home / folder)
    if settings.dagster_postgres_url:
        _require_postgres(settings)
        config = {name: value for name, value in config.items() if name not in STORAGES}
        config["storage"] = {"postgres": {"postgres_url": {"env": "CSC_DAGSTER_POSTGRES_URL"}}}
    make_home(settings.home_dir)
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "dagster.yaml").write_text(yaml.safe_dump(config))


def _require_postgres(settings: Settings) -> None:
    """Raise `ValueError` where this process lacks what it takes to open Dagster's record in PostgreSQL."""
    if not settings.dagster_postgres_url:
        raise ValueError("Dagster's record of runs is in PostgreSQL, but CSC_DAGSTER_POSTGRES_URL is not set")
    if not find_spec("dagster_postgres"):
        raise ValueError(
            "CSC_DAGSTER_POSTGRES_URL is set, but dagster-postgres is not installed: see docs/deploy.md, PostgreSQL"
        )


def tidy(instance: "dg.DagsterInstance", keep: int) -> None:
    """Remove from Dagster's record every run but the newest `keep`, and of these what nobody asks for once they ended.

    Figures, findings and publications are not in that record.
    """
    kept = instance.get_runs(limit=keep)
    trim = getattr(instance.event_log_storage, "trim", None)  # PostgreSQL has a storage of its own
    for number, run in enumerate(kept):
        is_old = run.is_finished and number >= RUNS_SHOWN  # of a run that failed, somebody may ask for a while
        if trim is not None and (run.is_success or is_old):
            trim(run.run_id)
    for run in instance.get_runs(cursor=kept[-1].run_id) if len(kept) == keep else []:
        if run.is_finished:
            instance.delete_run(run.run_id)


def last_runs(settings: Settings, with_errors: set[str], published: set[str]) -> list[Run]:
    """Return the last runs, the newest first.

    It is empty where the disk is full or read-only, because Dagster cannot open its record then. `with_errors` names
    those in which a check of severity error failed, `published` those of the publications kept. Raises `ValueError`
    where the record is in PostgreSQL, and this process lacks its address or its package, and `RecordError` where the
    server refuses it.
    """
    config = settings.dagster_home / "dagster.yaml"
    if not config.exists():
        return []
    if "storage" in yaml.safe_load(config.read_text()):
        _require_postgres(settings)
    try:
        with opened(settings) as instance:
            records = instance.get_run_records(limit=RUNS_SHOWN)
    except RecordError:
        raise
    except Exception as error:  # whatever SQLite says of such a disk; the rest of the status writes nothing
        if told(error):
            return []
        raise
    return [
        Run(
            run_id=record.dagster_run.run_id,
            started_at=datetime.fromtimestamp(int(record.start_time), UTC) if record.start_time else None,
            seconds=round(record.end_time - record.start_time, 1) if record.start_time and record.end_time else None,
            outcome=_outcome(record.dagster_run, with_errors, published),
        )
        for record in records
    ]


def opened(settings: Settings) -> "dg.DagsterInstance":
    """Return Dagster's record. Raises `RecordError` where PostgreSQL has it and refuses us."""
    import dagster as dg  # a second to import

    logging.disable(logging.WARNING)  # of each attempt, in many lines
    try:
        return dg.DagsterInstance.from_config(str(settings.dagster_home))
    except Exception as error:
        if settings.dagster_postgres_url and not told(error):
            raise RecordError(NO_RECORD.format(reason=_reason(error))) from None
        raise
    finally:
        logging.disable(logging.NOTSET)


def _reason(error: BaseException) -> str:
    """Return what the driver said of its first cause, such as 'password authentication failed for user "csc"'."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    said = str(error).partition("\n")[0]
    return said.rpartition("failed: ")[2].removeprefix("FATAL:").strip() or type(error).__name__


def _outcome(run: "dg.DagsterRun", with_errors: set[str], published: set[str]) -> str:
    process = run.tags.get(PROCESS_TAG)
    if run.status.value == "STARTED" and process and not is_alive(int(process)):
        return "never finished"
    has_errors = run.run_id in with_errors
    if run.status.value == "FAILURE" and run.run_id in published:
        return PACK_FAILED
    named = {
        "SUCCESS": "published in part" if has_errors else "published",
        "FAILURE": "held back" if has_errors else "failed",
        "CANCELED": "cancelled",
    }
    return named.get(run.status.value, "under way")
