"""A drill: SIGKILL run after run, each as far as it got, and let one end and compare it after every few.

    python tests/drills/chained_kills.py --kills 500 --each 4 --seed 1

`kills.py` begins anew after each kill, which costs two runs for each. Here the next run finds what the killed ones before it
left, as on a server that is restarted again and again, and each run is a fork of a process that has the libraries
imported. After each kill readers see the old publication or the new one, whole; after every few, what `kills.py` promises.
"""

import argparse
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle

from conftest import Home
from drill import NotKeptError, differing, finish, promise, put_back, say, tables, unfinished
from kills import Drill, Moment, Reader, moments

LIBRARIES = [
    "conftest",
    "drill",
    "kills",
    "orchestration.cli",
    "dagster",
    "dagster_dbt",
    "dbt.cli.main",
    "dbt.adapters.duckdb",
]
LIBRARIES += [
    "great_expectations",
    "great_expectations.expectations",
    "reporting.pack.make",
    "weasyprint",
    "xlsxwriter",
]
SERVER = multiprocessing.get_context("forkserver")


def csc_run(log: str) -> None:
    """Be `csc run`, in a group of processes of its own, with what it says in a file."""
    os.setsid()
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    from orchestration.cli import cli

    cli.main(["run"], prog_name="csc")


class Chain:
    """One home in which run after run is killed."""

    def __init__(self, drill: Drill) -> None:
        self.drill, self.home, self.at = drill, drill.home, Counter()
        self.log = self.home.path.with_name("killed.log")
        put_back(drill.before, self.home)
        self.seconds = self.finish()
        say(f"A forked run takes {self.seconds:.1f} s")

    def kill(self, moment: Moment) -> bool:
        """Start a run and kill it when the moment has come; return whether it was, for it may have ended before."""
        self.log.write_text("")
        process = SERVER.Process(target=csc_run, args=(str(self.log),))
        began = time.monotonic()
        process.start()
        while process.is_alive() and not moment(self.log.read_text(), time.monotonic() - began):
            time.sleep(0.002)
        if is_alive := process.is_alive():
            kill_group(process.pid)
        process.join()
        promise(is_alive or process.exitcode == 0, f"a run ended with {process.exitcode}: {self.log.read_text()}")
        return is_alive and process.exitcode == -signal.SIGKILL

    def finish(self) -> float:
        began = time.monotonic()
        self.kill(lambda _said, _seconds: False)
        return time.monotonic() - began

    def one(self, chosen: Iterator[tuple[str, Moment]], each: int) -> int:
        """Kill up to so many runs one after another, let one end, and hold what is promised; return the kills."""
        put_back(self.drill.before, self.home)
        reader, kills = Reader(self.home), []
        reader.start()
        try:
            while len(kills) < each:
                name, moment = next(chosen)
                if not self.kill(moment):
                    break
                kills.append(name)
                seen = tables(self.home.published)
                mixed = differing(seen, self.drill.old) and differing(seen, self.drill.new)
                promise(not mixed, f"readers see a mixture: {mixed}")
            self.finish()
        except NotKeptError as broken:
            raise NotKeptError(f"{broken}; kills {kills}") from None
        finally:
            answers = reader.stop()
            self.at.update(name.split(" (")[0].rstrip("0123456789 ") for name in kills)
        try:
            promise(set(answers) <= {self.drill.old_answer, self.drill.new_answer}, f"a reader got {answers}")
            self.drill.promise_the_same()
        except (NotKeptError, AssertionError) as broken:
            raise NotKeptError(f"{broken}; kills {kills}; left {unfinished(self.home)}") from None
        return len(kills)


def kill_group(process: int) -> None:
    """Kill a process and those that it began; it may not have a group of its own yet."""
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(process, signal.SIGKILL)


def ever(home: Home, seconds: float, seed: int) -> Iterator[tuple[str, Moment]]:
    """Give each named step and two moments at random, again and again, in another order each time."""
    chance = random.Random(seed)
    for round_ in cycle(range(1_000_000)):
        few = list(moments(home, 13, seconds, seed * 1_000_000 + round_).items())
        chance.shuffle(few)
        yield from few


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=24, help="how many in all")
    asked.add_argument("--each", type=int, default=4, help="how many before a run may end")
    asked.add_argument("--seed", type=int, default=1, help="of the moments")
    given = asked.parse_args()
    began, failed, done, chains = time.monotonic(), [], 0, 0
    drill = Drill()
    os.environ |= drill.home.process["env"]
    os.chdir(drill.home.path.parent)
    SERVER.set_forkserver_preload(LIBRARIES)
    chain = Chain(drill)
    chosen = ever(drill.home, chain.seconds, given.seed)
    while done < given.kills and chains < given.kills:
        chains += 1
        try:
            done += (kills := chain.one(chosen, given.each))
            say(f"chain {chains}: {kills} kills, {done} in all, {(time.monotonic() - began) / 60:.0f} minutes")
        except NotKeptError as broken:
            failed.append(f"chain {chains}: {broken}")
            say(f"NOT KEPT: {failed[-1]}")
    say(f"{sum(chain.at.values())} kills in {chains} chains, {len(failed)} of them broke a promise: {dict(chain.at)}")
    finish(failed)


if __name__ == "__main__":
    sys.exit(main())
