"""Measure a command: seconds, processor seconds and memory, with those of every process that it starts."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECRET = "the benchmark's own, and of no use elsewhere"  # noqa: S105
LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Cost:
    """Wall and processor seconds, and the largest sum of resident memory in MB seen at one moment."""

    wall: float
    cpu: float
    peak_mb: float

    def cells(self) -> list[str]:
        """Return the cells of the table."""
        return [f"{self.wall:.1f}", f"{self.cpu:.1f}", f"{self.peak_mb:.0f}"]


def run(*command: str, home: Path) -> Cost:
    """Run a command with `home` as CSC_HOME, and return its cost. Raises `SystemExit` with its output if it fails.

    Memory that two processes share counts twice, so the sum is a little more than they took.
    """
    environment = os.environ | {"CSC_HOME": str(home), "CSC_CHILD_KEY_SECRET": SECRET, "CSC_PACKS_FOR": "none"}
    environment["CSC_SETTLED_SECONDS"] = "0"  # the files are whole
    environment.pop("CSC_LANDING", None)
    with tempfile.TemporaryFile("w+") as said:
        started = time.monotonic()
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        peak = 0.0
        while True:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            peak = max(peak, sum(map(_resident_mb, _tree(process.pid))))
            time.sleep(LOOK_EVERY_SECONDS)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said.read()}")
    # for processes too short to be seen, and systems without /proc: the largest process alone
    return Cost(wall, used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss / 1024))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _tree(int(child))
    except OSError:  # it has just ended
        return


def _resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
