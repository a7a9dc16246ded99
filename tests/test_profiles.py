"""One population in four profiles comes to the same facts; a census is read and nothing in it followed."""

import csv
import shutil
from datetime import date

import duckdb
import pytest
from test_facts import build, child_key

from data_quality.checks import census_rules
from data_quality.contracts import load_contracts
from ingestion import bulk, ledger
from ingestion.census import CENSUS, census_rows
from ingestion.identify import identify
from ingestion.landing import authorities
from ingestion.load import load, prepare
from ingestion.reading import read_tables
from ingestion.receive import receive
from ingestion.tables import HEAD_ROWS, Refused
from orchestration import warehouse
from orchestration.settings import settings
from synthesis.layouts import LAYOUTS
from synthesis.synthesise import Request, synthesise
from synthesis.targets import Span

MONTHS = [date(2013, 4, 1), date(2013, 5, 1)]
FOLDERS = {"annex_a": "croydon", "ssd": "barnet", "ssda903": "camden", "cin_census": "ealing"}
PROFILES = dict(zip(FOLDERS, LAYOUTS, strict=True))
BOTH = "brent"  # delivers Annex A and the Standard Safeguarding Dataset, in which one plan ends a day later

# What Annex A and another profile both give: fact, columns that name the event, columns compared, and what is left out.
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
        ("fct_lac", profile): (
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
        for profile in ("ssd", "ssda903")
    },
    **{
        ("fct_lac_placements", profile): (
            ["placement_start_date"],
            [*CHILD, "placement_end_date", "placement_type_code", "placement_provider_code"],
        )
        for profile in ("ssd", "ssda903")
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
# the census does not know of care; the other profiles tell of events from before the first list of Annex A too
MISSING_FROM = {("fct_cin_episodes", "cin_census")}


@pytest.fixture(scope="module")
def built(tmp_path_factory, home_of):
    """A warehouse of five authorities: the same children in each profile, and in two profiles at once."""
    home = tmp_path_factory.mktemp("profiles")
    for profile, layout in PROFILES.items():
        synthesise(Request(home / layout, Span(MONTHS[0], len(MONTHS)), scale=0.08, profile=layout))
        shutil.copytree(home / layout / "croydon", home / "landing" / FOLDERS[profile])
        if profile in ("annex_a", "ssd"):
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
        lists = [c.extract for c in load_contracts().values() if c.kind == "list" and c.profile == "annex_a"]
        ids = con.execute(" union ".join(f"select child_id from raw.{extract}" for extract in lists)).fetchall()
        places = [authorities()[folder] for folder in FOLDERS.values()]
        rows = [(code, child, child_key(code, child)) for code in places for (child,) in ids]
        con.executemany("insert into children values ($1, $2, $3)", rows)
        yield con


def end_a_plan_later(path):
    """In one of two profiles of a month, the first plan that ended did so a day later."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    at = rows[0].index("cppl_cp_plan_end_date")
    row = next(row for row in rows[1:] if row[at])
    day = date.fromisoformat(row[at])
    row[at] = day.replace(day=day.day % 28 + 1).isoformat()
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def events(fact: str, profile: str) -> str:
    """SQL of a fact's rows of one authority, under the children's ids, which are the same in all of them."""
    return f"""(
        select children.child_id, facts.* exclude (child_key)
        from core.{fact} as facts
        join children
            using (authority_code, child_key)
        where facts.authority_code = '{authorities()[FOLDERS[profile]]}' and facts.profile = '{profile}'
            and not facts.is_withdrawn
    )"""


@pytest.mark.parametrize(("fact", "profile"), SAME, ids="-".join)
def test_facts_that_two_profiles_fill_come_out_equal(built, fact, profile):
    key, columns = SAME[fact, profile]
    on = " and ".join(f"annex_a.{name} is not distinct from other.{name}" for name in ["child_id", *key])
    differing = ", ".join(f"count(*) filter (annex_a.{c} is distinct from other.{c}) as {c}" for c in columns)
    # of a child not yet born one profile may know the sex, and not every profile has a code for neither
    described = " or ".join(
        f"(not other.is_unborn and other.{c} <> 'U' and annex_a.{c} <> other.{c})"
        for c in ("gender_code", "ethnicity_code")
    )
    result = built.execute(
        f"""
        select count(*) as annex_a_events, count(other.child_id) as found,
            count(*) filter ({described}) as described_otherwise, {differing}
        from {events(fact, "annex_a")} as annex_a left join {events(fact, profile)} as other on {on}
        """
    )
    names = [column[0] for column in result.description]
    counts = dict(zip(names, result.fetchone(), strict=True))
    found, listed = counts.pop("found"), counts.pop("annex_a_events")
    if (fact, profile) in MISSING_FROM:
        assert listed > found > listed / 2
        counts = {name: differing - (listed - found) for name, differing in counts.items() if name != "age_years"}
        counts = {name: max(differing, 0) for name, differing in counts.items()}
    else:
        assert found == listed > 10
    assert {name: differing for name, differing in counts.items() if differing} == {}


def test_what_annex_a_shows_the_latest_of_other_profiles_have_in_full(built):
    for fact, profile in [("fct_cpp_visits", "ssd"), ("fct_lac_reviews", "ssda903"), ("fct_missing_episodes", "ssd")]:
        in_full, latest = (
            built.execute(f"select count(*) from {events(fact, name)}").fetchone()[0] for name in (profile, "annex_a")
        )
        assert in_full > latest
    ((ended, moved),) = built.execute(f"""
        select count(*) filter (placement_end_date is not null), count(change_reason_code)
        from {events("fct_lac_placements", "ssd")}
    """).fetchall()
    assert ended > moved > 0


# What Annex A does not have: fact, the two profiles that do, columns that name the event, columns compared.
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
    assert found > 10 and counts[: len(columns)] == [0] * len(columns)
    assert min(counts[len(columns) :]) > 0


def test_the_population_breaks_no_census_rule_but_raises_the_questions_about_lateness(built):
    # but where a plan was made to end a day later
    as_made = f"breaches > 0 and authority_code <> '{authorities()[BOTH]}'"
    broken = built.execute(f"select distinct rule from marts.mart_census_rules where {as_made}").fetchall()
    assert set(broken) <= {("8670Q",), ("8675Q",)}
    judged = built.execute("select count(distinct rule) from marts.mart_census_rules where events > 0").fetchone()
    assert judged == (len(census_rules()),)


def test_every_comparison_has_an_id_of_its_own_in_every_profile(built):
    twice = "select audit, comparison_id from quality.audit_comparisons group by all having count(*) > 1"
    assert built.execute(twice).fetchall() == []


def test_of_lists_that_annex_a_has_not_only_the_cells_are_judged_and_of_annex_a_each_list_once(built):
    """Seven lists a month; the Standard Safeguarding Dataset has six more, of which only reading can fail."""
    judged = {
        profile: dict(
            built.execute(
                f"""
                select check_id, count(distinct comparison_id) from quality.audit_lists
                where authority_code = '{authorities()[FOLDERS[profile]]}' group by check_id
                """
            ).fetchall()
        )
        for profile in ("annex_a", "ssd")
    }
    seven, thirteen = 7 * len(MONTHS), 13 * len(MONTHS)
    assert set(judged["annex_a"].values()) == {seven} and len(judged["annex_a"]) == 13
    of_cells = {"rows_name_their_child_and_date", "list_cells_are_readable", "list_spellings_are_known"}
    assert judged["ssd"] == {check: thirteen if check in of_cells else seven for check in judged["annex_a"]}


def test_the_status_of_an_unaccompanied_child_has_the_day_it_ceased(built):
    for profile in ("ssd", "ssda903"):
        rows = built.execute(f"""
            select is_uasc, uasc_ceased_date is not distinct from lac_end_date, count(*)
            from {events("fct_lac", profile)} where is_uasc group by all
        """).fetchall()
        assert [row[:2] for row in rows] == [(True, True)]
    assert built.execute(f"select count(uasc_ceased_date) from {events('fct_lac', 'annex_a')}").fetchone() == (0,)


def figures(built, profile: str, *measures: str) -> dict:
    """Computed figures of April by measure."""
    return dict(
        built.execute(
            """
            select measure_id, value from marts.kpi_monthly
            where basis = 'computed' and month = '2013-04-01' and authority_code = ? and list_contains(?, measure_id)
            """,
            [authorities()[FOLDERS[profile]], list(measures)],
        ).fetchall()
    )


def test_measures_of_every_review_visit_and_missing_episode_are_empty_where_only_the_latest_is_shown(built):
    visits, reviews = ("cpp_visits_made", "cpp_visits_made_in_time_pct"), ("cpp_reviewed_in_time_pct_ni67",)
    care = ("lac_reviewed_in_time_pct_ni66", "missing_episodes", "children_missing")
    latest_only = figures(built, "annex_a", *visits, *reviews, *care)
    assert latest_only == dict.fromkeys([*visits, *reviews, *care])
    in_full = figures(built, "ssd", *visits, *reviews, *care)
    assert len(in_full) == 6 and all(figure > 0 for figure in in_full.values())
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
        where measure_id like 'agency%' order by all
    """).fetchall()
    croydon = authorities()[FOLDERS["annex_a"]]
    assert shares == [
        (croydon, "agency_managers_pct", 4, 40.0, 40.0),
        (croydon, "agency_managers_pct", 5, 37.5, 37.5),
        (croydon, "agency_social_workers_pct", 4, pytest.approx(100 * 5 / 12), pytest.approx(100 * 5 / 12)),
        (croydon, "agency_social_workers_pct", 5, pytest.approx(100 * 48 / 118), pytest.approx(100 * 48 / 118)),
    ]
    found = built.execute("""
        select check_id, measure_id, month(month), observed, expected from quality.audit_comparisons
        where extract = 'workforce' and not is_agreed order by all
    """).fetchall()
    assert found == [("percentage_agrees_with_parts", "agency_managers_pct", 4, 41.0, 40.0)]
    asked = "select distinct authority_code from quality.audit_comparisons where extract = 'workforce'"
    assert built.execute(asked).fetchall() == [(croydon,)]


