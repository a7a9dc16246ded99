"""A recognised spelling lands in the fact with its code; a line of code_spellings.csv overrules the rule."""

import duckdb
import pytest
from deliveries import APR, ask, build, deliver

from data_quality.contracts import load_contracts
from data_quality.spellings.judge import judge
from orchestration import dbt

pytestmark = pytest.mark.long

TEXT = "(AB) Education - Primary School"
FACT = "select contact_source_code from core.fct_contacts"
MODELS = ("--select", "+fct_contacts", "+recognised_spellings", "+unknown_spellings")


@pytest.fixture(scope="module")
def built(tmp_path_factory, home_of):
    with home_of(tmp_path_factory.mktemp("spellings")) as path:
        rows = [{"child_id": str(i), "contact_date": "03/04/2013", "contact_source_code": TEXT} for i in range(2)]
        rows.append({"child_id": "9", "contact_date": "03/04/2013", "contact_source_code": "SEN team"})
        deliver(path, "annex_a_contacts", APR, rows)
        with duckdb.connect(str(path)) as con:
            assert judge(con, load_contracts().values()) == 2
            assert judge(con, load_contracts().values()) == 0  # each distinct spelling once
        assert build(*MODELS) == []
        yield path


def test_a_recognised_spelling_lands_in_the_fact(built):
    assert sorted(ask(built, FACT), key=str) == [("2A",), ("2A",), (None,)]
    recognised = ask(built, "select spelling, code, rule, cells, months from quality.recognised_spellings")
    assert recognised == [("(ab) education - primary school", "2A", "words of a label", 2, 1)]
    unknown = ask(built, "select spelling, suggested_code from quality.unknown_spellings where suggestion = 1")
    assert unknown == [("sen team", "5B")]


def test_a_line_of_code_spellings_overrules_the_rule(built, home_of):
    line = "insert into reference.code_spellings values ('referral_source', '(ab) education - primary school', '2B')"
    with duckdb.connect(str(built)) as con:
        con.execute(line)
    with home_of(built.parent):
        assert build(*MODELS, "--full-refresh") == []
    assert sorted(ask(built, FACT), key=str) == [("2B",), ("2B",), (None,)]
    assert ask(built, "select * from quality.recognised_spellings") == []


def test_readers_do_not_see_the_cells_that_rules_judged(built, home_of):
    with home_of(built.parent):
        assert dbt.readers_see().schema_of("spelling.spellings_judged") is None
