"""The private warehouse: how it is opened and made."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data_quality import findings, history
from data_quality.contracts import load_contracts
from data_quality.spellings import judge as spellings
from ingestion import commentary, encryption, erasures, ledger, withdraw
from orchestration.modes import make_home
from orchestration.settings import settings

PATIENCE_SECONDS = 60
IN_USE = re.compile(r"\block\b|file handle conflict")  # by another process, or elsewhere in this one
# only this project's DuckDB opens the private file, so it may have the storage format of today, which takes a third
# less time to write. Readers may have an older DuckDB, so what is published has the oldest format
NEW_FILE: dict[str, str | bool | int | float | list[str]] = {"storage_compatibility_version": "v1.5.0"}


@contextmanager
def connect(path: Path, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse file. Wait up to a minute while another process has it open, as `csc status` does briefly."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            con = encryption.connect(path, read_only, {} if path.exists() else NEW_FILE)
            break
        except (duckdb.IOException, duckdb.BinderException) as error:
            if not is_in_use(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    try:
        con.execute(f"set memory_limit = '{settings().memory}'")
        yield con
    finally:
        con.close()


def is_in_use(error: duckdb.Error) -> bool:
    """Return whether a warehouse could not be opened only because it is open already; not where a block is damaged."""
    return IN_USE.search(str(error)) is not None


def prepare(path: Path) -> None:
    """Make the warehouse file with the tables that ingestion and the checks write, where there is none."""
    make_home(path.parent)
    if path.exists():
        _prepare(path)
        return
    # under another name until it is whole: half a file, left by a full disk, would stop every later run
    arriving = path.with_name(f".{path.name}")
    for half in (arriving, arriving.with_name(f"{arriving.name}.wal")):
        half.unlink(missing_ok=True)
    _prepare(arriving)
    arriving.rename(path)


def _prepare(path: Path) -> None:
    from ingestion import load  # reads files, which takes libraries that a look at the warehouse does without

    with connect(path) as con:
        con.begin()  # or the disk would be waited for after each statement
        ledger.prepare(con)
        findings.prepare(con)
        history.prepare(con)
        spellings.prepare(con)
        commentary.prepare(con)
        withdraw.prepare(con)
        load.prepare(con, load_contracts().values())
        con.commit()
        erasures.prepare(con, settings().vault)
