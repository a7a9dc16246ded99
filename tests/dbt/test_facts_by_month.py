"""Months of lists become facts, on rows worked out by hand: one by one as all at once, corrected, late and withdrawn."""

from datetime import date, timedelta

import pytest
from deliveries import APR, JUN, LOADED, MAY, ask, build, deliver

pytestmark = pytest.mark.long


def contact(child, day, **more):
    return {
        "child_id": child,
        "contact_date": day,
        "contact_source_code": "q) 6: Police",
        "is_open_case": "b) No",
    } | more


def plan(child, start, end="", **more):
    return {
        "child_id": child,
        "cpp_start_date": start,
        "cpp_end_date": end,
        "latest_category_code": "a) Neglect",
    } | more


def looked_after(child, start, placed, end="", **more):
    return {"child_id": child, "lac_start_date": start, "lac_end_date": end, "placement_start_date": placed} | more


def enquiry(child, start, conference):
    return {"child_id": child, "section_47_start_date": start, "conference_date": conference}


STEPS = [
    # April: two contacts; three plans, two children looked after; an enquiry, told in two datasets
    [
        ("annex_a_section_47", APR, 1, [enquiry("1", "02/04/2013", "12/04/2013")]),
        ("cin_census_section_47", APR, 1, [enquiry("1", "2013-04-02", "2013-04-11")]),
        ("annex_a_contacts", APR, 1, [contact("1", "02/04/2013"), contact("2", "03/04/2013")]),
        (
            "annex_a_cpp",
            APR,
            1,
            [plan("1", "02/04/2013", last_visit_date="20/04/2013"), plan("2", "03/04/2013"), plan("3", "01/04/2013")],
        ),
        (
            "annex_a_lac",
            APR,
            1,
            [looked_after("1", "02/04/2013", "02/04/2013"), looked_after("2", "02/04/2013", "02/04/2013")],
        ),
    ],
    # May: a list of May alone with a late entry of April; plan 1 ended, plan 3 is withdrawn, one began in April after
    # all; child 1 moved; an enquiry that only one dataset has
    [
        ("annex_a_section_47", MAY, 1, [enquiry("1", "02/04/2013", "12/04/2013")]),
        ("cin_census_section_47", MAY, 1, [enquiry("4", "2013-05-02", "")]),
        ("annex_a_contacts", MAY, 1, [contact("1", "07/05/2013"), contact("9", "30/04/2013")]),
        (
            "annex_a_cpp",
            MAY,
            1,
            [
                plan("1", "02/04/2013", "20/05/2013", last_visit_date="15/05/2013"),
                plan("2", "03/04/2013", latest_category_code="d) Emotional abuse"),
                plan("4", "25/04/2013"),
            ],
        ),
        (
            "annex_a_lac",
            MAY,
            1,
            [
                looked_after("1", "02/04/2013", "10/05/2013"),
                looked_after("2", "02/04/2013", "02/04/2013", "30/05/2013"),
            ],
        ),
    ],
    # A correction of April without its second contact, one of its enquiry in the other dataset, and June; in one run
    [
        ("cin_census_section_47", APR, 2, [enquiry("1", "2013-04-02", "2013-04-12")]),
        ("annex_a_contacts", APR, 2, [contact("1", "02/04/2013", contact_outcome_code="No Further Action")]),
        ("annex_a_contacts", JUN, 1, [contact("3", "03/06/2013")]),
        (
            "annex_a_cpp",
            JUN,
            1,
            [plan("1", "02/04/2013", "20/05/2013"), plan("2", "03/04/2013"), plan("4", "25/04/2013")],
        ),
    ],
]
TABLES = (
    "core.fct_contacts",
    "core.fct_cpp",
    "core.fct_cpp_visits",
    "core.fct_lac",
    "core.fct_lac_placements",
    "core.fct_child_journey",
    "marts.kpi_monthly",
    "quality.audit_datasets",
)


FACTS_AND_FIGURES = ("--select", "+core", "+kpi_monthly", "+mart_breakdowns", "+restatements", "+audit_datasets")


@pytest.fixture(scope="module")
def months(tmp_path_factory, home_of):
    """The same deliveries month by month, and all at once: two warehouses."""
    paths = []
    for name, is_stepwise in (("stepwise", True), ("at_once", False)):
        with home_of(tmp_path_factory.mktemp(name)) as path:
            for number, deliveries in enumerate(STEPS):
                for extract, month, version, rows in deliveries:
                    deliver(path, extract, month, rows, version, loaded_at=LOADED + timedelta(days=30 * number))
                if is_stepwise or number == len(STEPS) - 1:
                    assert build(*FACTS_AND_FIGURES) == []
            paths.append(path)
    return paths


@pytest.mark.parametrize("table", TABLES)
def test_month_by_month_gives_the_same_as_all_at_once(months, table):
    stepwise, at_once = (ask(path, f"select * from {table} order by all") for path in months)
    assert stepwise
    assert stepwise == at_once


def test_a_corrected_month_is_compared_anew_in_both_datasets_and_the_others_stand(months):
    compared = ask(
        months[0],
        """
        select month(reporting_month), compared, observed, expected from quality.audit_datasets
        where compared like 'events%' or compared = 'conference_date' order by all
        """,
    )
    leading, other = "events of the leading dataset", "events of the other dataset"
    # of May's rows none is in both, and that of Annex A, which leads, is of April
    assert compared == [
        *[(4, what, 1, 1) for what in ("conference_date", leading, other)],
        (5, leading, 0, 0),
        (5, other, 0, 1),
    ]


