"""A `csc` that is killed at a moment chosen before: as it does something, when it says something, or so many seconds later.

Each is a fork of a server that has the libraries imported and the dbt project parsed, so that a kill costs only the work
until then. Python tells an audit hook of every file that it opens, renames or removes, so a kill between two steps needs no
luck. What DuckDB does by itself, it does not tell: there the seconds are at random.
"""

import multiprocessing
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

SERVER = multiprocessing.get_context("forkserver")
SAYS, CHANGES = "says", "changes a file"
CHANGING = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.chmod", "sqlite3.connect"}
WRITES = os.O_WRONLY | os.O_RDWR


@dataclass(frozen=True)
class End:
    """When a process ends: so many seconds after it has an event of Python's audit, or says something, or begins.

    `about` is a pattern for what the event is about. `nth` counts such events.
    """

    name: str
    event: str = ""
    about: str = ""
    after: float = 0
    nth: int = 1


def serve(environment: dict[str, str]) -> None:
    """Start the server, in this environment."""
    places = (Path(__file__).parent, Path(__file__).parents[1])  # for the server imports by name
    os.environ |= environment | {"PYTHONPATH": os.pathsep.join(map(str, places))}
    SERVER.set_forkserver_preload(["conftest", "drill", "preloaded"])


def killed(arguments: list[str], end: End | None, log: Path, seconds: float = 3600) -> bool:
    """Do `csc` with these arguments in a process that ends as told; return whether it did, for it may be done before.

    Raises `RuntimeError` where it ends with an error of its own.
    """
    log.write_text("")
    process = SERVER.Process(target=_live, args=(arguments, end, str(log)))
    process.start()
    process.join(seconds)
    if process.is_alive():
        _kill_group(process.pid)
        raise RuntimeError(f"csc {' '.join(arguments)} took over {seconds} s: {log.read_text()}")
    if process.exitcode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"csc {' '.join(arguments)} ended with {process.exitcode}: {log.read_text()}")
    return process.exitcode == -signal.SIGKILL


def _live(arguments: list[str], end: End | None, log: str) -> None:
    os.setsid()
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    from preloaded import judge_in_a_fork

    from orchestration.cli import cli

    judge_in_a_fork()
    if end:
        _doom(end)
    cli.main(arguments, prog_name="csc")


def _doom(end: End) -> None:
    seen, timer = count(1), threading.Timer(end.after, _die)
    timer.daemon = True

    def meet() -> None:
        if next(seen) == end.nth:
            timer.start() if end.after else _die()

    if not end.event:
        meet()
    elif end.event == SAYS:
        _listen(end.about, meet)
    else:
        sys.addaudithook(_hook(end, meet))


def _hook(end: End, meet: Callable[[], None]) -> Callable[[str, tuple], None]:
    about = re.compile(end.about)
    home = os.environ["CSC_HOME"]

    def hook(event: str, arguments: tuple) -> None:
        if event == "open" and end.event in (event, CHANGES):
            is_one = isinstance(arguments[2], int) and arguments[2] & WRITES
        else:
            is_one = event == end.event or (end.event == CHANGES and event in CHANGING)
        if is_one and home in (told := " ".join(map(str, arguments[:2]))) and about.search(told):
            meet()

    return hook


def _listen(about: str, meet: Callable[[], None]) -> None:
    import logging

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if re.search(about, record.getMessage()):
                meet()

    logging.getLogger("csc").addHandler(Ear())


def _die() -> None:
    os.killpg(0, signal.SIGKILL)
    time.sleep(60)  # the signal may take a moment to reach us: do nothing more until then


def _kill_group(process: int) -> None:
    """Kill a process and those that it began; it may not have a group of its own yet."""
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(process, signal.SIGKILL)
