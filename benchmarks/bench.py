"""`make bench`: what a run costs, with ratios measured on the same machine (machines differ, ratios less so).

Everything is made in a temporary folder, which is removed at the end.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from of_authorities import authorities
from of_datasets import datasets
from of_lists import history, sizes
from of_returns import returns
from rich.console import Console
from rich.table import Table

COLUMNS = ("wall s", "cpu s", "peak MB", "rows/s")


def main() -> None:
    """Run the benchmarks that the arguments ask for, and print a table of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 1_000_000], help="contacts in one list")
    parser.add_argument("--history", type=int, default=2_000, help="contacts a month, for 60 months; 0 leaves it out")
    parser.add_argument("--authorities", type=int, default=33, help="authorities, for 24 months; 0 leaves them out")
    parser.add_argument("--datasets", type=int, default=200_000, help="rows of each dataset; 0 leaves them out")
    parser.add_argument("--no-returns", action="store_true", help="leave the printed returns out")
    parser.add_argument("--best-of", type=int, default=1, help="times to run each size")
    asked = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="csc-bench-"))
    progress = Console(stderr=True)
    try:
        with progress.status("Starting") as status:

            def doing(what: str) -> None:
                status.update(what)
                if not progress.is_terminal:
                    progress.print(what, markup=False)

            if not asked.no_returns:
                show("Printed returns", returns(fresh(work), doing))
            if asked.sizes:
                show("Lists: CSV to published marts", sizes(fresh(work), asked.sizes, asked.best_of, doing))
            if asked.history:
                show("Lists: a new month", history(fresh(work), asked.history, doing))
            if asked.datasets:
                show("Datasets: files to published marts", datasets(fresh(work), asked.datasets, doing))
            if asked.authorities:
                show(f"{asked.authorities} authorities", authorities(fresh(work), asked.authorities, doing))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def fresh(work: Path) -> Path:
    """Return a new folder in `work`."""
    return Path(tempfile.mkdtemp(dir=work))


def show(title: str, rows: list[list[str]]) -> None:
    """Print a table, with the load of the machine in its title."""
    load, _, _ = os.getloadavg()
    shown = Table(title=f"{title} (load of the machine now {load:.1f})", title_justify="left", box=None, pad_edge=False)
    shown.add_column("")
    for column in COLUMNS:
        shown.add_column(column, justify="right")
    for row in rows:
        shown.add_row(*row)
    out = Console(width=110)
    out.print(shown)
    out.print()


if __name__ == "__main__":
    main()
