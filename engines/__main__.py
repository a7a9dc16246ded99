"""`make spark`: the same dbt project on DuckDB and on a Spark cluster, and a table of what both made."""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console


def main() -> None:
    """Parse the arguments, build on both engines and print the comparison; exit code 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a CSC_HOME that was loaded; its models are built again")
    parser.add_argument("--times", type=float, default=1.0, help="size of the population that is made without --home")
    parser.add_argument("--workers", type=int, default=2, help="workers of one core each")
    parser.add_argument("--keep", type=Path, help="keep the home, Spark's tables and its logs in this folder")
    parser.add_argument("--select", nargs="*", default=[], help="as of dbt: build only these models")
    parser.add_argument("--all", action="store_true", help="name the tables that are the same, too")
    parser.add_argument("--serve", action="store_true", help="start Spark, print its address, and wait for Ctrl-C")
    asked = parser.parse_args()
    asked.is_small = not asked.home and asked.times <= 1
    with tempfile.TemporaryDirectory(prefix="csc-spark-") as scratch:
        work = (asked.keep or Path(scratch)).resolve()
        sys.exit(_serve(asked, work) if asked.serve else _try(asked, work))


def _serve(asked: argparse.Namespace, work: Path) -> int:
    from engines.cluster import Size, cluster

    with cluster(work, Size(workers=asked.workers, is_for_few_rows=asked.is_small)) as remote:
        sys.stdout.write(f"{remote}\n")
        sys.stdout.flush()
        try:
            signal.pause()
        except KeyboardInterrupt:
            return 0
    return 0


def _try(asked: argparse.Namespace, work: Path) -> int:
    home = (asked.home or work / "home").resolve()
    os.environ["CSC_HOME"] = str(home)
    os.environ.setdefault("CSC_CHILD_KEY_SECRET", "of a population that is made up and soon gone")
    from engines import both, population, report
    from engines.cluster import ClusterError, Size

    console = Console(stderr=True)
    if not (home / "warehouse.duckdb").exists():
        console.print("Making the population, and loading it with csc run")
        population.make(home, asked.times)
    selection = ["--select", *asked.select] if asked.select else []
    try:
        result = both.build_both(
            work / "spark", Size(workers=asked.workers, is_for_few_rows=asked.is_small), console.print, *selection
        )
    except ClusterError as failed:
        console.print(str(failed), markup=False)
        return 1
    report.show(result, Console(width=130), asked.all)
    return 0 if result.is_same else 1


if __name__ == "__main__":
    main()
