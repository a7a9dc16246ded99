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
from orchestration.warehouse import connect, prepare

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
        begin_record(settings)
        with connect(made) as con:
            if settings.warehouse.exists():
                _carry_over(con, settings.warehouse)
            files = replay(con, settings.vault, landing, load_contracts(), settings.first_month, say=log.info)
        made.chmod(0o600)
        made.replace(settings.warehouse)
        settings.warehouse.with_suffix(".duckdb.wal").unlink(missing_ok=True)  # of the old file
        if not settings.landing_dir.exists():
            shutil.copytree(landing, settings.landing_dir)
            log.info("Made the landing folder again: %s", settings.landing_dir)
    return files


def begin_record(settings: Settings) -> None:
    """Write the vault's record from the ledger, where the files came before there was one."""
    record = Record(settings.vault)
    if not record.last and settings.warehouse.exists():
        with connect(settings.warehouse, read_only=True) as con:
            record.begin(ledger.delivered(con))


def _carry_over(con: duckdb.DuckDBPyConnection, old: Path) -> None:
    """Copy what people decided and what was found before, if the old file can still be read."""
    try:
        con.execute(encryption.attached(old, "old"))
    except duckdb.Error:
        log.warning("The old warehouse cannot be read, so what was decided with csc accept is lost")
        return
    for table in KEPT:
        try:
            con.execute(f"insert into {table} by name select * from old.{table}")  # noqa: S608 (named here)
        except duckdb.CatalogException:  # a warehouse of before there was this table
            continue
    # what was built is not there any more, so the next run makes every table
    con.execute("delete from quality.check_results where check_id = ?", [findings.BUILD.check_id])
    con.execute("detach old")
