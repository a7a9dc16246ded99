"""A drill: SIGKILL each step that changes files by itself, many times, at random moments.

    python tests/drills/quick_kills.py --kills 100 --seed 1

`kills.py` kills whole runs, which takes a minute for each. Here a process that has everything in memory already does one
step and is killed: loading files, publishing, making the warehouse again from the vault, erasing a child. After each kill
the step is asked for again, and what is there then equals what an undisturbed one gives.
"""

import argparse
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import duckdb
from conftest import SECRET
from drill import (
    NotKeptError,
    copy_home,
    finish,
    home_at,
    land,
    population,
    promise,
    run,
    say,
    tables,
    unfinished,
    vault_files,
    workplace,
)
from drill import put_back as restore

CHILD = multiprocessing.get_context("fork")
SOMETIMES = 5  # rounds between two lines that say how far it is


def ingest() -> None:
    """Receive and load what landed."""
    from data_quality.contracts import load_contracts
    from ingestion import ledger, load
    from ingestion.receive import receive
    from orchestration.settings import settings
    from orchestration.warehouse import connect, prepare

    prepare(settings().warehouse)
    with connect(settings().warehouse) as con:
        receive(con, settings().landing_dir, settings().vault, load_contracts(), settings().first_month)
        load.load(con, load_contracts().values(), settings().vault, ledger.pending(con))


def publish() -> None:
    """Publish what was built."""
    from orchestration import dbt
    from orchestration.settings import settings
    from publication.publish import publish as step

    step(settings().warehouse, settings().published, f"drill-{os.getpid()}", (), dbt.readers_see())


def rebuild() -> None:
    """Make the warehouse again from the vault."""
    from orchestration.rebuild import from_vault
    from orchestration.settings import settings

    from_vault(settings())


def erase() -> None:
    """Erase a child."""
    from orchestration import erasure
    from orchestration.settings import settings

    planned = erasure.plan(settings(), "E09000008", frozenset([os.environ["DRILL_CHILD"]]))
    if planned.removed:
        erasure.carry_out(settings(), [planned], "drill", "drill")


STEPS = {step.__name__: step for step in (ingest, publish, rebuild, erase)}


def raw(file: Path) -> dict[str, tuple]:
    """Return a count and a hash of the rows of the ledger and of each raw table, without moments."""
    with duckdb.connect(str(file), read_only=True) as con:
        found = {}
        names = con.execute(
            """
            select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns()
            where schema_name = 'raw' or table_name in ('ingest_ledger', 'erased_counts', 'accepted') group by all
            """
        ).fetchall()
        for table, columns in names:
            kept = ", ".join(f'"{c}"' for c in columns if not c.endswith("_at"))
            found[table] = con.execute(f"select count(*), sum(hash({kept})) from {table}").fetchone()
    return found


def killed(step: str, after: float | None) -> tuple[bool, float]:
    """Do a step in a process of its own, and kill it after so many seconds; return whether it was, and the seconds."""
    process = CHILD.Process(target=STEPS[step])
    began = time.monotonic()
    process.start()
    process.join(after)
    is_killed = process.is_alive()
    if is_killed:
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    promise(is_killed or process.exitcode == 0, f"{step} failed by itself")
    return is_killed and process.exitcode == -signal.SIGKILL, time.monotonic() - began


class Drill:
    """A home before each step, and what an undisturbed step makes of it."""

    def __init__(self) -> None:
        place = workplace("quick-kills")
        population(place / "deliveries")
        self.home, self.place = home_at(place / "home"), place
        os.environ |= {"CSC_HOME": str(self.home.path), "CSC_CHILD_KEY_SECRET": SECRET, "CSC_SETTLED_SECONDS": "0"}
        land(self.home, place / "deliveries" / "first")
        self.home.settings |= {"CSC_PACKS_FOR": "none"}
        run(self.home)
        with duckdb.connect(str(self.home.warehouse), read_only=True) as con:
            os.environ["DRILL_CHILD"] = con.execute(
                "select child_id from raw.annex_a_cpp order by child_id limit 1"
            ).fetchone()[0]
        copy_home(self.home, place / "built")
        land(self.home, place / "deliveries" / "second")
        copy_home(self.home, place / "landed")
        self.wanted, self.seconds = {}, {}
        for step in STEPS:
            self.begin(step)
            _, self.seconds[step] = killed(step, None)
            self.wanted[step] = self.state(step)
        say("; ".join(f"{step} takes {seconds:.1f} s" for step, seconds in self.seconds.items()))

    def begin(self, step: str) -> None:
        restore(self.place / ("landed" if step == "ingest" else "built"), self.home)

    def state(self, step: str) -> tuple:
        """Return what a step changes."""
        vault = {path: sha256 for path, sha256 in vault_files(self.home).items() if not path.startswith("erasures")}
        return raw(self.home.warehouse), vault, self.readers_see()

    def readers_see(self) -> dict[str, tuple]:
        return tables(self.home.published)

    def one(self, step: str, after: float) -> bool:
        self.begin(step)
        before = self.readers_see()
        is_killed, _ = killed(step, after)
        seen = self.readers_see()
        of_both = {name: {before[name], self.wanted[step][2][name]} for name in before}
        mixed = [name for name, rows in seen.items() if rows not in of_both[name]]
        promise(not mixed and seen.keys() == before.keys(), f"readers see something else: {mixed}")
        killed(step, None)
        now, wanted = self.state(step), self.wanted[step]
        for what, has, should in zip(
            ("private tables", "files of the vault", "published tables"), now, wanted, strict=True
        ):
            promise(has == should, f"other {what} than after an undisturbed {step}")
        promise(not unfinished(self.home), f"left half written: {unfinished(self.home)}")
        if step == "erase":
            child = os.environ["DRILL_CHILD"].encode()
            left = [f for f in (self.home.path / "vault").rglob("*") if f.is_file() and child in f.read_bytes()]
            promise(not left, f"{len(left)} files of the vault still have the child")
        return is_killed


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=10, help="how many of each step")
    asked.add_argument("--seed", type=int, default=1, help="of the random moments")
    asked.add_argument("--only", nargs="+", default=list(STEPS), choices=list(STEPS))
    given = asked.parse_args()
    began, chance, failed, kills = time.monotonic(), random.Random(given.seed), [], Counter()
    drill = Drill()
    for number in range(1, given.kills + 1):
        for step in given.only:
            after = chance.uniform(0, drill.seconds[step])
            try:
                kills[step] += drill.one(step, after)
            except NotKeptError as broken:
                failed.append(f"{step} {number}, after {after:.2f} s: {broken}")
                say(f"NOT KEPT: {failed[-1]}")
        if number % SOMETIMES == 0 or number == given.kills:
            told = ", ".join(f"{kills[step]} of {step}" for step in given.only)
            say(f"Round {number}: killed {told}; {(time.monotonic() - began) / 60:.0f} minutes so far")
    finish(failed)


if __name__ == "__main__":
    main()
