"""A made-up child and worker, planted wherever a file has room for text, are nowhere but where they may be."""

import json

import planted
import pytest

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def home(new_home):
    made = new_home("leaks")
    planted.write(made.landing)
    made.as_of = "2014-01-20"
    return made


@pytest.fixture(scope="module")
def ran(home):
    """One run: Croydon is published, Camden is held back by what was refused."""
    return home.csc("run")


def test_only_commands_that_read_the_private_warehouse_show_what_was_planted(home, ran):
    assert ran.returncode == 2, ran.stdout + ran.stderr
    [(rows, findings)] = home.ask("select (select count(*) from core.fct_lac), (select count(*) from quality.findings)")
    assert rows > 10
    assert findings > 100
    said = [ran.stderr]
    for audience in ("internal", "members", "public"):
        made = home.csc("pack", "--authority", "croydon", "--audience", audience)
        assert made.returncode == 0, made.stderr
        said += [made.stdout, made.stderr]
    for table in ("findings", "ingest_ledger"):
        said.append(home.csc("query", f"from quality.{table}", "--format", "csv").stdout)
    said.append(home.csc("alerts").stdout)
    assert planted.traces_in(*(text.encode() for text in said)) == set()
    assert planted.found(home.path) == {}


def test_the_search_finds_what_was_planted_where_it_may_be(home, ran):
    shown = {
        planted.traces_in(path.read_bytes()) != set()
        for folder in ("landing", "vault")
        for path in (home.path / folder).rglob("*.csv")
    }
    assert shown == {True}


def test_readers_know_a_file_by_a_number_that_csc_findings_resolves(home, ran):
    numbers = home.ask(
        """
        select distinct regexp_extract(source_ref, '^croydon/2013-12/file ([0-9]+)[.]csv', 1)
        from quality.findings where source_ref like 'croydon/2013-12/file %'
        """
    )
    assert numbers
    told = home.csc("findings", "--file", numbers[0][0]).stdout
    assert told.startswith(f"File {numbers[0][0]} is croydon/2013-12/")
    rows = json.loads(home.csc("findings", "--file", numbers[0][0], "--json").stdout)
    assert rows
    assert all(row["published_as"].startswith(f"croydon/2013-12/file {numbers[0][0]}.csv") for row in rows)
    assert planted.NAME in told or planted.WORKER in told
    refused = home.csc("findings", "--file", "9999")
    assert (refused.returncode, refused.stderr) == (1, "Error: There is no file 9999.\n")
