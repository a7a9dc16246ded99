"""The story of two councils from April 2013 to the April after next, with the mistakes that officers make.

SYNTHETIC: the figures are those of `returns.py`, the same in each year, but for the plans that a year begins with.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zipfile import ZipFile

from conftest import Home
from dateutil.relativedelta import relativedelta
from returns import CPP_BEFORE_APRIL, MONTHS, Returns, clean_returns, write_all_csv, write_workbook

APRIL = date(2013, 4, 1)
PLANS_IN_MARCH = CPP_BEFORE_APRIL + sum(MONTHS["cpp_new"]) - sum(MONTHS["cpp_ceased"])


def returns_of(month: date) -> Returns:
    """The clean returns of a month of the story."""
    year = month.year - (month.month < 4)
    return clean_returns(month, CPP_BEFORE_APRIL + (year - APRIL.year) * (PLANS_IN_MARCH - CPP_BEFORE_APRIL))


def folder(home: Home, council: str, month: date) -> Path:
    return home.landing / council / f"{month:%Y-%m}"


def deliver(home: Home, council: str, month: date, returns: Returns | None = None) -> None:
    write_all_csv(returns or returns_of(month), folder(home, council, month))


def begin(home: Home, month: date) -> None:
    """All six returns under each other on one sheet, with a cover letter and notes beside it."""
    rows = [["Monthly performance report"]]
    for title, table in returns_of(month).tables.items():
        rows += [[], [f"Table: {title}"], *table]
    place = folder(home, "croydon", month)
    write_workbook({"Report": rows}, place / "report.xlsx")
    (place / "cover.pdf").write_bytes(b"%PDF-1.7\n")
    (place / "notes.txt").write_text("Hello,\nthese are the figures, the same as last time.\n")
    (home.path / "commentary").mkdir()
    for told in (month, month + relativedelta(months=1)):
        words = f"In {told:%B} there were {{{{ contacts }}}} contacts."
        (home.path / "commentary" / f"{told:%Y-%m}.md").write_text(words)


def slip(home: Home, month: date) -> None:
    """A digit too many: 220 new plans where there were 22."""
    right = returns_of(month)
    head = f"{month:%b}".upper()
    deliver(
        home, "croydon", month, right.set("overview", "cpp_new", head, right.get("overview", "cpp_new", head) + "0")
    )


def correct_and_join(home: Home, month: date) -> None:
    """Croydon corrects the slip, and Bromley sends its first returns."""
    deliver(home, "croydon", month)
    deliver(home, "bromley", month)


def wrong_folder(home: Home, month: date) -> None:
    """Croydon's returns lie in the folder of the month before; Bromley's year to date is short."""
    before = month - relativedelta(months=1)
    write_all_csv(returns_of(month), folder(home, "croydon", before) / "new")
    for file in (folder(home, "croydon", before) / "new").iterdir():
        shutil.move(file, folder(home, "croydon", before) / f"{file.stem} {month:%b}.csv")
    (folder(home, "croydon", before) / "new").rmdir()
    deliver(home, "bromley", month, returns_of(month).set("overview", "contacts", "YTD", "9,000"))


def move_and_repeat(home: Home, month: date) -> None:
    """Croydon moves its files; Bromley's year to date is short again."""
    before = month - relativedelta(months=1)
    for file in folder(home, "croydon", before - relativedelta(months=1)).glob(f"* {before:%b}.csv"):
        folder(home, "croydon", before).mkdir(exist_ok=True)
        shutil.move(file, folder(home, "croydon", before) / file.name)
    deliver(home, "croydon", month)
    deliver(home, "bromley", month, returns_of(month).set("overview", "contacts", "YTD", "9,100"))


def both(home: Home, month: date) -> None:
    """Nothing is wrong."""
    for council in ("croydon", "bromley"):
        deliver(home, council, month)


def croydon_alone(home: Home, month: date) -> None:
    """Bromley sends nothing, and a packed file lies in Croydon's folder."""
    deliver(home, "croydon", month)
    place = folder(home, "croydon", month)
    with ZipFile(place / "all.zip", "w") as packed:
        packed.write(place / "overview.csv", "overview.csv")


def letter_in_a_number(home: Home, month: date) -> None:
    """Croydon writes the letter O for a nought in its contacts."""
    right = returns_of(month)
    head = f"{month:%b}".upper()
    contacts = right.get("overview", "contacts", head)
    deliver(home, "croydon", month, right.set("overview", "contacts", head, contacts.replace("0", "O")))
    deliver(home, "bromley", month)


def misspelt_folder(home: Home, month: date) -> None:
    """Bromley's returns lie in a folder that no authority has."""
    deliver(home, "croydon", month)
    deliver(home, "bromly", month)


def spelt_right(home: Home, month: date) -> None:
    """The folder gets its right name, and a file of the month before is taken away from Croydon's."""
    before = month - relativedelta(months=1)
    shutil.move(folder(home, "bromly", before), folder(home, "bromley", before))
    (home.landing / "bromly").rmdir()
    (folder(home, "croydon", before) / "lac_movement.csv").unlink()
    both(home, month)


@dataclass(frozen=True)
class Step:
    """One month's deliveries and the run after them."""

    month: date
    act: Callable[[Home, date], None]


SHORT = [
    Step(date(2013, 6, 1), begin),
    Step(date(2013, 7, 1), slip),
    Step(date(2013, 7, 1), correct_and_join),
    Step(date(2013, 8, 1), wrong_folder),
    Step(date(2013, 9, 1), move_and_repeat),
]


LATER = [
    Step(date(2013, 11, 1), letter_in_a_number),
    Step(date(2014, 1, 1), misspelt_folder),
    Step(date(2014, 2, 1), spelt_right),
]


def long_form() -> list[Step]:
    """Every month from April 2013 to April 2015; Bromley stops sending after March 2014."""
    steps = []
    for number in range(25):
        month = APRIL + relativedelta(months=number)
        own = [step for step in (*SHORT, *LATER) if step.month == month]
        quiet = croydon_first if month < date(2013, 7, 1) else both if month < date(2014, 4, 1) else croydon_alone
        steps += own or [Step(month, quiet)]
    return steps


def croydon_first(home: Home, month: date) -> None:
    """Before Bromley joins."""
    deliver(home, "croydon", month)


@dataclass
class Told:
    """What a step gave: how the run ended, its lines, its open findings, and its mail's subject and text."""

    code: int
    said: str
    mail: str
    findings: list[tuple]
    dagster_mb: float
    packs: list[str] = field(default_factory=list)

    def of(self, check_id: str) -> list[tuple]:
        return [rest for check, *rest in self.findings if check == check_id]


def tell(home: Home, step: Step, day: int = 20) -> Told:
    """Do what the step says, run, and return what an officer sees, on a day of the month after."""
    step.act(home, step.month)
    home.as_of = f"{step.month + relativedelta(months=1, day=day):%Y-%m-%d}"
    ran = home.csc("run")
    mails = sorted((home.path / "alerts").glob("*.txt"))
    found = json.loads(home.csc("findings", "--json").stdout)
    return Told(
        code=ran.returncode,
        said=ran.stdout,
        mail=mails[-1].read_text(),
        findings=[
            (f["check_id"], f["authority_code"], f["measure_id"], f["month"], f["observed"], f["expected"])
            for f in found
        ],
        dagster_mb=sum(file.stat().st_size for file in (home.path / "dagster").rglob("*.db*")) / (1 << 20),
    )
