"""Measure printed returns: the sample against a script written by hand, nothing new, and a month after two years."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from dateutil.relativedelta import relativedelta
from processes import ROOT, Cost, run

sys.path.insert(0, str(ROOT / "tests"))
from returns import clean_returns, write_all_csv  # type: ignore[import-not-found]  # it is in tests/

SAMPLE = ROOT / "seeds" / "extracts"
CSC = str(Path(sys.executable).with_name("csc"))
HISTORY = [date(2012, 4, 1) + relativedelta(months=n) for n in range(24)]
NEW = date(2014, 4, 1)
# quoted_figures.csv is not a return, and has other columns
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
        from read_csv('{sys.argv[1]}/croydon/2013-12/[!q]*.csv', header = true, all_varchar = true, filename = true,
            names = ['column0', {', '.join(f"'{m}'" for m in months)}, 'YTD'])
    ) on {', '.join(f'"{m}"' for m in months)} into name printed_in value text)
''')
con.execute("copy kpi to '" + sys.argv[2] + ".parquet' (format parquet)")
"""


def deliver_returns(landing: Path, months: list[date] = HISTORY[:1]) -> None:
    """Write clean returns of these months into the landing folder."""
    for month in months:
        write_all_csv(clean_returns(month), landing / "croydon" / f"{month:%Y-%m}")


def returns(work: Path, doing: Callable[[str], None]) -> list[list[str]]:
    """Return rows for the table: the cost of each command, and the ratios."""
    costs: dict[str, Cost] = {}

    def measure(name: str, *command: str, home: Path) -> None:
        doing(name)
        costs[name] = run(*command, home=home)

    (work / "hand").mkdir()
    script = (sys.executable, "-c", HAND_WRITTEN, str(SAMPLE), str(work / "hand" / "kpi.duckdb"))
    measure("sample, by hand", *script, home=work / "hand")
    sample = (CSC, "run", "--landing", str(SAMPLE))
    measure("sample, cold (dbt parses)", *sample, home=work / "sample")
    measure("sample, warm", *sample, "--rebuild", home=work / "sample")
    measure("sample, nothing new", *sample, home=work / "sample")
    for name, months in (("one", HISTORY[:1]), ("24", HISTORY)):
        landing = work / f"landing-{name}"
        deliver_returns(landing, months)
        months_run = (CSC, "run", "--landing", str(landing))
        measure("one month" if name == "one" else "24 months at once", *months_run, home=work / name)
        deliver_returns(landing, [NEW])
        measure(f"new month on {name}", *months_run, home=work / name)
    ratios = [
        ("warm run / by hand", "sample, warm", "sample, by hand"),
        ("nothing new / warm run", "sample, nothing new", "sample, warm"),
        ("new month on 24 / on one", "new month on 24", "new month on one"),
    ]
    shown = [[name, *cost.cells(), ""] for name, cost in costs.items()]
    for name, one, other in ratios:
        wall, cpu = costs[one].wall / costs[other].wall, costs[one].cpu / costs[other].cpu
        shown.append([f"  {name}", f"{wall:.2f}", f"{cpu:.2f}", "", ""])
    return shown
