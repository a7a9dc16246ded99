"""One population in four datasets comes to the same facts."""

import csv
import json
import shutil
from datetime import date

import duckdb
import pytest
from deliveries import APR, ask, build, child_key, deliver

from data_quality.checks import validation_rules
from data_quality.contracts import load_contracts
from ingestion.landing import authorities
from ingestion.load import load
from ingestion.receive import receive
from orchestration import warehouse
from orchestration.settings import settings
from synthesis.layouts import LAYOUTS
from synthesis.synthesise import Request, synthesise
from synthesis.targets import Span

pytestmark = pytest.mark.long

MONTHS = [date(2013, 4, 1), date(2013, 5, 1)]
FOLDERS = {"annex_a": "croydon", "ssd": "barnet", "ssda903": "camden", "cin_census": "ealing"}
DATASETS = dict(zip(FOLDERS, LAYOUTS, strict=True))
BOTH = "brent"  # delivers Annex A and the Standard Safeguarding Dataset, in which one plan ends a day later

# What Annex A and another dataset both give: fact, columns that name the event, columns compared, and what is left out.
CHILD = ["age_years", "age_band", "is_unborn"]
SAME = {
    ("fct_contacts", "ssd"): (
        ["contact_date", "contact_source_code", "contact_outcome_code"],
        [*CHILD],
    ),
    ("fct_referrals", "ssd"): (
        ["referral_date", "referral_source_code"],
        [*CHILD, "close_date", "referral_outcome_code", "close_reason_code", "is_no_further_action"],
    ),
    ("fct_referrals", "cin_census"): (
        ["referral_date", "referral_source_code"],
        [*CHILD, "close_date", "close_reason_code", "is_no_further_action"],
    ),
    ("fct_assessments", "ssd"): (
        ["assessment_start_date"],
        [*CHILD, "assessment_authorisation_date", "working_days", "is_child_seen", "is_support_required"],
    ),
    ("fct_assessments", "cin_census"): (
        ["assessment_start_date"],
        [*CHILD, "assessment_authorisation_date", "working_days"],
    ),
    ("fct_section_47", "ssd"): (
        ["section_47_start_date"],
        [*CHILD, "conference_date", "working_days_to_conference", "is_conference_unnecessary", "is_plan_result"],
    ),
    ("fct_section_47", "cin_census"): (
        ["section_47_start_date"],
        [*CHILD, "conference_date", "working_days_to_conference", "is_conference_unnecessary"],
    ),
    ("fct_cin_episodes", "ssd"): (
        ["cin_start_date"],
        [*CHILD, "cin_closure_date", "primary_need_code", "case_status_code"],
    ),
    ("fct_cin_episodes", "cin_census"): (["cin_start_date"], [*CHILD, "cin_closure_date", "primary_need_code"]),
    ("fct_cpp", "ssd"): (
        ["cpp_start_date"],
        [
            *CHILD,
            "cpp_end_date",
            "last_visit_date",
            "last_review_date",
            "initial_category_code",
            "latest_category_code",
            "is_seen_alone",
        ],
    ),
    ("fct_cpp", "cin_census"): (
        ["cpp_start_date"],
        [*CHILD, "cpp_end_date", "last_review_date", "initial_category_code", "latest_category_code", "previous_plans"],
    ),
    **{
        ("fct_lac", dataset): (
            ["lac_start_date"],
            [
                *CHILD,
                "lac_end_date",
                "end_reason_code",
                "is_uasc",
                "need_code",
                "legal_status_code",
                "legal_status_start_date",
                "placement_start_date",
                "placement_type_code",
                "placement_provider_code",
                "missing_episodes_12_months",
                "last_review_date",
            ],
        )
        for dataset in ("ssd", "ssda903")
    },
    **{
        ("fct_lac_placements", dataset): (
            ["placement_start_date"],
            [*CHILD, "placement_end_date", "placement_type_code", "placement_provider_code"],
        )
        for dataset in ("ssd", "ssda903")
    },
    ("fct_cpp_visits", "ssd"): (["visit_date"], [*CHILD, "is_seen_alone"]),
    ("fct_cpp_reviews", "ssd"): (["review_date"], CHILD),
    ("fct_cpp_reviews", "cin_census"): (["review_date"], CHILD),
    ("fct_lac_reviews", "ssd"): (["review_date"], CHILD),
    ("fct_lac_reviews", "ssda903"): (["review_date"], CHILD),
}
# SYNTHETIC, of no council and of no publication: what the authority with Annex A delivers beside its lists
BESIDE_LISTS = {
    "staff": [
        ["", "APR", "MAY", "2013/14 YTD"],
        ["Social workers in post", "120", "118", "118"],
        ["Permanent social workers", "70", "70", "70"],
        ["Agency social workers", "50", "48", "48"],
        ["% agency social workers", "42%", "41%", "41%"],
        ["Social workers in post (FTE)", "110.5", "108.0", "108.0"],
        ["Agency social workers (FTE)", "46.5", "45.0", "45.0"],
        ["% agency social workers (FTE)", "42%", "42%", "42%"],
        ["Average caseload", "15.2", "16.5", "16.5"],
        ["Managers in post", "25", "24", "24"],
        ["Permanent managers", "15", "15", "15"],
        ["Agency managers", "10", "9", "9"],
        ["% agency managers", "41%", "38%", "38%"],  # of April 40
    ],
    "benchmarks": [
        ["measure_id", "area_code", "area_name", "period", "unit", "value", "definition", "source", "published_on"],
        *(
            [measure, "E92000001", "England", "2012/13", "%", value, definition, "made up", "20/05/2013"]
            for measure, value, definition in [
                ("lac_3plus_placements_pct", "11", "NI 62"),
                ("lac_long_term_stable_pct_ni63", "68", "the same carer for two years"),
            ]
        ),
    ],
}
# the other datasets tell of events from before the first list of Annex A too; the census does not know of care
KNOWS_NO_CARE = {("fct_cin_episodes", "cin_census")}


