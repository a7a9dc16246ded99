"""What each reporting month knew, kept from month to month, is what its deliveries give when it is worked out later."""

import shutil
from pathlib import Path

import pytest
from conftest import ROOT, Home

pytestmark = pytest.mark.long

ALL = "select * from marts.kpi_as_at order by authority_code, month, measure_id, basis, reporting_month"
VISITS = """
    select strftime(reporting_month, '%Y-%m'), value, difference from marts.kpi_as_at
    where measure_id = 'cpp_visited_in_time' and basis = 'computed' and month = '2013-04-01' order by 1
"""


@pytest.fixture(scope="module")
def lists(tmp_path_factory) -> Path:
    """The lists of the sample: made-up children, counted as Croydon printed them."""
    out = tmp_path_factory.mktemp("lists") / "landing"
    home = Home(out.parent)
    assert home.csc("synthesise", "--out", out, "--calibrate", ROOT / "seeds/extracts/croydon/2013-12").returncode == 0
    return out / "croydon"


def deliver(home: Home, lists: Path, *months: str) -> None:
    for month in months:
        shutil.copytree(lists / month, home.landing / "croydon" / month)


def run(home: Home, *options: str) -> str:
    done = home.csc("run", *options)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def monthly(new_home, lists) -> list[tuple]:
    home = new_home("monthly")
    deliver(home, lists, "2013-04")
    run(home)
    assert home.ask(VISITS) == [("2013-04", 269, None)]
    deliver(home, lists, "2013-05")
    assert "kpi_as_at" not in run(home)
    assert home.ask(VISITS) == [("2013-04", 269, None), ("2013-05", 273, 4)]
    return home.ask(ALL)


@pytest.fixture(scope="module")
def at_once(new_home, lists) -> Home:
    home = new_home("at_once")
    deliver(home, lists, "2013-04", "2013-05")
    assert "or by earlier rules, from April 2013 on" in run(home)
    assert home.ask(VISITS) == [("2013-05", 273, None)]
    return home


def test_worked_out_later_it_is_what_the_months_kept(monthly, at_once):
    assert "Working out what April 2013 knew" in run(at_once, "--history")
    assert at_once.ask(ALL) == monthly
    assert not (at_once.path / "replay").exists()


def test_the_pack_for_the_team_says_how_far_months_moved_and_no_other_does(monthly, at_once):
    run(at_once, "--history")
    title, pack = "How far the lists moved earlier months", at_once.path / "packs/2013-05"
    assert title in (pack / "scrutiny-pack.html").read_text()
    made = at_once.csc("pack", "--month", "2013-05", "--audience", "public")
    assert made.returncode == 0, made.stderr
    [public] = pack.rglob("*public*.html")
    assert title not in public.read_text()


def test_what_is_known_last_is_what_kpi_monthly_says(monthly, at_once):
    columns = (
        "authority_code, month, measure_id, basis, value, numerator, denominator, ytd_value, is_supplied, is_mature"
    )
    known, now = (
        f"select {columns} from marts.kpi_as_at where changed_in is null",
        f"select {columns} from marts.kpi_monthly",
    )
    assert at_once.ask(f"({known} except {now}) union all ({now} except {known})") == []


def test_a_corrected_month_is_not_known_until_it_is_worked_out(monthly, at_once):
    file = at_once.landing / "croydon/2013-04/list_7_cpp.csv"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-5]))
    assert "or by earlier rules, from April 2013 on" in run(at_once)
    assert {month for month, _, _ in at_once.ask(VISITS)} == {"2013-05"}
    assert "Working out what April 2013 knew" in run(at_once, "--history")
    assert [month for month, _, _ in at_once.ask(VISITS)] == ["2013-04", "2013-05"]
    assert at_once.ask(VISITS)[0][1] <= 269
