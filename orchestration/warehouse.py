"""The private warehouse: who may open it, and when."""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data_quality import findings
from data_quality.contracts import load_contracts
from ingestion import commentary, ledger
from orchestration.settings import settings

log = logging.getLogger("csc")
PATIENCE_SECONDS = 60
# only this project's DuckDB opens the private file, so it may have the storage of today, which takes a third less time
# to write; readers' own may be older, so what is published has the storage of long ago
NEW_FILE = {"storage_compatibility_version": "v1.5.0"}
_held: set[Path] = set()


@contextmanager
def connect(path: Path, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse file, waiting a while for whoever looks at it (`csc status` does, for a moment)."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            con = duckdb.connect(str(path), read_only=read_only, config={} if path.exists() else NEW_FILE)
            break
        except duckdb.IOException as error:
            if "lock" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    try:
        con.execute(f"set memory_limit = '{settings().memory}'")
        yield con
    finally:
        con.close()


def prepare(path: Path) -> None:
    """Make the warehouse file with the tables that ingestion and the checks write, where there is none."""
    from ingestion import load  # reads files, which takes libraries that a look at the warehouse does without

    path.parent.mkdir(parents=True, exist_ok=True)
    with connect(path) as con:
        ledger.prepare(con)
        findings.prepare(con)
        commentary.prepare(con)
        for contract in load_contracts().values():
            load.prepare(con, contract)


@contextmanager
def run_lock(home: Path) -> Iterator[None]:
    """One run at a time, also between the command line and the daemon; a second one waits. Re-entrant in a process.

    The kernel releases the lock when its process ends, however it ends.
    """
    lock = home / "run.lock"
    if lock in _held:
        yield
        return
    home.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            log.info(
                "Another run is in progress (process %s); waiting for it to end",
                file.read().strip() or "unknown",
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        _held.add(lock)
        try:
            yield
        finally:
            _held.discard(lock)


def is_running(home: Path) -> bool:
    """Whether any process, this one too, makes a run now."""
    if home / "run.lock" in _held:
        return True
    try:
        with (home / "run.lock").open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
