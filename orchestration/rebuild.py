"""`csc rebuild`: the private warehouse again from the vault alone."""

import logging
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from data_quality import findings
from data_quality.contracts import load_contracts
from ingestion import encryption, ledger, limits
from ingestion.arrivals import Record
from ingestion.replay import replay
from orchestration.run_lock import run_lock
from orchestration.settings import Settings
from orchestration.warehouse import connect, is_in_use, prepare

log = logging.getLogger("csc")
KEPT = (  # of the old file: what no delivery tells
    "decisions.accepted",
    "decisions.withdrawn",
    "quality.findings",
    "quality.check_results",
    "history.reporting_months",
    "history.kpi_values",
)


def from_vault(settings: Settings) -> int:
    """Make the private warehouse again, in the order in which files came, and return how many files that were.

    The old file stays until the new one is whole, and what people decided in it is carried over. Where there is no
    landing folder it is made again, too. Raises `LookupError` where the vault has no record, or lacks a file of it.
    """
    limits.use(settings.limits)
    with (
        run_lock(settings.home_dir),
        TemporaryDirectory(dir=settings.home_dir, prefix=".rebuilding-") as scratch,
    ):
        made, landing = Path(scratch) / "warehouse.duckdb", Path(scratch) / "landing"
        landing.mkdir()
        prepare(made)
        is_readable = _take_in_log(settings.warehouse)
        begin_record(settings)
        with connect(made) as con:
            if is_readable:
                _carry_over(con, settings.warehouse)
            files = replay(con, settings.vault, landing, load_contracts(), settings.first_month, say=log.info)
        made.chmod(0o600)
        _log_of(settings.warehouse).unlink(missing_ok=True)  # of a file that cannot be read; not the log of the new one
        made.replace(settings.warehouse)
        if not settings.landing_dir.exists():
            _put_back(landing, settings.landing_dir)
            log.info("Made the landing folder again: %s", settings.landing_dir)
    return files


def begin_record(settings: Settings) -> None:
    """Write the vault's record from the ledger, where the files came before there was one."""
    record = Record(settings.vault)
    if not record.last and settings.warehouse.exists():
        with connect(settings.warehouse, read_only=True) as con:
            record.begin(ledger.delivered(con))


def _put_back(made: Path, landing: Path) -> None:
    """Copy the landing folder to its place, whole or not at all: what a half lacks, a run would take as gone."""
    arriving = landing.with_name(f".{landing.name}-arriving")
    shutil.rmtree(arriving, ignore_errors=True)
    shutil.copytree(made, arriving)
    arriving.rename(landing)


def _log_of(warehouse: Path) -> Path:
    return warehouse.with_suffix(".duckdb.wal")


def _take_in_log(old: Path) -> bool:
    """Write into the old file what a killed command left in its log, and return whether there is a file to read.

    A new file that took its name while the log was there would be opened with the log of another.
    """
    if not old.exists():
        return False
    try:
        with connect(old) as con:
            con.execute("force checkpoint")
    except duckdb.Error as error:
        if is_in_use(error):
            raise
        log.warning("The old warehouse cannot be read, so what was decided with csc accept is lost")
        return False
    return True


def _carry_over(con: duckdb.DuckDBPyConnection, old: Path) -> None:
    """Copy what people decided and what was found before."""
    con.execute(encryption.attached(old, "old"))
    for table in KEPT:
        try:
            con.execute(f"insert into {table} by name select * from old.{table}")  # noqa: S608 (named here)
        except duckdb.CatalogException:  # a warehouse of before there was this table
            continue
    # what was built is not there any more, so the next run makes every table
    con.execute("delete from quality.check_results where check_id = ?", [findings.BUILD.check_id])
    con.execute("detach old")
