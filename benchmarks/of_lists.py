"""Measure child-level lists: this pipeline against a script written by hand, by size; and a month after five years."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import by_hand
from of_returns import deliver_returns
from processes import ROOT, Cost, run

CSC = str(Path(sys.executable).with_name("csc"))
# a list of events in March has the rows of a whole year
YEAR_END = "2024-03"
MONTHS_IN_LIST = 12
SMALLEST = 10  # contacts a month; a run with hardly any rows costs as much as its start
HISTORY, NEW_MONTH = "2018-10:2023-10", "2023-10"


def synthesise(out: Path, months: str, contacts_a_month: int) -> int:
    """Write the lists, and return how many rows they have."""
    command = (CSC, "synthesise", "--out", str(out), "--months", months, "--rows", str(contacts_a_month), "--json")
    made = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return int(json.loads(made.stdout)["rows"])


def sizes(work: Path, contacts: list[int], best_of: int, doing: Callable[[str], None]) -> list[list[str]]:
    """Return rows for the table: the cost of both for each size, and the ratios. Raises `SystemExit` if they differ."""
    shown = []
    start = None
    for size in [SMALLEST * MONTHS_IN_LIST, *contacts]:
        landing, home, hand = work / "landing", work / "home", work / "hand"
        doing(f"{size:,} contacts: making them")
        rows = synthesise(landing, YEAR_END, size // MONTHS_IN_LIST)
        ours, theirs = [], []
        for _ in range(best_of):
            doing(f"{size:,} contacts: csc run")
            shutil.rmtree(home, ignore_errors=True)
            ours.append(run(CSC, "run", "--landing", str(landing), home=home))
            doing(f"{size:,} contacts: by hand")
            shutil.rmtree(hand, ignore_errors=True)
            hand.mkdir()
            folder = next(landing.glob("*/*/list_1_contacts.csv")).parent
            script = (sys.executable, str(ROOT / "benchmarks" / "by_hand.py"), str(folder), str(hand))
            theirs.append(run(*script, home=hand))
        if found := by_hand.differences(home / "published" / "csc.duckdb", hand / "csc.duckdb"):
            raise SystemExit("\n".join(f"{side}: {row}" for side, row in found))
        one, other = _best(ours), _best(theirs)
        if start is None:
            start = one
        shown += _rows(size, rows, one, other, start)
        for folder in (landing, home, hand):
            shutil.rmtree(folder)
    return shown


def _best(costs: list[Cost]) -> Cost:
    return min(costs, key=lambda cost: cost.wall)


def _rows(size: int, rows: int, one: Cost, other: Cost, start: Cost) -> list[list[str]]:
    name = f"{size:,} contacts, {rows:,} rows"
    beyond_start = max(one.wall - start.wall, 0)
    made = [
        [f"{name}: csc run", *one.cells(), f"{rows / one.wall:,.0f}"],
        [f"{name}: by hand", *other.cells(), f"{rows / other.wall:,.0f}"],
    ]
    ratios = [f"{one.wall / other.wall:.1f}", f"{one.cpu / other.cpu:.1f}", f"{one.peak_mb / other.peak_mb:.1f}", ""]
    made.append(["  ratio", *ratios])
    if beyond_start:
        cpu = one.cpu - start.cpu
        rate = f"{rows / beyond_start:,.0f}"
        made.append(["  csc run beyond its start", f"{beyond_start:.1f}", f"{cpu:.1f}", "", rate])
        made.append(["  ratio beyond the start", f"{beyond_start / other.wall:.1f}", f"{cpu / other.cpu:.1f}", "", ""])
    return made


def history(work: Path, contacts_a_month: int, doing: Callable[[str], None]) -> list[list[str]]:
    """Return rows for the table: a new month after 60 months, and the same month after none.

    Both warehouses have one month of printed returns.
    """
    doing(f"61 months of {contacts_a_month:,} contacts: making them")
    made = work / "made"
    rows = synthesise(made, HISTORY, contacts_a_month)
    (new,) = made.glob(f"*/{NEW_MONTH}")
    costs = {}
    for name in ("none", "60 months"):
        landing, home = work / "landing", work / "home"
        deliver_returns(landing)
        earlier = [folder for folder in sorted(new.parent.iterdir()) if folder.is_dir() and folder != new]
        for folder in earlier if name != "none" else []:
            shutil.copytree(folder, landing / new.parent.name / folder.name, dirs_exist_ok=True)
        doing(f"on {name}: what was there before")
        before = run(CSC, "run", "--landing", str(landing), home=home)
        shutil.copytree(new, landing / new.parent.name / new.name)
        doing(f"on {name}: the new month")
        costs[name] = (before, run(CSC, "run", "--landing", str(landing), home=home))
        for folder in (landing, home):
            shutil.rmtree(folder)
    shutil.rmtree(made)
    (_, on_none), (before, on_history) = costs["none"], costs["60 months"]
    return [
        [f"60 months at once, of {rows:,} rows with the new one", *before.cells(), ""],
        ["new month on none", *on_none.cells(), ""],
        ["new month on 60 months", *on_history.cells(), ""],
        ["  ratio", f"{on_history.wall / on_none.wall:.2f}", f"{on_history.cpu / on_none.cpu:.2f}", "", ""],
    ]
