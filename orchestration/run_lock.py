"""One run at a time, also between the command line and Dagster's daemon."""

import errno
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.modes import make_home

log = logging.getLogger("csc")
# by csc rebuild, csc encrypt and csc erase; what a run leaves in vault and publications goes where it is written
HALF_WRITTEN = (".rebuilding-*", ".encrypting-*", "publications/[!.]*/**/.erasing-*")


@contextmanager
def run_lock(home: Path) -> Iterator[None]:
    """Hold the lock of the warehouse in `home`. A second process waits; the same process enters again.

    The operating system releases the lock when the process that holds it ends, however it ends.
    """
    make_home(home)
    file = home / "run.lock"
    # another user who could open the file could hold the lock
    lock = FileLock(file, mode=0o600, is_singleton=True, thread_local=False, on_acquired=_write_process_id)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        holder = file.read_text() or "unknown"
        log.info("Another run is in progress (process %s); waiting for it to end", holder)
        lock.acquire()
    try:
        if lock.lock_counter == 1:  # not within a command that has it, and what it is writing
            _clear(home)
        yield
    finally:
        lock.release()


def _clear(home: Path) -> None:
    """Remove what a killed command was still writing; most of it holds children's rows."""
    for pattern in HALF_WRITTEN:
        for left in home.glob(pattern):
            shutil.rmtree(left, ignore_errors=True)


def is_running(home: Path) -> bool:
    """Whether any process, this one too, makes a run now."""
    file = home / "run.lock"
    if not file.exists():
        return False
    try:
        with FileLock(file, mode=0o600, blocking=False):
            return False
    except Timeout:
        return True
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        return False  # no run is on a disk that takes no writing


def _write_process_id(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
