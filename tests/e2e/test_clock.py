"""The clock of the server runs a day ahead, then two days behind: runs go on, and what came last is what counts."""

import pytest
from returns import clean_returns, write_all_csv, write_csv

pytestmark = pytest.mark.long

# what Python's own start-up imports, so that every process of a run has the clock that the variable sets
SHIFTED = """
import os
from datetime import UTC, datetime, timedelta

from data_quality import moments

moments.now = lambda: datetime.now(UTC).replace(tzinfo=None) + timedelta(days=int(os.environ["DAYS_AHEAD"]))
"""


@pytest.fixture(scope="module")
def home(new_home):
    """Two authorities' December is published by a clock that runs a day ahead."""
    home = new_home("clock")
    (home.path / "sitecustomize.py").write_text(SHIFTED)
    for folder in ("barnet", "croydon"):
        write_all_csv(clean_returns(), home.landing / folder / "2013-12")
    home.settings = {"CSC_PACKS_FOR": "none", "PYTHONPATH": str(home.path), "DAYS_AHEAD": "1"}
    done = home.csc("run")
    assert done.returncode == 0, done.stderr
    return home


def figure(home, code):
    sql = "select value from marts.kpi_monthly where measure_id = 'contacts' and month = '2013-12-01'"
    return home.ask(f"{sql} and authority_code = '{code}' and basis = 'reported'")


def test_a_fault_that_came_after_the_clock_went_back_is_held_back_and_rolled_back(home):
    first = home.published.resolve()
    before = figure(home, "E09000003")
    home.settings["DAYS_AHEAD"] = "-2"
    for folder in ("barnet", "croydon"):
        changed = (
            clean_returns().set("overview", "contacts", "DEC", "1,970").set("overview", "contacts", "YTD", "18,010")
        )
        write_all_csv(changed, home.landing / folder / "2013-12")
    write_csv([["Child", "Team"], ["A", "3"]], home.landing / "barnet" / "2013-12" / "cases.csv")
    done = home.csc("run")
    assert (done.returncode, "Barnet held back since" in done.stdout) == (2, True), done.stdout + done.stderr
    assert figure(home, "E09000003") == before != figure(home, "E09000008")

    again = home.csc("run")
    assert (again.returncode, "Checking" in again.stderr) == (2, False)
    assert home.csc("rollback").returncode == 0
    assert home.published.resolve() == first
