"""A drill: SIGKILL `csc run` at every named step, and KILLS times at random. `make drill KILLS=50` asks for more.

    python tests/drills/kills.py --kills 12 --seed 1

Each kill begins with the same home, in which a first delivery is published and a second one has landed. After it:

- readers see the old publication or the new one, every table of it, and saw no other figure while it happened
- the next `csc run` publishes, and its tables, published and private, equal those of a run that nobody disturbed
- the landing folder is as it was; the vault has every version of every file once
- nothing half written is left below the home
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable

import duckdb
from conftest import CSC, Home
from drill import (
    NotKeptError,
    copy_home,
    differing,
    files,
    finish,
    home_at,
    land,
    population,
    promise,
    promise_whole_vault,
    put_back,
    run,
    say,
    tables,
    unfinished,
    vault_files,
    workplace,
)

READ = "select count(*), sum(value::decimal(18, 6)), max(reporting_month) from marts.kpi_monthly"
STEPS = {  # by what the run says on stderr
    "starts": "Starting",
    "receives files": "Receiving files",
    "has received a file": ".csv: is ",
    "builds the marts": "Building the marts",
    "checks": "Checking",
    "has published": "Published",
}
PLACES = {  # by what is there while it is half written
    "copies a file into the vault": "vault/.arriving-*",
    "loads a file": "vault/.reading-*",
    "writes a publication": "publications/.[0-9]*",
    "writes the published file": "publications/.[0-9]*/csc.duckdb",
    "writes Parquet": "publications/.[0-9]*/parquet/*/*",
    "writes the pages of the checks": ".data_docs-arriving",
    "writes a pack": "packs/*/.*",
}
Moment = Callable[[str, float], bool]  # whether it has come, by stderr so far and the seconds since the start


class Reader(threading.Thread):
    """Somebody who asks the published file again and again; `answers` counts what it said."""

    def __init__(self, home: Home) -> None:
        super().__init__(daemon=True)
        self.home, self.answers, self.stopped = home, Counter(), threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                self.answers[self.home.ask(READ)[0]] += 1
            except duckdb.Error as error:
                self.answers[f"{type(error).__name__}: {error}"] += 1
            time.sleep(0.2)

    def stop(self) -> Counter:
        self.stopped.set()
        self.join()
        return self.answers


def kill(home: Home, moment: Moment) -> tuple[bool, float]:
    """Start `csc run` and SIGKILL it, with every process of its group, when the moment has come.

    Returns whether it was killed, because it may have ended before, and the seconds until then.
    """
    log = home.path.with_name("killed.log")
    with log.open("w") as stderr:
        began = time.monotonic()
        running = subprocess.Popen([CSC, "run"], **home.process, stdout=stderr, stderr=stderr, start_new_session=True)
        while running.poll() is None and not moment(log.read_text(), time.monotonic() - began):
            time.sleep(0.002)
        seconds = time.monotonic() - began
        is_killed = running.poll() is None
        if is_killed:
            os.killpg(running.pid, signal.SIGKILL)
        return is_killed and running.wait() == -signal.SIGKILL, seconds


class Drill:
    """The homes before and after the run that nobody disturbed, and what is promised of the others."""

    def __init__(self) -> None:
        place = workplace("kills")
        population(place / "deliveries")
        self.home = home_at(place / "home")
        land(self.home, place / "deliveries" / "first")
        run(self.home)
        self.old, self.old_answer = tables(self.home.published), self.home.ask(READ)[0]
        land(self.home, place / "deliveries" / "second")
        self.before = place / "before"
        copy_home(self.home, self.before)
        self.seconds = run(self.home)
        self.new, self.new_answer = tables(self.home.published), self.home.ask(READ)[0]
        self.private = tables(self.home.warehouse)
        self.landing, self.vault = files(self.home.landing), vault_files(self.home)
        self.packs = set(files(self.home.path / "packs"))
        promise(self.old_answer != self.new_answer, "the second delivery changes no figure")
        say(f"Undisturbed: {self.seconds:.0f} s; {len(self.new)} published and {len(self.private)} private tables")
        say(f"{len(self.landing)} files landed, {len(self.vault)} in the vault, {len(self.packs)} of packs")

    def one(self, moment: Moment) -> str:
        """Kill one run, and hold what is promised; return what happened, in words."""
        put_back(self.before, self.home)
        reader = Reader(self.home)
        reader.start()
        is_killed, seconds = kill(self.home, moment)
        seen = tables(self.home.published)
        is_old = not differing(seen, self.old)
        promise(is_old or not differing(seen, self.new), f"readers see a mixture: {differing(seen, self.new)}")
        left = unfinished(self.home)
        again = run(self.home)
        answers = reader.stop()
        promise(set(answers) <= {self.old_answer, self.new_answer}, f"a reader got {answers}")
        self.promise_the_same()
        how = f"killed after {seconds:.1f} s" if is_killed else f"ended before, in {seconds:.1f} s"
        readers = f"readers saw the {'old' if is_old else 'new'} one, {sum(answers.values())} answers"
        swept = f", swept {', '.join(left)}" if left else ""
        return f"{how}; {readers}; next run {again:.1f} s{swept}"

    def promise_the_same(self) -> None:
        """What the home has now equals what the undisturbed one had."""
        published = differing(tables(self.home.published), self.new)
        promise(not published, f"published tables differ: {published}")
        private = differing(tables(self.home.warehouse), self.private)
        promise(not private, f"private tables differ: {private}")
        promise(files(self.home.landing) == self.landing, "the landing folder has changed")
        promise(vault_files(self.home) == self.vault, "the vault has other files")
        promise(set(files(self.home.path / "packs")) == self.packs, "other packs were made")
        promise_whole_vault(self.home)
        promise(not unfinished(self.home), f"left half written: {unfinished(self.home)}")


def moments(home: Home, kills: int, seconds: float, seed: int) -> dict[str, Moment]:
    chance = random.Random(seed)
    found: dict[str, Moment] = {}
    for name, text in STEPS.items():
        found[f"when it {name}"] = lambda said, _, text=text: text in said
    for name, place in PLACES.items():
        found[f"while it {name}"] = lambda _said, _, place=place: any(home.path.glob(place))
    for number in range(kills):
        at = chance.uniform(0, seconds)
        found[f"at random {number + 1} ({at:.1f} s)"] = lambda _, passed, at=at: passed >= at
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=12, help="how many at random")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    parser.add_argument("--only", nargs="+", default=[""], help="only the moments whose name has one of these texts")
    asked = parser.parse_args()
    began = time.monotonic()
    drill, failed, done = Drill(), [], 0
    for name, moment in moments(drill.home, asked.kills, drill.seconds, asked.seed).items():
        if not any(text in name for text in asked.only):
            continue
        done += 1
        try:
            say(f"{name}: {drill.one(moment)}")
        except (NotKeptError, AssertionError) as broken:
            failed.append(f"{name}: {broken}")
            say(f"{name}: NOT KEPT: {broken}")
    say(f"{done} moments in {(time.monotonic() - began) / 60:.0f} minutes, {len(failed)} of them broke a promise")
    finish(failed)


if __name__ == "__main__":
    sys.exit(main())
