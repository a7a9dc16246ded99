"""Episodes of care whose table does not name the period of care, on rows worked out by hand."""

from datetime import date

import pytest
from deliveries import BARNET, CROYDON, MAY, ask, build, deliver

IN_APRIL = {"child_id": "1", "placement_id": "h1", "episode_start_date": "02/04/2013", "episode_end_date": "20/04/2013"}
BACK = {"child_id": "1", "placement_id": "h2", "episode_start_date": "20/04/2013", "episode_end_date": ""}
EPISODES = [
    IN_APRIL | {"episode_start_reason": "S", "episode_end_reason_code": "X1"},
    BACK | {"episode_start_reason": "P"},
    {"child_id": "2", "episode_start_date": "03/05/2013", "episode_start_reason": "S"},
]
HOMES = [
    {"child_id": "1", "placement_id": "h1", "period_id": "c1", "placement_start_date": "02/04/2013"},
    {"child_id": "1", "placement_id": "h2", "period_id": "c1", "placement_start_date": "20/04/2013"},
    {"child_id": "2", "placement_id": "h3", "period_id": "c2", "placement_start_date": "03/05/2013"},
]


@pytest.fixture(scope="module")
def built(tmp_path_factory, home_of):
    """Croydon delivers placements that name the periods, Barnet none."""
    with home_of(tmp_path_factory.mktemp("periods")) as path:
        homes = [row | {"placement_type_code": "U4", "placement_provider_code": "PR1"} for row in HOMES]
        deliver(path, "ssd_cla_placement", MAY, homes, authority=CROYDON)
        for authority in (CROYDON, BARNET):
            deliver(path, "ssd_cla_episodes", MAY, EPISODES, authority=authority)
        assert build("--select", "+fct_lac", "+fct_lac_placements") == []
        yield path


@pytest.mark.parametrize("authority", [CROYDON, BARNET])
def test_a_period_of_care_is_that_of_its_placements_or_begins_with_its_reason(built, authority):
    periods = ask(
        built,
        f"select lac_start_date, lac_end_date from core.fct_lac where authority_code = '{authority}' order by all",
    )
    assert periods == [(date(2013, 4, 2), None), (date(2013, 5, 3), None)]


def test_placements_are_of_the_periods_that_they_name(built):
    placed = ask(
        built,
        """
        select periods.lac_start_date, homes.placement_start_date
        from core.fct_lac_placements as homes inner join core.fct_lac as periods using (lac_key)
        order by all
        """,
    )
    assert placed == [
        (date(2013, 4, 2), date(2013, 4, 2)),
        (date(2013, 4, 2), date(2013, 4, 20)),
        (date(2013, 5, 3), date(2013, 5, 3)),
    ]
