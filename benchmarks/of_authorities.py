"""Measure many authorities in one warehouse: two years of all of them at once, then one more month."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from of_lists import CSC
from processes import ROOT, run

MONTHS, NEW_MONTH = "2021-04:2023-04", "2023-04"
SCALE = "0.1"  # about 200 contacts a month for each authority


def authorities(work: Path, number: int, doing: Callable[[str], None]) -> list[list[str]]:
    """Return rows for the table: the cost of 24 months of so many authorities, of one more month, and the ratio."""
    landing, home, later = work / "landing", work / "home", work / "later"
    doing(f"{number} authorities, 25 months: making them")
    command = [CSC, "synthesise", "--out", str(landing), "--authorities", str(number), "--months", MONTHS]
    made = subprocess.run([*command, "--scale", SCALE, "--json"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    rows = json.loads(made.stdout)["rows"]
    for folder in sorted(landing.glob(f"*/{NEW_MONTH}")):
        (later / folder.parent.name).mkdir(parents=True)
        shutil.move(folder, later / folder.parent.name / NEW_MONTH)
    doing(f"{number} authorities: 24 months at once")
    before = run(CSC, "run", "--landing", str(landing), home=home)
    shutil.copytree(later, landing, dirs_exist_ok=True)
    doing(f"{number} authorities: one more month")
    new = run(CSC, "run", "--landing", str(landing), home=home)
    return [
        [f"24 months at once, of {rows:,} rows with the new one", *before.cells(), ""],
        ["one more month of all", *new.cells(), ""],
        ["  ratio", f"{new.wall / before.wall:.2f}", f"{new.cpu / before.cpu:.2f}", "", ""],
    ]
