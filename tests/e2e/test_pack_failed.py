"""A scrutiny pack that cannot be written is told in true words, remembered, and made by the next run."""

import json

import pytest
from returns import clean_returns, write_all_csv, write_csv

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def home(new_home):
    """Barnet is held back by a file of no kind, and a file lies where the folder of the packs should be."""
    home = new_home("pack_failed")
    for folder in ("barnet", "croydon"):
        write_all_csv(clean_returns(), home.landing / folder / "2013-12")
    write_csv([["Child", "Team"], ["A", "3"]], home.landing / "barnet" / "2013-12" / "cases.csv")
    (home.path / "packs").write_text("in the way")
    return home


def test_a_pack_that_failed_is_told_remembered_and_made_by_the_next_run(home):
    failed = home.csc("run")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    shown = home.published.resolve().parent.name
    said = " ".join(failed.stdout.split())
    assert f"Readers see publication {shown}, but a scrutiny pack was not made: Croydon: " in said
    assert "Barnet held back since" in said
    assert "still see" not in said

    status = json.loads(home.csc("status", "--json").stdout)
    assert status["runs"][0]["outcome"] == "published, without a scrutiny pack"
    assert any(problem.startswith("A scrutiny pack was not made (Croydon: ") for problem in status["problems"])
    assert home.csc("alerts").stdout.startswith("Published, but a scrutiny pack was not made")

    again = home.csc("run")
    assert (again.returncode, "a scrutiny pack was not made" in again.stdout) == (1, True)
    assert "Checking" not in again.stderr

    (home.path / "packs").unlink()
    mended = home.csc("run")
    assert (mended.returncode, "Published in part" in mended.stdout) == (2, True), mended.stdout
    assert list((home.path / "packs").rglob("scrutiny-pack.html"))
    assert json.loads(home.csc("status", "--json").stdout)["pack_failed"] is None
    assert home.published.resolve().parent.name == shown