@pytest.fixture(scope="module")
def built(tmp_path_factory, home_of):
    """A warehouse of five authorities: the same children in each dataset, and in two datasets at once."""
    home = tmp_path_factory.mktemp("datasets")
    for dataset, layout in DATASETS.items():
        synthesise(Request(home / layout, Span(MONTHS[0], len(MONTHS)), scale=0.08, dataset=layout))
        shutil.copytree(home / layout / "croydon", home / "landing" / FOLDERS[dataset])
        if dataset in ("annex_a", "ssd"):
            shutil.copytree(home / layout / "croydon", home / "landing" / BOTH, dirs_exist_ok=True)
    end_a_plan_later(home / "landing" / BOTH / "2013-05" / "ssd_cp_plans.csv")
    for name, rows in BESIDE_LISTS.items():
        with (home / "landing" / FOLDERS["annex_a"] / "2013-05" / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    with home_of(home) as file:
        with warehouse.connect(file) as con:
            received = receive(con, home / "landing", settings().vault, load_contracts(), MONTHS[0])
            assert {status for _, status in received} == {"accepted"}
            load(con, load_contracts().values(), settings().vault, MONTHS)
        assert build() == []
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        con.execute("create temp table children (authority_code varchar, child_id varchar, child_key varchar)")
        lists = [c.extract for c in load_contracts().values() if c.dataset == "annex_a"]
        ids = con.execute(" union ".join(f"select child_id from raw.{extract}" for extract in lists)).fetchall()
        places = [authorities()[folder] for folder in FOLDERS.values()]
        rows = [(code, child, child_key(code, child)) for code in places for (child,) in ids]
        con.executemany("insert into children values ($1, $2, $3)", rows)
        yield con


def end_a_plan_later(path):
    """In one of two datasets of a month, the first plan that ended did so a day later."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    at = rows[0].index("cppl_cp_plan_end_date")
    row = next(row for row in rows[1:] if row[at])
    day = date.fromisoformat(row[at])
    row[at] = day.replace(day=day.day % 28 + 1).isoformat()
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def events(fact: str, dataset: str) -> str:
    """SQL of a fact's rows of one authority, under the children's ids, which are the same in all of them."""
    return f"""(
        select children.child_id, facts.* exclude (child_key)
        from core.{fact} as facts
        join children
            using (authority_code, child_key)
        where facts.authority_code = '{authorities()[FOLDERS[dataset]]}' and facts.dataset = '{dataset}'
            and not facts.is_withdrawn
    )"""


@pytest.mark.parametrize(("fact", "dataset"), SAME, ids="-".join)
def test_facts_that_two_datasets_fill_come_out_equal(built, fact, dataset):
    key, columns = SAME[fact, dataset]
    on = " and ".join(f"annex_a.{name} is not distinct from other.{name}" for name in ["child_id", *key])
    differing = ", ".join(
        f"count(*) filter (other.child_id is not null and annex_a.{c} is distinct from other.{c}) as {c}"
        for c in columns
    )
    # of a child not yet born one dataset may know the sex, and not every dataset has a code for neither
    described = " or ".join(
        f"(not other.is_unborn and other.{c} <> 'U' and annex_a.{c} <> other.{c})"
        for c in ("gender_code", "ethnicity_code")
    )
    result = built.execute(
        f"""
        select count(*) as annex_a_events, count(other.child_id) as found,
            count(*) filter ({described}) as described_otherwise, {differing}
        from {events(fact, "annex_a")} as annex_a left join {events(fact, dataset)} as other on {on}
        """
    )
    names = [column[0] for column in result.description]
    counts = dict(zip(names, result.fetchone(), strict=True))
    found, listed = counts.pop("found"), counts.pop("annex_a_events")
    assert {name: differing for name, differing in counts.items() if differing} == {}
    if (fact, dataset) not in KNOWS_NO_CARE:
        assert found == listed > 10
        return
    # what is missing is of children looked after, and of none referred since the census's year began
    ((of_care, since_april),) = built.execute(f"""
        select
            count(*) filter (child_id in (select child_id from {events("fct_lac", "annex_a")})),
            count(*) filter (cin_start_date >= '2013-04-01')
        from {events(fact, "annex_a")} as annex_a
        anti join {events(fact, dataset)} as other using (child_id, cin_start_date)
    """).fetchall()
    assert (of_care, since_april) == (listed - found, 0)
    assert found > 10


def test_what_annex_a_shows_the_latest_of_other_datasets_have_in_full(built):
    # fact and dataset: the list that has them all and what names each; the column of Annex A that has the last
    lists = {
        ("fct_cpp_visits", "ssd"): ("ssd_cp_visits", "cpp_id, visit_date", "annex_a_cpp", "last_visit_date"),
        ("fct_lac_reviews", "ssda903"): ("ssda903_reviews", "child_id, review_date", "annex_a_lac", "last_review_date"),
        ("fct_missing_episodes", "ssd"): ("ssd_missing", "child_id, missing_start_date", None, None),
    }
    for (fact, dataset), (extract, names, latest_extract, column) in lists.items():
        shown, every = (
            built.execute(f"select count(*) from {events(fact, name)}").fetchone()[0] for name in ("annex_a", dataset)
        )
        assert every == distinct(built, extract, names, dataset) > 10
        assert shown == (distinct(built, latest_extract, f"child_id, {column}", "annex_a", column) if column else 0)
    # a placement that ends has a reason for the change, but where care ends with it
    ended = built.execute(f"""
        select placements.change_reason_code is null, care.child_id is not null, count(*)
        from {events("fct_lac_placements", "ssd")} as placements
        left join {events("fct_lac", "ssd")} as care
            on placements.child_id = care.child_id and placements.placement_end_date = care.lac_end_date
        where placements.placement_end_date is not null group by all order by all
    """).fetchall()
    assert [of[:2] for of in ended] == [(False, False), (True, True)]


def distinct(built, extract: str, names: str, dataset: str, filled: str = "child_id") -> int:
    """How many different ones of what `names` name the raw lists of a dataset's authority hold, in both months."""
    of = f"authority_code = '{authorities()[FOLDERS[dataset]]}' and {filled} <> ''"
    return built.execute(f"select count(distinct ({names})) from raw.{extract} where {of}").fetchone()[0]


# What Annex A does not have: fact, the two datasets that do, columns that name the event, columns compared.
BEYOND_ANNEX_A = {
    ("fct_lac_episodes", "ssd", "ssda903"): (
        ["episode_start_date"],
        [
            "episode_end_date",
            "start_reason",
            "end_reason_code",
            "legal_status_code",
            "need_code",
            "placement_type_code",
            "placement_provider_code",
        ],
    ),
    ("fct_assessments", "ssd", "cin_census"): (["assessment_start_date"], ["assessment_factors"]),
    ("fct_cin_episodes", "ssd", "cin_census"): (["cin_start_date"], ["is_cin_plan"]),
}


@pytest.mark.parametrize(("fact", "one", "other"), BEYOND_ANNEX_A, ids=lambda value: value)
def test_facts_that_annex_a_does_not_have_come_out_equal_too(built, fact, one, other):
    key, columns = BEYOND_ANNEX_A[fact, one, other]
    differing = ", ".join(f"count(*) filter (a.{c} is distinct from b.{c})" for c in columns)
    filled = ", ".join(f"count(a.{c})" for c in columns)
    found, *counts = built.execute(f"""
        select count(*), {differing}, {filled} from {events(fact, one)} as a
        join {events(fact, other)} as b using (child_id, {", ".join(key)})
    """).fetchone()
    # an event that only one of them has is of before the year, and of care where the other is the census
    since_april = built.execute(f"""
        select count(*) from {events(fact, one)} as a full join {events(fact, other)} as b using (child_id, {key[0]})
        where (a.authority_code is null or b.authority_code is null) and {key[0]} >= '2013-04-01'
    """).fetchone()
    assert since_april == (0,)
    assert found > 10
    assert counts[: len(columns)] == [0] * len(columns)
    assert min(counts[len(columns) :]) > 0


def test_the_population_breaks_no_validation_rule_but_raises_the_questions_about_lateness(built):
    # but where a plan was made to end a day later
    broken = built.execute(
        f"""
        select authority_code, rule, month(month), breaches from marts.mart_validation_rules
        where breaches > 0 and authority_code <> '{authorities()[BOTH]}' order by all
        """
    ).fetchall()
    # 45 working days before 30 April is 22 February: 21 of April, 20 of March (Easter takes one of each), four before
    late = built.execute(f"""
        select count(*) from raw.annex_a_assessments
        where authority_code = '{authorities()[FOLDERS["annex_a"]]}' and reporting_month = '2013-04-01'
            and assessment_authorisation_date is null
            and strptime(assessment_start_date, '%d/%m/%Y') < '2013-02-22'
    """).fetchone()[0]
    with_assessments = sorted(authorities()[FOLDERS[dataset]] for dataset in FOLDERS if dataset != "ssda903")
    assert broken == [(code, "8670Q", 4, late) for code in with_assessments]
    assert late > 0
    judged = built.execute("select count(distinct rule) from marts.mart_validation_rules where events > 0").fetchone()
    assert judged == (len(validation_rules()),)


def test_every_comparison_has_an_id_of_its_own_in_every_dataset(built):
    twice = "select audit, comparison_id from quality.audit_comparisons group by all having count(*) > 1"
    assert built.execute(twice).fetchall() == []


def test_the_cells_of_every_table_are_judged_and_the_rows_of_the_seven_lists_of_events(built):
    """Of the Standard Safeguarding Dataset's other tables, which hold no events of Annex A, only reading can fail."""
    judged = {
        dataset: dict(
            built.execute(
                f"""
                select check_id, count(distinct comparison_id) from quality.audit_lists
                where authority_code = '{authorities()[FOLDERS[dataset]]}' group by check_id
                """
            ).fetchall()
        )
        for dataset in ("annex_a", "ssd")
    }
    tables = {name: sum(c.dataset == name for c in load_contracts().values()) for name in judged}
    assert tables == {"annex_a": 7, "ssd": 18}
    of_cells = {"rows_name_their_child_and_date", "list_cells_are_readable", "list_spellings_are_known"}
    of_cells |= {"dates_are_day_first"}
    assert len(judged["annex_a"]) == 19
    for dataset, number in tables.items():
        assert judged[dataset] == {
            check: (number if check in of_cells else 7) * len(MONTHS) for check in judged["annex_a"]
        }


def test_the_status_of_an_unaccompanied_child_has_the_day_it_ceased(built):
    for dataset in ("ssd", "ssda903"):
        rows = built.execute(f"""
            select is_uasc, uasc_ceased_date is not distinct from lac_end_date, count(*)
            from {events("fct_lac", dataset)} where is_uasc group by all
        """).fetchall()
        assert [row[:2] for row in rows] == [(True, True)]
    assert built.execute(f"select count(uasc_ceased_date) from {events('fct_lac', 'annex_a')}").fetchone() == (0,)


def figures(built, dataset: str, *measures: str) -> dict:
    """Computed figures of April by measure."""
    return dict(
        built.execute(
            """
            select measure_id, value from marts.kpi_monthly
            where basis = 'computed' and month = '2013-04-01' and authority_code = ? and list_contains(?, measure_id)
            """,
            [authorities()[FOLDERS[dataset]], list(measures)],
        ).fetchall()
    )


def test_measures_of_every_review_visit_and_missing_episode_are_empty_where_only_the_latest_is_shown(built):
    visits, reviews = ("cpp_visits_made", "cpp_visits_made_in_time_pct"), ("cpp_reviewed_in_time_pct_ni67",)
    care = ("lac_reviewed_in_time_pct_ni66", "missing_episodes", "children_missing")
    latest_only = figures(built, "annex_a", *visits, *reviews, *care)
    assert latest_only == dict.fromkeys([*visits, *reviews, *care])
    in_full = figures(built, "ssd", *visits, *reviews, *care)
    assert len(in_full) == 6
    assert all(figure > 0 for figure in in_full.values())
    assert 80 < in_full["lac_reviewed_in_time_pct_ni66"] < 100  # nine in ten are always in time
    # the return of a year does not say whether a review before it was late
    of_the_year = {"lac_reviewed_in_time_pct_ni66": None} | {m: in_full[m] for m in care[1:]}
    assert figures(built, "ssda903", *care) == of_the_year
    of_plans = dict.fromkeys(visits) | {measure: in_full[measure] for measure in reviews}
    assert figures(built, "cin_census", *visits, *reviews) == of_plans
    of = f"authority_code = '{authorities()[FOLDERS['ssd']]}' and reporting_month = '2013-05-01'"
    ((made, missing),) = built.execute(f"""
        select
            (
                select count(distinct (cpp_id, visit_date)) from raw.ssd_cp_visits
                where {of} and visit_date like '2013-04-%' and is_seen = 'Y'
            ),
            (
                select count(*) from raw.ssd_missing
                where {of} and missing_start_date like '2013-04-%' and missing_type_code = 'M'
            )
    """).fetchall()
    assert (made, missing) == (in_full["cpp_visits_made"], in_full["missing_episodes"])


def test_a_workforce_return_gives_agency_shares_and_its_slip_and_nobody_else_is_asked_for_it(built):
    shares = built.execute("""
        select authority_code, measure_id, month(month), value, ytd_value from marts.kpi_monthly
        where measure_id like 'agency%' or measure_id = 'caseload' and value is not null order by all
    """).fetchall()
    croydon = authorities()[FOLDERS["annex_a"]]
    assert shares == [
        (croydon, "agency_managers_pct", 4, 40.0, 40.0),
        (croydon, "agency_managers_pct", 5, 37.5, 37.5),
        (
            croydon,
            "agency_social_workers_fte_pct",
            4,
            pytest.approx(100 * 46.5 / 110.5),
            pytest.approx(100 * 46.5 / 110.5),
        ),
        (croydon, "agency_social_workers_fte_pct", 5, pytest.approx(100 * 45 / 108), pytest.approx(100 * 45 / 108)),
        (croydon, "agency_social_workers_pct", 4, pytest.approx(100 * 5 / 12), pytest.approx(100 * 5 / 12)),
        (croydon, "agency_social_workers_pct", 5, pytest.approx(100 * 48 / 118), pytest.approx(100 * 48 / 118)),
        (croydon, "caseload", 4, 15.2, 15.2),
        (croydon, "caseload", 5, 16.5, 16.5),
    ]
    found = built.execute("""
        select check_id, measure_id, month(month), observed, expected from quality.audit_comparisons
        where extract = 'workforce' and not is_agreed order by all
    """).fetchall()
    assert found == [("percentage_agrees_with_parts", "agency_managers_pct", 4, 41.0, 40.0)]
    asked = "select distinct authority_code from quality.audit_comparisons where extract = 'workforce'"
    assert built.execute(asked).fetchall() == [(croydon,)]


def test_nobody_is_placed_in_the_borough_where_a_dataset_does_not_say(built):
    assert figures(built, "annex_a", "lac_out_of_borough")["lac_out_of_borough"] is not None
    assert figures(built, "ssd", "lac_out_of_borough") == {"lac_out_of_borough": None}


def test_a_published_figure_stands_beside_the_same_definition_and_another_is_a_finding(built):
    own = figures(built, "annex_a", "lac_3plus_placements_pct")["lac_3plus_placements_pct"]
    of = f"authority_code = '{authorities()[FOLDERS['annex_a']]}' and month = '2013-04-01' and basis = 'computed'"
    rows = built.execute(f"""
        select measure_id, comparator_value, difference, reason from marts.mart_comparators
        where comparator = 'published' and source = 'made up' and {of} order by all
    """).fetchall()
    another = (
        'it follows the definition "the same carer for two years", but lac_long_term_stable_pct_ni63 follows "NI 63"'
    )
    assert rows == [
        ("lac_3plus_placements_pct", 11.0, own - 11, None),
        ("lac_long_term_stable_pct_ni63", None, None, another),
    ]
    found = built.execute("""
        select message, source_ref from quality.audit_comparisons
        where check_id = 'published_statistics_can_be_compared' and not is_agreed
    """).fetchall()
    said = f"The published figure for England, lac_long_term_stable_pct_ni63, 2012/13, is not shown because {another}."
    assert found == [(said, "croydon/2013-05/benchmarks.csv, row 3")]
    around = built.execute(f"""
        select area_name, authorities, model_year, count(distinct measure_id), list(distinct period order by period)
        from marts.mart_comparators
        where statistic = 'rate_per_10000' and is_shown and source like 'DfE%' and {of} group by all order by all
    """).fetchall()
    rated = (2, ["31 March 2013"])  # children in need and plans: a flow has no twelve months
    assert around == [
        ("England", None, None, *rated),
        ("London", None, None, *rated),
        ("Outer London", None, None, *rated),
        (None, 10, 2025, *rated),
    ]
    medians = built.execute(f"""
        select authorities, is_shown from marts.mart_comparators
        where measure_id = 'lac_3plus_placements_pct' and comparator = 'median of other authorities' and {of}
    """).fetchall()
    assert medians == [(3, True)]  # three of the other four deliver care


def test_of_two_datasets_the_first_of_the_setting_leads_and_differences_are_rows(built):
    code = authorities()[BOTH]
    ((datasets, plans, keys),) = built.execute(f"""
        select list(distinct dataset), count(*), count(distinct cpp_key) from core.fct_cpp
        where authority_code = '{code}' and not is_withdrawn
    """).fetchall()
    assert datasets == ["ssd"]
    assert plans == keys
    plans_alone = built.execute(f"select count(*) from {events('fct_cpp', 'ssd')}").fetchone()[0]
    assert plans == plans_alone  # the same keys from both: none is there twice
    differences = built.execute("""
        select strftime(reporting_month, '%Y-%m'), compared, expected - observed from quality.audit_datasets
        where extract = 'annex_a_cpp' and not is_agreed and compared <> 'previous_plans'
    """).fetchall()
    assert differences == [("2013-05", "cpp_end_date", 1.0)]
    same_events = built.execute("""
        select bool_and(is_agreed), count(distinct extract) from quality.audit_datasets
        where check_id = 'datasets_have_the_same_events'
    """).fetchone()
    assert same_events == (True, 7)


def test_every_layout_is_written_and_known_by_its_headers(built):
    known = built.execute("""
        select count(distinct extract) from quality.ingest_ledger inner join reference.extracts using (extract)
        where status = 'accepted' and notes is null and kind = 'list'
    """).fetchone()[0]
    assert known == sum(contract.kind == "list" for contract in load_contracts().values())


def test_names_workers_places_and_birth_dates_stay_where_they_are(built, seeded):
    columns = built.execute(
        """
        select table_schema, table_name, column_name from information_schema.columns
        where table_catalog = 'warehouse'
        """
    ).fetchall()
    lists = [contract for contract in load_contracts().values() if contract.kind == "list"]
    never = {c.name for contract in lists for c in contract.columns if c.personal == "staff"}
    never |= {"placement_postcode", "placement_urn"}
    assert {schema for schema, _, column in columns if column in never} == {"raw"}
    assert {schema for schema, _, column in columns if column == "child_id"} == {"raw"}
    # two tables need the day of birth in schemas that readers see: the one hides the column, the other is hidden whole
    beyond = {"raw", "staging", "intermediate"}
    born = {f"{schema}.{table}" for schema, table, column in columns if column == "birth_date" and schema not in beyond}
    assert born == {"core.fct_lac", "quality.validated__lac"}
    nodes = json.loads((seeded / "dbt" / "manifest.json").read_text())["nodes"]
    assert nodes["model.csc.fct_lac"]["columns"]["birth_date"]["config"]["meta"] == {"private": True}
    assert nodes["model.csc.validated__lac"]["config"]["meta"] == {"private": True}


def test_another_ranking_of_the_datasets_takes_effect_with_the_next_whole_build(tmp_path, home_of):
    """A run builds the whole anew where a file of the project changed, such as the ranking."""
    plan = {"child_id": "1", "cpp_start_date": "02/04/2013", "cpp_end_date": ""}
    leads = "select dataset, cpp_end_date, is_withdrawn from core.fct_cpp"
    with home_of(tmp_path) as path:
        deliver(path, "annex_a_cpp", APR, [plan])
        deliver(path, "cin_census_cpp", APR, [plan | {"cpp_start_date": "2013-04-02", "cpp_end_date": "2013-04-30"}])
        assert build("--select", "+fct_cpp") == []
        assert ask(path, leads) == [("annex_a", None, False)]
        with warehouse.connect(path) as con:
            con.execute("update reference.datasets set dataset_rank = 0 where dataset = 'cin_census'")
        assert build("--full-refresh", "--select", "+fct_cpp") == []
        assert ask(path, leads) == [("cin_census", date(2013, 4, 30), False)]
