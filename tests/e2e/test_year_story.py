"""The story of two councils: one run for each step, and what an officer is told.

`make drill` tells every month of it, from April 2013 to the April after next.
"""

from datetime import date

import pytest
from year import SHORT, Told, begin, correct_and_join, long_form, move_and_repeat, slip, tell, wrong_folder

pytestmark = pytest.mark.long

CROYDON, BROMLEY = "E09000008", "E09000006"


@pytest.fixture(scope="module")
def home(new_home):
    return new_home("year")


@pytest.fixture(scope="module")
def story(home) -> dict:
    """What each step gave; the packs in the folder are looked at in the middle."""
    told = {}
    for step in SHORT:
        made = tell(home, step)
        made.packs = sorted(path.parent.relative_to(home.path / "packs").as_posix() for path in _packs(home))
        told[step.act] = made
    return told


def _packs(home):
    return (home.path / "packs").rglob("scrutiny-pack.html")


def of(story, act) -> Told:
    return story[act]


def test_the_first_report_is_read_though_it_is_one_sheet_and_letters_lie_beside_it(story):
    told = of(story, begin)
    assert told.code == 0, told.said
    assert told.said.count("report.xlsx [Report, rows ") == 6
    assert "left aside croydon/2013-06/cover.pdf" in told.said
    assert "It is text without a table." in told.said
    assert told.packs == ["2013-06"]


def test_a_digit_too_many_is_blamed_on_its_cell_in_the_second_month(story):
    told = of(story, slip)
    assert told.of("figures_have_no_likely_slip") == [[CROYDON, "cpp_new", "2013-07-01", 220, 22]]
    assert told.of("figures_do_not_jump") == [[CROYDON, "cpp_new", "2013-07-01", 220, None]]
    assert "(cell E9)" in told.mail


def test_a_correction_resolves_it_for_its_month_and_a_council_that_joins_moves_nothing(story, home):
    told = of(story, correct_and_join)
    assert told.code == 0, told.said
    assert told.of("figures_have_no_likely_slip") == told.of("ytd_agrees_with_months") == []
    assert "One figure explains several disagreements (1): New child protection plans, July 2013" in told.mail
    assert told.packs == ["2013-06", "2013-07", "2013-07/bromley"]
    assert "In July there were" in (home.path / "packs" / "2013-07" / "scrutiny-pack.html").read_text()
    assert "In July there were" not in (home.path / "packs" / "2013-07" / "bromley" / "scrutiny-pack.html").read_text()


def test_a_wrong_folder_is_named_and_holds_back_one_council(story):
    told = of(story, wrong_folder)
    assert told.code == 2
    assert "Move the file to the folder 2013-08" in " ".join(told.said.split())
    assert "Croydon held back since" in " ".join(told.said.split())
    assert told.of("ytd_agrees_with_months") == [[BROMLEY, "contacts", "2013-08-01", 9000, 10000]]
    assert told.packs == ["2013-06", "2013-07", "2013-07/bromley", "2013-08/bromley"]


def test_a_year_to_date_that_is_wrong_again_is_new_and_known_by_its_month(story):
    told = of(story, move_and_repeat)
    assert told.code == 0, told.said
    assert told.of("ytd_agrees_with_months") == [[BROMLEY, "contacts", "2013-09-01", 9100, 12030]]
    new, _, resolved = told.mail.partition("RESOLVED")
    assert "year to September 2013" in new
    assert "year to August 2013" in resolved


def test_the_long_form_has_every_month():
    months = {date(2013 + (3 + n) // 12, (3 + n) % 12 + 1, 1) for n in range(25)}
    assert {step.month for step in long_form()} == months
    assert [step for step in long_form() if step in SHORT] == SHORT
