"""`csc check` says what a file is before it is dropped, keeps nothing, and knows what is published."""

import json
import shutil

from conftest import ROOT, shell

EXTRACTS = ROOT / "seeds" / "extracts" / "croydon" / "2013-12"


def check(home, *arguments):
    done = shell(f"csc check {' '.join(map(str, arguments))}", home)
    assert "Traceback" not in done.stderr
    return done


def test_a_return_is_compared_with_what_is_published_and_nothing_is_kept(sample, tmp_path):
    overview = tmp_path / "overview.csv"
    printed = (EXTRACTS / "overview.csv").read_text()
    overview.write_text(printed.replace('"1,517"', "1S17").replace('"1,125"', '"1,126"'))
    before = sorted(path for path in sample.rglob("*") if path.is_file())
    done = check(sample, overview, "--authority croydon --month 2013-12 --json")
    [made] = json.loads(done.stdout)
    assert (done.returncode, made["status"], made["extract"], made["rows"]) == (2, "accepted", "overview", 11)
    assert "Contacts, October 2013: '1S17' is not a number. Perhaps 1517." in made["odd"]
    assert "Contacts, December 2013: 1,126. The 8 months before had 1,517 to 2,205." in made["odd"]
    assert "New child protection plans, year to date: 14 is printed, the months add up to 268." in made["odd"]
    assert made["changes"] == [
        "Contacts, October 2013: 1,517 becomes nothing.",
        "Contacts, December 2013: 1,125 becomes 1,126.",
    ]
    assert sorted(path for path in sample.rglob("*") if path.is_file()) == before


def test_a_list_says_which_rows_count_nowhere_or_twice(sample, tmp_path):
    header, first, second, *rest = (
        (sample / "landing" / "croydon" / "2013-12" / "list_7_cpp.csv").read_text().splitlines()
    )
    short = tmp_path / "croydon" / "2013-12" / "plans.csv"
    short.parent.mkdir(parents=True)
    short.write_text("\n".join([header, first, first, "," + second.split(",", 1)[1], *rest[:20]]))
    done = check(sample, short, "--json")
    [made] = json.loads(done.stdout)
    assert (done.returncode, made["extract"], made["rows"]) == (2, "annex_a_cpp", 23)
    assert made["odd"] == [
        "Child Unique ID: 1 row without it. Such a row counts nowhere.",
        "1 row with the key of another row. They count once.",
        "It has 23 rows. That of November 2013 had 618.",
    ]


def test_what_would_be_refused_says_so_and_where_it_belongs(sample, tmp_path):
    early = tmp_path / "croydon" / "2014-01"
    early.mkdir(parents=True)
    shutil.copy(EXTRACTS / "overview.csv", early)
    done = check(sample, early / "overview.csv")
    assert done.returncode == 1
    assert "Move the file to the folder 2013-12" in " ".join(done.stdout.split())
    nowhere = check(sample, EXTRACTS / "overview.csv", "--authority croydn")
    assert nowhere.returncode == 1
    assert "--authority croydon --month 2013-12" in nowhere.stderr


def test_a_check_that_is_none_is_answered_with_the_nearest(sample):
    done = shell("csc findings --check ytd_agree_with_months", sample)
    assert done.returncode == 1
    assert 'There is no check "ytd_agree_with_months". The nearest is ytd_agrees_with_months.' in done.stderr
