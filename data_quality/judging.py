"""Run Great Expectations in a second process: importing it takes as long as a small run.

`python -m data_quality.judging` is that process. It reads requests from its input and writes answers to its output, so
it ends with whoever started it, however that ends: its input closes then.
"""

import atexit
import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

from data_quality.checks import Check, CheckCouldNotRunError
from data_quality.findings import ROOT, Place
from ingestion import encryption

# Python looks for garbage after so many new objects; at its own 700 that is a quarter of the time that imports take
SELDOM = (100_000, 20, 50)
WAIT = "wait"  # a request that is answered once those before it are done


@dataclass(frozen=True)
class Verdict:
    """What one check found; `breaches` counts rows, of a list places, or is 1 for a table of the wrong shape."""

    check: Check
    passed: bool
    breaches: int
    places: tuple[Place, ...] = ()
    """Where a list is wrong: its deliveries and columns, never what is in them."""


@cache
def prepare() -> tuple[IO[bytes], IO[bytes]]:
    """Start the process, so that its import is done when the first check is due, and return its input and output."""
    command = [sys.executable, "-m", "data_quality.judging"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (this)
    return cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)


def judge(
    warehouse: Path,
    checks: Iterable[Check],
    memory: str = "800MB",
    docs: Path | None = None,
    run_id: str = "",
) -> list[Verdict]:
    """Return what `expectations.judge` returns in that process, which then writes the Data Docs where `docs` says.

    Raises what it raises.
    """
    requests, answers = prepare()
    try:
        _send(requests, (encryption.in_use(), (warehouse, list(checks), memory, run_id), docs))
        answer = _receive(answers)
    except (BrokenPipeError, EOFError):
        prepare.cache_clear()  # the next call starts another one
        raise CheckCouldNotRunError("the process of Great Expectations ended before it answered") from None
    if isinstance(answer, Exception):
        raise answer
    return list(answer)


def wait() -> None:
    """Wait until the process has written the Data Docs of the last checks."""
    requests, answers = prepare()
    try:
        _send(requests, WAIT)
        _receive(answers)
    except (BrokenPipeError, EOFError):
        prepare.cache_clear()


def _send(pipe: IO[bytes], message: object) -> None:
    pickle.dump(message, pipe)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    return pickle.load(pipe)  # noqa: S301 (from our own process)


def main() -> None:
    """Answer each request, until the input closes."""
    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)  # as in orchestration/cli.py
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # keeps what a library prints out of the answer
    from data_quality import data_docs
    from data_quality.expectations import judge as judge_here

    while True:
        docs: Path | None = None
        answer: list[Verdict] | Exception = []
        try:
            request = _receive(sys.stdin.buffer)
        except EOFError:
            return
        if request != WAIT:
            opens_with, judged, docs = request
            encryption.use(*opens_with)
            try:
                answer = judge_here(*judged)
            except Exception as error:
                answer = error
        try:
            _send(answers, answer)
        except BrokenPipeError:  # whoever asked was killed
            return
        if docs:  # whoever asked goes on meanwhile
            data_docs.write(docs)


if __name__ == "__main__":
    main()
