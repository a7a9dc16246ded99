"""Measure each dataset that lists can come in, with the same number of rows, from files to published marts."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from of_lists import CSC, YEAR_END
from processes import ROOT, run

from data_quality.contracts import load_contracts
from synthesis.layouts import LAYOUTS

SMALLEST, PROBE = "0.005", "0.1"  # hardly any rows, for the start of a run; and enough to know the rows of a scale


def datasets(work: Path, rows: int, doing: Callable[[str], None]) -> list[list[str]]:
    """Return rows for the table: the cost of about so many rows of each dataset, with and without the start."""
    shown = []
    for dataset in LAYOUTS:
        doing(f"{dataset}: making {rows:,} rows")
        small = made(work / f"{dataset}-small", dataset, SMALLEST)
        scale = float(PROBE) * rows / rows_in(made(work / f"{dataset}-probe", dataset, PROBE))
        landing = made(work / dataset, dataset, f"{scale:.3f}")
        doing(f"{dataset}: its start")
        start = run(CSC, "run", "--landing", str(small), home=work / f"home-{dataset}-small")
        doing(f"{dataset}: csc run")
        cost, delivered = run(CSC, "run", "--landing", str(landing), home=work / f"home-{dataset}"), rows_in(landing)
        beyond, cpu = cost.wall - start.wall, cost.cpu - start.cpu
        shown.append([f"{dataset}, {delivered:,} rows", *cost.cells(), f"{delivered / cost.wall:,.0f}"])
        shown.append(
            [
                "  beyond its start",
                f"{beyond:.1f}",
                f"{cpu:.1f}",
                "",
                f"{delivered / beyond:,.0f}" if beyond > 0 else "",
            ]
        )
    return shown


def made(landing: Path, dataset: str, scale: str) -> Path:
    """Make the files of one authority, for a month in which lists of events hold a year."""
    command = [CSC, "synthesise", "--out", str(landing), "--dataset", dataset, "--months", YEAR_END, "--scale", scale]
    done = subprocess.run([*command, "--json"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    if not json.loads(done.stdout)["rows"]:
        raise SystemExit(f"{' '.join(command)} has made no rows")
    return landing


def rows_in(landing: Path) -> int:
    """Count the rows that ingestion reads: in CSV every line but the header, in a census the elements that are rows."""
    count = 0
    for path in landing.glob("*/*/*.csv"):
        with path.open("rb") as file:
            count += sum(1 for _ in file) - 1
    parts = {f"<{c.part}>" for c in load_contracts().values() if c.kind == "list" and c.part}
    for path in landing.glob("*/*/*.xml"):
        with path.open() as file:
            count += sum(line.count(part) for line in file for part in parts)
    return count