def test_building_again_with_nothing_new_changes_nothing(months, home_of):
    before = [ask(months[0], f"select * from {table} order by all") for table in TABLES]
    with home_of(months[0].parent):
        assert build(*FACTS_AND_FIGURES) == []
    assert [ask(months[0], f"select * from {table} order by all") for table in TABLES] == before


def test_one_row_per_contact_with_the_corrected_one_withdrawn_and_the_late_one_in_its_month(months):
    rows = ask(
        months[0],
        """
        select contact_date, contact_outcome_code, first_reporting_month, deliveries.version, is_withdrawn
        from core.fct_contacts inner join intermediate.int_deliveries as deliveries using (delivery_id) order by all
        """,
    )
    apr, may, jun = (date.fromisoformat(m) for m in (APR, MAY, JUN))
    assert rows == [
        (date(2013, 4, 2), "NFA", apr, 2, False),
        (date(2013, 4, 3), None, apr, 1, True),
        (date(2013, 4, 30), None, may, 1, False),
        (date(2013, 5, 7), None, may, 1, False),
        (date(2013, 6, 3), None, jun, 1, False),
    ]


def test_a_plan_missing_from_the_next_list_is_withdrawn_and_a_back_dated_one_restates_the_month(months):
    plans = ask(
        months[0],
        "select cpp_start_date, cpp_end_date, latest_category_code, is_withdrawn from core.fct_cpp order by all",
    )
    assert plans == [
        (date(2013, 4, 1), None, "NEG", True),
        (date(2013, 4, 2), date(2013, 5, 20), "NEG", False),
        (date(2013, 4, 3), None, "NEG", False),
        (date(2013, 4, 25), None, "NEG", False),
    ]
    figures = ask(
        months[0],
        """
        select measure_id, month(month), value, ytd_value from marts.kpi_monthly
        where
            basis = 'computed'
            and measure_id in ('contacts', 'cpp_total', 'cpp_new', 'cpp_ceased', 'lac_total')
        order by all
        """,
    )
    assert figures == [
        *[("contacts", 4, 2.0, 2.0), ("contacts", 5, 1.0, 3.0), ("contacts", 6, 1.0, 4.0)],
        *[("cpp_ceased", 4, 0.0, 0.0), ("cpp_ceased", 5, 1.0, 1.0), ("cpp_ceased", 6, 0.0, 1.0)],
        *[("cpp_new", 4, 3.0, 3.0), ("cpp_new", 5, 0.0, 3.0), ("cpp_new", 6, 0.0, 3.0)],
        *[("cpp_total", 4, 3.0, 3.0), ("cpp_total", 5, 2.0, 2.0), ("cpp_total", 6, 2.0, 2.0)],
        *[("lac_total", 4, 2.0, 2.0), ("lac_total", 5, 1.0, 1.0)],  # no list of June: no figure
    ]


def test_a_computed_figure_that_later_lists_change_is_restated_once_whatever_is_made_anew(months, home_of):
    restated = """
        select measure_id, month(month), month(earlier_reporting_month), earlier_figure, month(reporting_month), figure
        from quality.restatements where basis = 'computed' and measure_id in ('contacts', 'cpp_new', 'cpp_total')
        order by all
    """
    assert ask(months[1], restated) == []  # all at once: nothing was stated before
    # a contact of April came late, another was withdrawn; of the plans one left and one came, which leaves three
    expected = [("contacts", 4, 4, 2.0, 5, 3.0), ("contacts", 4, 5, 3.0, 6, 2.0)]
    assert ask(months[0], restated) == expected
    with home_of(months[0].parent):
        assert build("--full-refresh", *FACTS_AND_FIGURES) == []
    assert ask(months[0], restated) == expected


def test_visits_and_placements_are_gathered_from_the_latest_of_each_month(months):
    visits = ask(months[0], "select visit_date, is_withdrawn from core.fct_cpp_visits order by all")
    assert visits == [(date(2013, 4, 20), False), (date(2013, 5, 15), False)]
    placements = ask(
        months[0], "select placement_start_date, placement_end_date from core.fct_lac_placements order by all"
    )
    assert placements == [
        (date(2013, 4, 2), date(2013, 5, 10)),
        (date(2013, 4, 2), date(2013, 5, 30)),
        (date(2013, 5, 10), None),
    ]


def test_breakdowns_add_up_to_their_measure(months):
    rows = ask(
        months[0],
        """
        select measure_id, breakdown, month, sum(value), min(total), max(total) from marts.mart_breakdowns
        group by all order by all
        """,
    )
    # those of the months' figures above; one of two children left care in May, and no list of care came in June
    totals = {"contacts": {4: 2, 5: 1, 6: 1}, "cpp_total": {4: 3, 5: 2, 6: 2}, "lac_total": {4: 2, 5: 1}}
    totals["lac_ceased"] = {5: 1}
    of = {
        "contacts": ["outcome", "source"],
        "cpp_total": ["category of abuse"],
        "lac_ceased": ["reason"],
        "lac_total": ["age band", "placement location", "placement type", "unaccompanied asylum seeker"],
    }
    assert rows == [
        (measure, breakdown, date(2013, month, 1), total, total, total)
        for measure, breakdowns in of.items()
        for breakdown in breakdowns
        for month, total in totals[measure].items()
    ]
