"""A clean year in every dataset raises no finding about its figures or rows; one break raises exactly its own."""

import shutil
from datetime import date

import duckdb
import published_year
import pytest
from deliveries import ask, build, deliver
from returns import clean_returns, write_all_csv

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

MONTHS = [date(2013 + (month < 4), month, 1) for month in (*range(4, 13), 1, 2, 3)]
FOLDERS = {"annex_a": "croydon", "ssd": "barnet", "ssda903": "camden", "cin_census": "ealing"}
CONTRADICTED = "bexley"  # delivers one month of lists, some of whose rows contradict themselves
PRINTED = {"harrow": date(2014, 3, 1), "hounslow": date(2013, 12, 1)}  # a whole year, and nine months of one
FEBRUARY, MARCH = date(2014, 2, 1), date(2014, 3, 1)

YES, NO = "a) Yes", "b) No"
referral = {"referral_date": "10/03/2014", "referral_source_code": "q) 6: Police"}
enquiry = {"section_47_start_date": "10/03/2014"}
need = {"cin_start_date": "10/03/2014"}
plan = {"cpp_start_date": "10/05/2013"}
care = {"lac_start_date": "10/05/2013", "legal_status_code": "C2"}
ROWS = {  # list: what each of its rows says, and the check and column that it fails, if any
    "annex_a_referrals": [
        (referral | {"is_no_further_action": YES, "referral_outcome_code": "No Further Action"}, None),
        (referral | {"is_no_further_action": NO, "referral_outcome_code": "Assessment required"}, None),
        (
            referral | {"is_no_further_action": YES, "referral_outcome_code": "Assessment required"},
            ("no_further_action_agrees_with_outcome", "is_no_further_action"),
        ),
        (
            referral | {"is_no_further_action": NO, "referral_outcome_code": "No Further Action"},
            ("no_further_action_agrees_with_outcome", "is_no_further_action"),
        ),
    ],
    "annex_a_section_47": [
        (enquiry | {"conference_date": "24/03/2014", "is_conference_unnecessary": NO, "is_plan_result": YES}, None),
        (enquiry | {"is_conference_unnecessary": YES, "is_plan_result": NO}, None),
        (
            enquiry | {"conference_date": "24/03/2014", "is_conference_unnecessary": YES},
            ("conferences_agree_with_their_row", "conference_date"),
        ),
        (enquiry | {"is_plan_result": YES}, ("conferences_agree_with_their_row", "conference_date")),
    ],
    "annex_a_cin": [
        (need | {"case_status_code": "e) Closed episode", "cin_closure_date": "20/03/2014"}, None),
        (need | {"case_status_code": "c) Child in need plan"}, None),
        (
            need | {"case_status_code": "e) Closed episode"},
            ("what_has_ended_has_an_end_date", "cin_closure_date"),
        ),
    ],
    "annex_a_cpp": [  # 18 on the last day of the month, and on the day after it
        (plan | {"birth_date": "01/04/1996"}, None),
        (plan | {"birth_date": "31/03/1996", "cpp_end_date": "31/03/2014"}, None),
        (plan | {"birth_date": "31/03/1996"}, ("plans_and_periods_end_by_18", "cpp_end_date")),
    ],
    "annex_a_lac": [
        (care | {"birth_date": "01/04/1996"}, None),
        (care | {"lac_end_date": "20/03/2014", "end_reason_code": "E4A"}, None),
        (care | {"birth_date": "31/03/1996"}, ("plans_and_periods_end_by_18", "lac_end_date")),
        (care | {"end_reason_code": "E4A"}, ("what_has_ended_has_an_end_date", "lac_end_date")),
    ],
}
# measure that is 1,000 more in February: the checks that find it, and the month in which they do
BREAKS = {
    "days_1_15": {("computed_parts_fit_their_whole", "grand_total", FEBRUARY)},
    "conference_children": {("computed_parts_fit_their_whole", "conference_children", FEBRUARY)},
    "assessments_completed": {("computed_twins_agree", "grand_total", FEBRUARY)},
    "lac_out_of_borough_pct": {("computed_percentages_follow", "lac_out_of_borough_pct", FEBRUARY)},
    "lac_ceased": {("computed_stock_and_flow_reconcile", "lac_total", FEBRUARY)},
}


@pytest.fixture(scope="module")
def year(tmp_path_factory, home_of):
    """A warehouse of the same children's year in each dataset, and of one month with rows that contradict themselves."""
    home = tmp_path_factory.mktemp("year")
    for dataset, layout in zip(FOLDERS, LAYOUTS, strict=True):
        synthesise(Request(home / layout, Span(MONTHS[0], len(MONTHS)), scale=0.02, dataset=layout))
        shutil.copytree(home / layout / "croydon", home / "landing" / FOLDERS[dataset])
    for folder, month in PRINTED.items():
        write_all_csv(clean_returns(month), home / "landing" / folder / f"{month:%Y-%m}")
    with home_of(home) as file:
        take_in(file)
        for name, rows in ROWS.items():
            said = [{"child_id": str(number)} | row for number, (row, _) in enumerate(rows)]
            deliver(file, name, str(MARCH), said, authority=authorities()[CONTRADICTED])
        assert (
            build(
                "--select",
                "+audit_computed",
                "+audit_computed_parts",
                "+audit_lists",
                "+audit_withdrawals",
                "+audit_published",
            )
            == []
        )
        yield file


