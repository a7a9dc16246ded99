"""`make bench`: what a run costs, as ratios measured in one go (machines differ, ratios less).

1. The sample, from files to publication, against a hand-written DuckDB script that reads the same six files into the
   same measures with no ledger, checks or publication.
2. The same with nothing new.
3. A new month on top of 24 months of history, against the same month on none.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from returns import clean_returns, write_all_csv  # noqa: E402

SAMPLE = ROOT / "seeds" / "extracts"
CSC = str(Path(sys.executable).with_name("csc"))
HAND_WRITTEN = """
import duckdb, sys
months = ["APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
con = duckdb.connect(sys.argv[2])
con.execute(f'''
    create table kpi as
    select filename, label, printed_in as month,
        try_cast(replace(replace(text, ',', ''), '%', '') as double) as value,
        sum(value) over (partition by filename, label order by list_position({months}, month)) as ytd
    from (unpivot (
        select filename, column0 as label, {', '.join(f'"{m}"' for m in months)}
        from read_csv('{sys.argv[1]}/croydon/2013-12/*.csv', header = true, all_varchar = true, filename = true,
            names = ['column0', {', '.join(f"'{m}'" for m in months)}, 'YTD'])
    ) on {', '.join(f'"{m}"' for m in months)} into name printed_in value text)
''')
con.execute("copy kpi to '" + sys.argv[2] + ".parquet' (format parquet)")
"""


def timed(*command: str, home: Path) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak MB of the largest process of one command."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, env=os.environ | {"CSC_HOME": str(home)}, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)  # of this command alone, with the processes it waited for
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - started
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said.read()}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def deliver(landing: Path, months: list[date]) -> None:
    for month in months:
        write_all_csv(clean_returns(month), landing / "croydon" / f"{month:%Y-%m}")


def main() -> None:
    work = Path(tempfile.mkdtemp(prefix="csc-bench-"))
    err = Console(stderr=True)
    history = [date(2012 + (3 + n) // 12, (3 + n) % 12 + 1, 1) for n in range(24)]
    new = date(2014, 4, 1)
    rows = []

    def measure(name: str, *command: str, home: Path) -> float:
        with err.status(name):
            wall, used, peak = timed(*command, home=home)
        rows.append((name, wall, used, peak))
        return wall

    try:
        (work / "hand").mkdir()
        script = measure(
            "hand-written script",
            *(sys.executable, "-c", HAND_WRITTEN, str(SAMPLE), str(work / "hand" / "kpi.duckdb")),
            home=work / "hand",
        )
        run = (CSC, "run", "--landing", str(SAMPLE))
        measure("sample, cold (dbt parses)", *run, home=work / "sample")
        warm = measure("sample, warm", *run, "--rebuild", home=work / "sample")
        nothing = measure("sample, nothing new", *run, home=work / "sample")
        for name, months in (("none", []), ("history", history)):
            landing = work / f"landing-{name}"
            deliver(landing, months or [date(2012, 4, 1)])
            measure(
                f"24 months at once ({name})" if months else "one month",
                CSC,
                "run",
                "--landing",
                str(landing),
                home=work / name,
            )
            deliver(landing, [new])
        on_none = measure("new month on one", CSC, "run", "--landing", str(work / "landing-none"), home=work / "none")
        on_history = measure(
            "new month on 24", CSC, "run", "--landing", str(work / "landing-history"), home=work / "history"
        )
    finally:
        shutil.rmtree(work, ignore_errors=True)

    out = Console(width=100)
    shown = Table("", "wall s", "cpu s", "peak MB", box=None, pad_edge=False)
    for name, wall, used, peak in rows:
        shown.add_row(name, f"{wall:.1f}", f"{used:.1f}", f"{peak:.0f}")
    out.print(shown)
    out.print(f"\nwarm run / hand-written script   {warm / script:6.1f}")
    out.print(f"nothing new / warm run           {nothing / warm:6.2f}")
    out.print(f"new month on 24 / on one         {on_history / on_none:6.2f}")


if __name__ == "__main__":
    main()
