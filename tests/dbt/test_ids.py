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
    """Of twenty plans in April, Croydon has them with a prefix in May, Barnet as before, and Camden has others.

    Of three plans, one council gives two ids without their zeros in May, and one of them in quotes in both months.
    """
    with home_of(tmp_path_factory.mktemp("ids")) as path:
        for authority, ids in ((CROYDON, WITH_A_PREFIX), (BARNET, AS_WRITTEN), (CAMDEN, OF_OTHERS)):
            deliver(path, "annex_a_cpp", APR, plans(AS_WRITTEN), authority=authority)
            deliver(path, "annex_a_cpp", MAY, plans([*ids, "30001"]), authority=authority)
        deliver(path, "annex_a_cpp", APR, plans(["0010001", "000777", '="0888"', "20000"]), authority="saved")
        deliver(path, "annex_a_cpp", MAY, plans(["10001", "777", "'0888", "20000", "0999"]), authority="saved")
        assert build("--select", "+audit_ids") == []
        yield path


def found(path, and_so="and check_id = 'ids_keep_their_form'"):
    return ask(path, f"select authority_code, observed, message from quality.audit_ids where not is_agreed {and_so}")


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
    assert ask(audited, "select check_id, count(*) from quality.audit_ids group by 1 order by 1") == [
        ("ids_keep_their_form", 4),
        ("ids_keep_their_zeros", 4),
    ]


def test_zeros_that_a_spreadsheet_dropped_are_found_though_the_child_is_the_same(audited):
    [(authority, observed, message)] = found(audited, "and check_id = 'ids_keep_their_zeros'")
    assert (authority, observed) == ("saved", 2)
    assert 'May 2013: in the column "Child Unique ID", 2 of the 4 ids that are in the list of April 2013' in message
    assert "lost the zeros that they began with: 6 to 7 digits then, 3 to 5 now." in message
    assert "777" not in message
