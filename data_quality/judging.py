"""Great Expectations in a process beside the run, for it takes as long to import as a small run takes to work."""

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from pathlib import Path

from data_quality.checks import Check


@cache
def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))


@cache
def prepare() -> Future:
    """Begin the import, so that it is done when the first check is due. Without this call `judge` waits for it."""
    return _pool().submit(_import)


def _import() -> None:
    import data_quality.expectations  # noqa: F401


def judge(warehouse: Path, checks: Iterable[Check]) -> list:
    """`expectations.judge` in that process: a list of its verdicts. Raises what it raises."""
    return _pool().submit(_judge, warehouse, list(checks)).result()


def _judge(warehouse: Path, checks: list[Check]) -> list:
    from data_quality.expectations import judge as judge_here

    return judge_here(warehouse, checks)
