"""A small but whole population to try the engines on: every dataset, two authorities, a correction and a withdrawal."""

import csv
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from orchestration.settings import REPOSITORY
from synthesis.synthesise import Request, Span, synthesise

# what each authority delivers, and how large: contacts a month, everything else in proportion
DELIVERED = (
    *(("croydon", "annex-a", 60), ("croydon", "cin", 30), ("croydon", "903", 40)),
    *(("barnet", "annex-a", 40), ("barnet", "ssd", 40)),
)
MONTHS = Span(date(2013, 11, 1), 2)
CORRECTED, WITHDRAWN = "croydon/2013-12/list_3_referrals.csv", "barnet/2013-11/list_5_section_47.csv"
LEFT_OUT, BLANKED = 8, 3  # of so many rows of the corrected file one is left out, one has a blank


def make(home: Path, contacts: float = 1.0) -> None:
    """Fill a new CSC_HOME by runs of `csc` on DuckDB. `contacts` makes every dataset so many times as large.

    Raises `SystemExit` with what `csc` said when a run fails.
    """
    landing = home / "landing"
    for number, (authority, dataset, rows) in enumerate(DELIVERED):
        made = home / "made" / str(number)
        synthesise(Request(made, MONTHS, (authority,), contacts=int(rows * contacts), dataset=dataset))
        shutil.copytree(made / authority, landing / authority, dirs_exist_ok=True)
    shutil.copytree(REPOSITORY / "seeds" / "extracts", landing, dirs_exist_ok=True)
    _csc(home, "run")
    _correct(landing / CORRECTED)
    _csc(home, "withdraw", WITHDRAWN, "--reason", "To try a withdrawal.")
    _csc(home, "run")


def _correct(file: Path) -> None:
    """Deliver a file again, without some of its rows and with a blank in the last column of others."""
    with file.open(newline="", encoding="utf-8") as opened:
        header, *rows = csv.reader(opened)
    kept = [row for number, row in enumerate(rows) if number % LEFT_OUT]
    corrected = [row if number % BLANKED else [*row[:-1], ""] for number, row in enumerate(kept)]
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([header, *corrected])


def _csc(home: Path, *arguments: str) -> None:
    own = {"CSC_HOME": str(home), "CSC_PACKS_FOR": "none", "CSC_SETTLED_SECONDS": "0", "CSC_AS_OF": "2014-01-20"}
    csc = Path(sys.executable).with_name("csc")
    done = subprocess.run([csc, *arguments], env=os.environ | own, capture_output=True, text=True, check=False)  # noqa: S603 (our own program)
    if done.returncode not in (0, 2):
        raise SystemExit(f"csc {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
