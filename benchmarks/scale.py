"""`make scale`: what a warehouse costs as authorities and months are added, as a table and as pictures of it.

Every point is measured in a temporary folder of its own and written to docs/scale.csv as soon as it is known; the
pictures are drawn from that file, so a point can be measured again alone.
"""

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

import altair as alt
import pandas as pd
from dateutil.relativedelta import relativedelta
from processes import ROOT, run

CSC = str(Path(sys.executable).with_name("csc"))
MEASURED = ROOT / "docs" / "scale.csv"
COSTS = {  # what is drawn in each picture: the columns of rows and cost, what it is of, and the title of the axis
    "scale-seconds.svg": (
        "Processor seconds",
        [("rows", "cpu_seconds", "every month at once"), ("month_rows", "month_cpu_seconds", "one more month")],
    ),
    "scale-space.svg": (
        "MB",
        [("rows", "peak_mb", "most memory at one moment"), ("rows", "disk_mb", "disk")],
    ),
}
FIRST_MONTH = date(2019, 4, 1)
TICKS = [10**power for power in range(9)]
COLOURS = ["#1d70b8", "#d4351c", "#00703c", "#4c2c92"]


@dataclass(frozen=True)
class Point:
    """What so many months of so many authorities cost at once, and then one more month of all of them.

    `size` is that of an authority: 1 has about 2,000 contacts a month. `rows` are those of the delivered lists. Seconds
    are those of a clock, CPU seconds those of every process; memory is the largest sum of all processes.
    """

    authorities: int
    months: int
    size: float
    rows: int
    seconds: float
    cpu_seconds: float
    peak_mb: int
    disk_mb: int
    month_rows: int
    month_seconds: float
    month_cpu_seconds: float
    month_peak_mb: int


def main() -> None:
    """Measure the points that the arguments name, such as 33x24, and draw what is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("points", nargs="*", help="authorities x months, such as 33x24; none draws only")
    parser.add_argument("--size", type=float, default=1.0, help="of an authority; 1 has about 2,000 contacts a month")
    asked = parser.parse_args()
    for point in asked.points:
        authorities, months = map(int, point.split("x"))
        keep(measure(authorities, months, asked.size, doing=lambda what: print(what, file=sys.stderr)))
    draw(pd.read_csv(MEASURED))


def measure(authorities: int, months: int, size: float, doing: Callable[[str], None]) -> Point:
    """Return the cost of a point. Raises `SystemExit` with what a run said when it fails."""
    work = Path(tempfile.mkdtemp(prefix="csc-scale-"))
    landing, home, later = work / "landing", work / "home", work / "later"
    name = f"{authorities} x {months} months"
    try:
        doing(f"{name}: making the lists")
        new_month = FIRST_MONTH + relativedelta(months=months)
        made = synthesise(landing, authorities, f"{FIRST_MONTH:%Y-%m}:{new_month:%Y-%m}", size)
        for folder in landing.glob(f"*/{new_month:%Y-%m}"):
            shutil.move(folder, later / folder.relative_to(landing))
        month_rows = sum(map(rows_of, later.glob("*/*/*.csv")))
        doing(f"{name}: {made - month_rows:,} rows at once")
        first = run(CSC, "run", "--landing", str(landing), home=home)
        disk = sum(file.stat().st_size for file in home.rglob("*") if file.is_file() and not file.is_symlink())
        shutil.copytree(later, landing, dirs_exist_ok=True)
        doing(f"{name}: one more month, {month_rows:,} rows")
        month = run(CSC, "run", "--landing", str(landing), home=home)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Point(
        authorities,
        months,
        size,
        made - month_rows,
        round(first.wall, 1),
        round(first.cpu, 1),
        round(first.peak_mb),
        round(disk / 2**20),
        month_rows,
        round(month.wall, 1),
        round(month.cpu, 1),
        round(month.peak_mb),
    )


def synthesise(out: Path, authorities: int, months: str, size: float) -> int:
    """Write the lists, and return how many rows they have."""
    command = [CSC, "synthesise", "--out", str(out), "--authorities", str(authorities), "--months", months]
    made = subprocess.run([*command, "--scale", str(size), "--json"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return int(json.loads(made.stdout)["rows"])


def rows_of(file: Path) -> int:
    """Count the rows below the header; no made-up cell holds a line end."""
    with file.open("rb") as lines:
        return sum(1 for _ in lines) - 1


def keep(point: Point) -> None:
    """Write a point in place of an earlier one of the same authorities, months and size."""
    known = list(csv.DictReader(MEASURED.open())) if MEASURED.exists() else []
    new = {name: str(value) for name, value in asdict(point).items()}
    key = ("authorities", "months", "size")
    rest = [row for row in known if any(row[name] != new[name] for name in key)]
    with MEASURED.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Point)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted([*rest, new], key=lambda row: tuple(float(row[name]) for name in key)))


def draw(points: pd.DataFrame) -> None:
    """Draw each cost over its rows, on logarithmic axes: a line at 45 degrees is in proportion."""
    months = [f"{months} months" if months > 1 else "" for months in points["months"]]
    authorities = [f"{number} authorit{'y' if number == 1 else 'ies'}" for number in points["authorities"]]
    for file, (title, costs) in COSTS.items():
        drawn = pd.concat(
            pd.DataFrame(
                {"rows": points[rows], "cost": points[cost], "of": of, "months": months, "authorities": authorities}
            )
            for rows, cost, of in costs
        )
        base = alt.Chart(drawn).encode(
            x=alt.X(
                "rows:Q", title="Rows delivered", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", values=TICKS)
            ),
            y=alt.Y("cost:Q", title=title, scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", values=TICKS)),
            color=alt.Color("authorities:N", title=None, scale=alt.Scale(range=COLOURS), sort=None),
        )
        marks = base.mark_point(size=70, filled=True).encode(shape=alt.Shape("of:N", title=None, sort=None))
        labels = base.mark_text(align="left", dx=7, fontSize=11).encode(text="months:N")
        (marks + labels).properties(width=560, height=300).save(ROOT / "docs" / file)


if __name__ == "__main__":
    main()