def take_in(file):
    with warehouse.connect(file) as con:
        received = receive(con, file.parent / "landing", settings().vault, load_contracts(), MONTHS[0])
        assert {status for _, status in received} == {"accepted"}
        load(con, load_contracts().values(), settings().vault, [*MONTHS, date.today().replace(day=1)])


def disagreeing(file, table: str) -> set[tuple]:
    return set(ask(file, f"select check_id, measure_id, month from quality.{table} where not is_agreed"))


def test_a_clean_year_raises_nothing(year):
    tables = ("audit_computed", "audit_computed_parts", "audit_withdrawals")
    assert {table: disagreeing(year, table) for table in tables} == {table: set() for table in tables}
    clean = ", ".join(f"'{authorities()[folder]}'" for folder in FOLDERS.values())
    of_rows = f"from quality.audit_lists where authority_code in ({clean})"
    assert ask(year, f"select check_id, message {of_rows} and not is_agreed") == []
    compared = dict(ask(year, "select check_id, count(*) from quality.audit_computed_parts group by all"))
    assert set(compared) == {check for found in BREAKS.values() for check, *_ in found} - {
        "computed_stock_and_flow_reconcile"
    }
    assert min(compared.values()) >= 2 * len(MONTHS)


def publish(file, said: dict, name: str) -> set[tuple]:
    """What is found once a table of published figures has come, next to what each council printed or its lists give."""
    table = {authorities()[folder]: figures for folder, figures in said.items()}
    published_year.write(table, file.parent / "landing" / "published" / f"{date.today():%Y-%m}" / f"{name}.csv")
    take_in(file)
    assert build("--select", "int_published_cells__read+,+audit_published") == []
    folders = {authorities()[folder]: folder for folder in said}
    rows = ask(
        file, "select authority_code, check_id, measure_id, month from quality.audit_published where not is_agreed"
    )
    return {(folders[code], *row) for code, *row in rows if code in folders}


def test_a_published_year_that_agrees_raises_nothing_and_each_figure_that_does_not_is_named(year):
    lists = FOLDERS["annex_a"]
    bases = dict.fromkeys(PRINTED, "reported") | {lists: "computed"}
    said = {name: published_year.year_said(year, authorities()[name], basis) for name, basis in bases.items()}
    found = publish(year, said, "as it was")
    # what shares a name and not its definition is said, as information
    names = {row for row in found if row[1] == "name_is_that_of_the_published_definition"}
    assert names <= {(lists, *row[1:]) for row in names}
    assert {measure for *_, measure, _ in names} <= {"cin_total", "lac_new", "lac_ceased"}
    assert found - names == set()
    for folder, months in {"harrow": 12, "hounslow": 9, lists: 12}.items():
        made = f"select check_id from quality.audit_published where authority_code = '{authorities()[folder]}'"
        checks = {check for (check,) in ask(year, made)}
        rates = {"rate_agrees_with_published"} if months == 12 else set()
        assert checks >= rates | {
            "first_month_follows_from_published",
            "last_month_leads_to_published",
            "year_adds_up_to_published",
        }
    assert publish(year, published_year.broken(said), "as it was not") - names == {
        (folder, check, measure, MONTHS[number - 4 if number > 3 else number + 8])
        for folder, _, _, _, check, measure, number in published_year.BREAKS
    }


def test_rows_that_contradict_themselves_are_named_and_no_others(year):
    checks = {check for rows in ROWS.values() for _, failed in rows if failed for check in failed[:1]}
    listed = ", ".join(f"'{check}'" for check in checks)
    found = ask(
        year,
        f"select list, check_id, source_column, source_row from quality.doubtful_rows where check_id in ({listed})",
    )
    assert sorted(found) == sorted(
        (name, *failed, number)
        for name, rows in ROWS.items()
        for number, (_, failed) in enumerate(rows, start=2)
        if failed
    )


def test_each_break_of_a_computed_figure_is_one_named_finding(year):
    code = authorities()[FOLDERS["annex_a"]]
    of = f"basis = 'computed' and authority_code = '{code}' and month = '{FEBRUARY}'"
    with duckdb.connect(str(year)) as con:
        for table in ("marts.kpi_monthly", "measures.int_measures__computed"):
            for measure in BREAKS:
                con.execute(f"update {table} set value = value + 1000 where measure_id = '{measure}' and {of}")
    assert build("--select", "computed_figures__compared", "audit_computed", "audit_computed_parts") == []
    found = disagreeing(year, "audit_computed") | disagreeing(year, "audit_computed_parts")
    assert found == set().union(*BREAKS.values())
