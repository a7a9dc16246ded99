"""Great Expectations in a process beside the run, for it takes as long to import as a small run takes to work."""

import atexit
import gc
import multiprocessing
import os
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path

from data_quality.checks import Check
from data_quality.findings import Place

# Python looks for garbage after so many new objects; at its own 700 that is a quarter of the time that imports take
SELDOM = (100_000, 20, 50)


@dataclass(frozen=True)
class Verdict:
    """What one check found; `breaches` counts rows, of a list places, or is 1 for a table of the wrong shape."""

    check: Check
    passed: bool
    breaches: int
    places: tuple[Place, ...] = ()
    """Where a list is wrong: its deliveries and columns, never what is in them."""


@cache
def _pool() -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(max_workers=1, mp_context=spawn, initializer=_end_with_parent)
    # the daemon's runs are children of multiprocessing themselves, which wait for their children before they end; the
    # pool goes first (above 10, where the queue by which it hears so would close)
    Finalize(None, pool.shutdown, exitpriority=100)
    return pool


def _end_with_parent() -> None:
    """Nobody else would end this process if the run is killed."""

    def watch() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)  # as in orchestration/cli.py


@cache
def prepare() -> Future:
    """Begin the import, so that it is done when the first check is due. Without this call `judge` waits for it."""
    return _pool().submit(_import)


def _import() -> None:
    import data_quality.expectations  # noqa: F401


def judge(warehouse: Path, checks: Iterable[Check], memory: str = "800MB") -> list[Verdict]:
    """`expectations.judge` in that process: a list of its verdicts. Raises what it raises."""
    return _pool().submit(_judge, warehouse, list(checks), memory).result()


def _judge(warehouse: Path, checks: list[Check], memory: str) -> list:
    from data_quality.expectations import judge as judge_here

    return judge_here(warehouse, checks, memory)
