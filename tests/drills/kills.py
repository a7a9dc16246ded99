"""A drill: SIGKILL `csc run`, `csc rebuild` and `csc erase` at every named step and at random, again and again.

    python tests/drills/kills.py --kills 500 --each 6 --seed 1

A first delivery is published and a second one has landed. Then a command is killed up to `--each` times, at early steps
first: each time it finds what the killed ones before it left, and is killed farther on. After each kill readers see the old publication or the new one, every table of it, and
somebody who asks all the while gets no other answer. At last it may end. Then

- its tables, published and private, equal those of one that nothing disturbed
- the landing folder is as it was; the vault has every version of every file once; the same packs are there
- nothing half written is left below the home
"""

import argparse
import os
import random
import re
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import duckdb
from conftest import Home
from doomed import CHANGES, SAYS, End, killed, serve
from drill import (
    COUNCIL,
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
HIDDEN = r"/publications/\.[^/ ]+"  # a publication that is being written
RUN = [  # where a run is killed: the event, what it is about, and the phase within which, by its seconds
    ("copies a file into the vault", "open", r"/vault/\.arriving-", ""),
    ("gives the copy its name", "os.rename", r"/vault/\.arriving-", ""),
    ("has a file in the vault, and not in the ledger", SAYS, ": is ", ""),
    ("loads a file", "os.mkdir", r"/vault/\.reading-", ""),
    ("has loaded a list", SAYS, "^Loaded ", ""),
    ("checks what was loaded, before dbt", SAYS, r"^Checking \d\d rules", "checks"),
    ("builds the marts", SAYS, "^Building", "dbt"),
    ("checks the figures", SAYS, r"^Checking \d\d\d rules", "checks"),
    ("writes the pages of the checks", CHANGES, r"/\.data_docs-arriving", ""),
    ("has remembered that packs are to be made", "os.mkdir", rf"{HIDDEN} ", ""),
    ("writes the published file", "os.mkdir", rf"{HIDDEN} ", "publish"),
    ("is between the published file and Parquet", "os.mkdir", f"{HIDDEN}/parquet", ""),
    ("writes Parquet", "os.mkdir", f"{HIDDEN}/parquet", "publish"),
    ("has written what is published", "open", f"{HIDDEN}/publication.json", ""),
    ("is before the rename", "os.rename", HIDDEN, ""),
    ("is after the rename, before readers see it", "os.symlink", r"\.published-arriving", ""),
    ("is before the link is replaced", "os.rename", r"\.published-arriving", ""),
    ("has published", SAYS, "^Published", ""),
    ("writes a pack", "open", r"/packs/.*/\.", ""),
    ("gives a pack its name", "os.rename", r"/packs/.*/\.", ""),
    ("has made a pack", SAYS, "scrutiny pack of", ""),
    ("writes the digest into the outbox", "sqlite3.connect", "/alerts/", ""),
    ("writes the digest as a file", "open", r"/alerts/\.", ""),
    ("gives the digest its name", "os.rename", r"/alerts/\.", ""),
]
REBUILD = [
    ("rebuild: receives again", "os.mkdir", r"/\.rebuilding-", "total"),
    ("rebuild: is before the rename", "os.rename", r"/\.rebuilding-", ""),
    ("rebuild: is after the rename", "os.remove", "warehouse.duckdb.wal", ""),
]
ERASE = [
    ("erase: changes a file", CHANGES, "", ""),
]
EARLY = {"copies a file into the vault", "gives the copy its name", "has a file in the vault, and not in the ledger"}
EARLY |= {"loads a file", "has loaded a list"}  # these come often in a run, and cost little of it
CHANGES_OF_A_RUN = 150
MANY = EARLY | {"gives a pack its name", "writes a pack"}


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


class Command:
    """A command, the home that it begins with, and what an undisturbed one makes of it."""

    def __init__(self, home: Home, before: Path, arguments: list[str], steps: list[tuple[str, str, str, str]]) -> None:
        self.is_due_again = arguments[0] == "rebuild"  # also after one that ended
        self.home, self.before, self.arguments, self.steps = home, before, arguments, steps
        self.log = home.path.with_name("said.log")
        put_back(before, home)
        self.old, self.old_answer = readers_see(home), home.ask(READ)[0]
        began = time.monotonic()
        killed(arguments, None, self.log)
        self.seconds = {"total": time.monotonic() - began}
        self.seconds |= {phase: float(s) for phase, s in re.findall(r"([\w-]+) ([\d.]+)s", self.log.read_text())}
        self.new, self.new_answer = readers_see(home), home.ask(READ)[0]
        self.kept = self.state()
        say(f"csc {arguments[0]}: {self.seconds['total']:.1f} s undisturbed")

    def state(self) -> dict[str, object]:
        """Return what a command that ended leaves."""
        receipts = re.compile(r"^erasures/")  # they tell when
        return {
            "private tables": tables(self.home.warehouse),
            "the landing folder": files(self.home.landing),
            "the vault": {path: sha for path, sha in vault_files(self.home).items() if not receipts.match(path)},
            "packs": set(files(self.home.path / "packs")),
            "half-written files": unfinished(self.home),
        }

    def ends(self, chance: random.Random) -> Iterator[End]:
        """Give each step, the early ones thrice, and moments at random, again and again, in another order each time."""
        while True:
            few = [self._end(*step, chance) for step in self.steps for _ in range(3 if step[0] in EARLY else 1)]
            for _ in range(len(self.steps) // 4 + 1):
                few.append(End("at random", after=chance.uniform(0, self.seconds["total"])))
                few.append(End("at a change of a file", CHANGES, nth=chance.randint(1, CHANGES_OF_A_RUN)))
            chance.shuffle(few)
            yield from few

    def _end(self, name: str, event: str, about: str, phase: str, chance: random.Random) -> End:
        after = chance.uniform(0, self.seconds.get(phase, 0)) if phase else 0
        nth = chance.randint(1, 6) if name in MANY else chance.randint(1, 60) if event == CHANGES else 1
        return End(name, event, about, after, nth)

    def _when(self, end: End) -> float:
        """Return how far a command is when it ends, as a share: what was done before cannot be met any more."""
        if not end.event:
            return end.after / self.seconds["total"]
        names = [name for name, *_ in self.steps]
        return names.index(end.name) / len(names) if end.name in names else end.nth / CHANGES_OF_A_RUN

    def one(self, ends: Iterator[End], each: int) -> Counter[str]:
        """Kill it up to so many times one after another, let one end, and hold what is promised; return the kills."""
        put_back(self.before, self.home)
        reader, kills = Reader(self.home), []
        reader.start()
        try:
            for end in sorted(islice(ends, each), key=self._when):
                if killed(self.arguments, end, self.log):
                    kills.append(end)
                elif not self.is_due_again:
                    break
                self.promise_no_mixture()
            killed(self.arguments, None, self.log)
            self.promise_no_mixture()
        except (NotKeptError, RuntimeError) as broken:
            raise NotKeptError(f"{broken}; kills {kills}") from None
        finally:
            answers = reader.stop()
        try:
            promise(set(answers) <= {self.old_answer, self.new_answer}, f"a reader got {answers}")
            self.promise_the_same()
        except (NotKeptError, AssertionError) as broken:
            raise NotKeptError(f"{broken}; kills {kills}") from None
        return Counter(end.name for end in kills)

    def promise_no_mixture(self) -> None:
        seen = readers_see(self.home)
        mixed = differing(seen, self.old) and differing(seen, self.new)
        promise(not mixed, f"readers see a mixture: {mixed}")

    def promise_the_same(self) -> None:
        published = differing(readers_see(self.home), self.new)
        promise(not published, f"published tables differ: {published}")
        for what, now in self.state().items():
            before = self.kept[what]
            how = differing(before, now) if isinstance(before, dict) else (before, now)
            promise(now == before, f"{what} differ from an undisturbed command's: {how}")
        if self.arguments[0] == "run":
            promise_whole_vault(self.home)


@cache
def _tables(file: Path, _inode: int, _moment: int) -> dict[str, tuple]:
    return tables(file)


def readers_see(home: Home) -> dict[str, tuple]:
    """Return what `tables` does of the publication; one that is still the same file is not read again."""
    file = home.published.resolve()
    stat = file.stat()
    return _tables(file, stat.st_ino, stat.st_mtime_ns)


def commands(only: list[str]) -> dict[str, Command]:
    """Return the commands, each with a home at which it is due."""
    place = workplace("kills")
    population(place / "deliveries")
    home = home_at(place / "home")
    land(home, place / "deliveries" / "first")
    run(home)
    built, landed = place / "built", place / "landed"
    copy_home(home, built)
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        [child] = con.execute("select min(child_id) from raw.annex_a_cpp").fetchone()
    land(home, place / "deliveries" / "second")
    copy_home(home, landed)
    serve(home.process["env"])
    os.chdir(place)
    erase = ["erase", child, "--authority", COUNCIL, "--yes"]
    asked = {
        "run": (landed, ["run"], RUN),
        "rebuild": (built, ["rebuild", "--yes"], REBUILD),
        "erase": (built, erase, ERASE),
    }
    return {name: Command(home, *of) for name, of in asked.items() if name in only}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=24, help="how many in all")
    asked.add_argument("--each", type=int, default=6, help="how many before a command may end")
    asked.add_argument("--seed", type=int, default=1, help="of the moments")
    asked.add_argument("--only", nargs="+", default=["run", "rebuild", "erase"], help="which commands")
    given = asked.parse_args()
    began, chance, failed, kills = time.monotonic(), random.Random(given.seed), [], Counter()
    of = commands(given.only)
    ends = {name: command.ends(chance) for name, command in of.items()}
    chains = 0
    while kills.total() < given.kills and chains < given.kills:
        name = given.only[chains % len(given.only)]
        chains += 1
        try:
            kills += of[name].one(ends[name], given.each)
            say(f"chain {chains}, {name}: {kills.total()} kills, {(time.monotonic() - began) / 60:.0f} minutes")
        except NotKeptError as broken:
            failed.append(f"chain {chains}, {name}: {broken}")
            say(f"NOT KEPT: {failed[-1]}")
            shutil.copytree(of[name].home.path, of[name].home.path.with_name(f"broken-{chains}"), symlinks=True)
    for step, number in sorted(kills.items()):
        say(f"{number:5} {step}")
    say(f"{kills.total()} kills in {chains} chains, seed {given.seed}; {len(failed)} broke a promise")
    finish(failed)


if __name__ == "__main__":
    sys.exit(main())