def test_a_published_figure_stands_beside_the_same_definition_and_another_is_a_finding(built):
    own = figures(built, "annex_a", "lac_3plus_placements_pct")["lac_3plus_placements_pct"]
    of = f"authority_code = '{authorities()[FOLDERS['annex_a']]}' and month = '2013-04-01' and basis = 'computed'"
    rows = built.execute(f"""
        select measure_id, comparator_value, difference, reason from marts.mart_comparators
        where comparator = 'published' and {of} order by all
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
    medians = built.execute(f"""
        select authorities, is_shown from marts.mart_comparators
        where measure_id = 'lac_out_of_borough_pct' and comparator like 'median%' and {of}
    """).fetchall()
    assert medians == [(3, True)]  # three of the other four deliver care


def test_of_two_profiles_the_first_of_the_setting_leads_and_differences_are_rows(built):
    code = authorities()[BOTH]
    ((profiles, plans, keys),) = built.execute(f"""
        select list(distinct profile), count(*), count(distinct cpp_key) from core.fct_cpp
        where authority_code = '{code}' and not is_withdrawn
    """).fetchall()
    assert profiles == ["ssd"] and plans == keys
    plans_alone = built.execute(f"select count(*) from {events('fct_cpp', 'ssd')}").fetchone()[0]
    assert plans == plans_alone  # the same keys from both: none is there twice
    differences = built.execute("""
        select strftime(reporting_month, '%Y-%m'), compared, expected - observed from quality.audit_profiles
        where extract = 'annex_a_cpp' and not is_agreed and compared <> 'previous_plans'
    """).fetchall()
    assert differences == [("2013-05", "cpp_end_date", 1.0)]
    same_events = built.execute("""
        select bool_and(is_agreed), count(distinct extract) from quality.audit_profiles
        where check_id = 'profiles_have_the_same_events'
    """).fetchone()
    assert same_events == (True, 7)


# --- the census file

HEAD = '<?xml version="1.0"?>\n'
CHILDREN = (
    "<Message><Header/><Children><Child><ChildIdentifiers><LAchildID>A1</LAchildID>"
    "<PersonBirthDate>2010-05-06</PersonBirthDate><GenderCurrent>F</GenderCurrent></ChildIdentifiers>"
    "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities><Disability>MOB</Disability>"
    "<Disability>LD</Disability></Disabilities></ChildCharacteristics>"
    "<CINdetails><CINreferralDate>2013-04-02</CINreferralDate><DateOfInitialCPC>2013-04-20</DateOfInitialCPC>"
    "<Assessments><AssessmentActualStartDate>2013-04-03</AssessmentActualStartDate><FactorsIdentifiedAtAssessment>"
    "<AssessmentFactors>2B</AssessmentFactors><AssessmentFactors>3A</AssessmentFactors></FactorsIdentifiedAtAssessment>"
    "</Assessments><Section47><S47ActualStartDate>2013-04-05</S47ActualStartDate></Section47>"
    "<ChildProtectionPlans><CPPstartDate>2013-04-20</CPPstartDate><NumberOfPreviousCPP>1</NumberOfPreviousCPP>"
    "<Reviews><CPPreviewDate>2013-07-18</CPPreviewDate></Reviews><Reviews><CPPreviewDate>2014-01-10</CPPreviewDate>"
    "</Reviews></ChildProtectionPlans><ReferralNFA>false</ReferralNFA></CINdetails></Child></Children></Message>"
)
ONE = CHILDREN[CHILDREN.index("<Child>") : CHILDREN.index("</Children>")]
CENSUS_PARTS = [contract for contract in load_contracts().values() if contract.profile == "cin_census"]


def rows_of(path, part):
    return [cells for name, cells in census_rows(path) if name == part]


def test_a_census_is_a_table_for_each_part_with_what_holds_around_it(tmp_path):
    path = tmp_path / "return.dat"
    path.write_text(HEAD + CHILDREN)
    tables = {table.sheet: table for table in read_tables(path)}
    assert [identify(table, load_contracts().values(), MONTHS[0]).extract for table in tables.values()] == [
        f"cin_census_{part}" for part in ("assessments", "cpp", "cpp_reviews", "plans", "referrals", "section_47")
    ]
    child = ["A1", "2010-05-06", "", "F", "WBRI", "MOB", "2013-04-02"]
    assert rows_of(path, "Reviews") == [
        [*child, "2013-04-20", "2013-07-18"],
        [*child, "2013-04-20", "2014-01-10"],
    ]
    assert rows_of(path, "Assessments") == [[*child, "2013-04-03", "", "", "2B,3A"]]
    # a conference of the episode is none of the enquiry, unless it says so itself
    assert rows_of(path, "Section47") == [[*child, "2013-04-05", "", "", ""]]
    assert len(tables["CINPlanDates"].rows) == 1


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HARM = {
    "billion laughs": (
        f'{HEAD}<!DOCTYPE Message [<!ENTITY l0 "ha">{LAUGHS}]>' + CHILDREN.replace("<LAchildID>A1", "<LAchildID>&l9;"),
        "declares a document type",
    ),
    "external entity": (
        f'{HEAD}<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + CHILDREN.replace(">A1<", ">&x;<"),
        "declares a document type",
    ),
    "document type": (
        f'{HEAD}<!DOCTYPE Message SYSTEM "http://127.0.0.1/m.dtd">{CHILDREN}',
        "declares a document type",
    ),
    "truncated": (HEAD + CHILDREN[:-40], "truncated"),
    "broken": (HEAD + CHILDREN.replace("</CINdetails>", "</CINdetail>"), "broken in line 2"),
    "undeclared entity": (HEAD + CHILDREN.replace(">A1<", ">&secret;<"), "broken in line 2"),
    "too deep": (HEAD + CHILDREN.replace("<Header/>", "<a>" * 40 + "</a>" * 40), "32 deep"),
    "endless text": (HEAD + CHILDREN.replace(">A1<", f">{'A' * 70_000}<"), "65,536 letters"),
    "another file": (f"{HEAD}<Workbook><Table/></Workbook>", "a web page (HTML or XML)"),
}


@pytest.mark.parametrize(("content", "said"), HARM.values(), ids=HARM)
def test_a_census_that_could_do_harm_or_is_cut_is_refused(tmp_path, content, said):
    path = tmp_path / "census.xml"
    path.write_text(content)
    with pytest.raises(Refused) as refused:
        read_tables(path)
    assert said in refused.value.found and "A1" not in str(refused.value)
    assert said.startswith("a web page") or refused.value.expected == CENSUS


def test_a_census_without_end_is_read_a_child_at_a_time(tmp_path):
    path = tmp_path / "census.xml"
    path.write_text(CHILDREN.replace("</Children>", ONE * 3_000 + "</Children>"))
    assert len(rows_of(path, "Reviews")) == 2 * 3_001
    assert {table.is_complete for table in read_tables(path)} == {False}


@pytest.mark.parametrize("harm", ["truncated", "broken", "undeclared entity"])
def test_a_census_is_followed_to_its_end_before_any_of_it_is_accepted(tmp_path, harm):
    path, (content, said) = tmp_path / "census.xml", HARM[harm]
    start = content.index("<Child>")
    path.write_text(content[:start] + ONE * HEAD_ROWS + content[start:])
    with pytest.raises(Refused) as refused:
        read_tables(path)
    assert said.split(" in line")[0] in refused.value.found


@pytest.fixture
def delivered(tmp_path, monkeypatch):
    """A warehouse that has received a census, and how often its elements were read since."""
    landing, vault = tmp_path / "landing", tmp_path / "vault"
    file = landing / "ealing" / "2013-05" / "census.xml"
    file.parent.mkdir(parents=True)
    read = []
    monkeypatch.setattr(bulk, "census_rows", lambda path: read.append(path) or census_rows(path))

    def deliver(content: str):
        file.write_text(content)
        ledger.prepare(con)
        for contract in CENSUS_PARTS:
            prepare(con, contract)
        assert {status for _, status in receive(con, landing, vault, load_contracts(), MONTHS[0])} == {"accepted"}
        return con, vault, read

    with duckdb.connect() as con:
        con.execute("create schema raw")
        yield deliver


def test_a_census_is_read_once_for_all_its_parts_and_what_a_killed_run_left_once_more(delivered):
    con, vault, read = delivered(CHILDREN)
    assert load(con, CENSUS_PARTS[:1], vault, MONTHS) == {"cin_census_assessments": 1} and len(read) == 1
    rows = {"cpp": 1, "cpp_reviews": 2, "plans": 0, "referrals": 1, "section_47": 1}
    assert load(con, CENSUS_PARTS, vault, MONTHS) == {"cin_census_assessments": 0} | {
        f"cin_census_{part}": count for part, count in rows.items()
    }
    assert len(read) == 2
    numbers = con.execute("select source_row, review_date, version from raw.cin_census_cpp_reviews").fetchall()
    assert numbers == [(2, "2013-07-18", 1), (3, "2014-01-10", 1)]
    assert sum(load(con, CENSUS_PARTS, vault, MONTHS).values()) == 0 and len(read) == 2
    assert list(vault.glob(".*")) == []


def test_a_census_refused_far_below_its_head_loads_nothing(delivered):
    long = ONE.replace(">A1<", f">{'A' * 70_000}<")
    con, vault, _ = delivered(CHILDREN.replace("</Children>", ONE * 2 * HEAD_ROWS + long + "</Children>"))
    assert sum(load(con, CENSUS_PARTS, vault, MONTHS).values()) == 0
    ends = con.execute("select distinct status, version, loaded_at, found from quality.ingest_ledger").fetchall()
    assert ends == [("refused", None, None, "The XML has an element of over 65,536 letters")]
    assert con.execute("select count(*) from raw.cin_census_referrals").fetchone() == (0,)


def test_every_layout_is_written_and_known_by_its_headers(built):
    known = built.execute("""
        select count(distinct extract) from quality.ingest_ledger inner join reference.extracts using (extract)
        where status = 'accepted' and notes is null and kind = 'list'
    """).fetchone()[0]
    assert known == sum(contract.kind == "list" for contract in load_contracts().values())


def test_names_workers_places_and_birth_dates_stay_where_they_are(built):
    columns = built.execute(
        "select table_schema, column_name from information_schema.columns where table_catalog = 'warehouse'"
    ).fetchall()
    lists = [contract for contract in load_contracts().values() if contract.kind == "list"]
    never = {c.name for contract in lists for c in contract.columns if c.personal == "staff"}
    never |= {"placement_postcode", "placement_urn"}
    assert {schema for schema, column in columns if column in never} == {"raw"}
    assert {schema for schema, column in columns if column == "child_id"} == {"raw"}
    assert {schema for schema, column in columns if column == "birth_date"} == {"raw", "staging", "intermediate"}
