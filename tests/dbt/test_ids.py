"""A list whose ids are written otherwise than the month before, on ids worked out by hand."""

from datetime import timedelta

import pytest
from deliveries import APR, BARNET, CAMDEN, CROYDON, LOADED, MAY, ask, build, deliver

PLAN = {"cpp_start_date": "01/04/2013"}
AS_WRITTEN = [f"{number}" for number in range(10_001, 10_021)]
WITH_A_PREFIX = [f"lcs-0{number}" for number in AS_WRITTEN]
OF_OTHERS = [f"{number}" for number in range(20_001, 20_021)]


def plans(ids):
    return [{"child_id": child} | PLAN for child in ids]


@pytest.fixture(scope="module")
def audited(tmp_path_factory, home_of):
    """Of twenty plans in April, Croydon has them with a prefix in May, Barnet as before, and Camden has others."""
    with home_of(tmp_path_factory.mktemp("ids")) as path:
        for authority, ids in ((CROYDON, WITH_A_PREFIX), (BARNET, AS_WRITTEN), (CAMDEN, OF_OTHERS)):
            deliver(path, "annex_a_cpp", APR, plans(AS_WRITTEN), authority=authority)
            deliver(path, "annex_a_cpp", MAY, plans([*ids, "30001"]), authority=authority)
        assert build("--select", "+audit_ids") == []
        yield path


def found(path):
    return ask(path, "select authority_code, observed, message from quality.audit_ids where not is_agreed")


def test_ids_that_are_written_in_another_way_are_found_and_none_is_named(audited, home_of):
    [(authority, observed, message)] = found(audited)
    assert (authority, observed) == (CROYDON, 20)
    assert "May 2013: 20 ids are those of April 2013 without their letters, punctuation and leading zeros" in message
    assert "only 0 as they are written. Ids like 99999 are now like AAA-999999" in message
    assert "10001" not in message
    with home_of(audited.parent):  # the corrected list of May
        later = LOADED + timedelta(days=1)
        deliver(audited, "annex_a_cpp", MAY, plans(AS_WRITTEN), version=2, authority=CROYDON, loaded_at=later)
        assert build("--select", "+audit_ids") == []
    assert found(audited) == []
    assert ask(audited, "select count(*) from quality.audit_ids") == [(3,)]
