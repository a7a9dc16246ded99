"""From a figure to the children behind it: members of figures, `csc who`, `csc due`, and what readers never see."""

import csv
import json
import shutil
from datetime import date
from statistics import median

import pytest
from click.testing import CliRunner
from conftest import ROOT
from deliveries import ask, build, child_key

from data_quality.contracts import load_contracts
from ingestion.load import load
from ingestion.receive import receive
from orchestration import dbt
from orchestration.cli import cli
from orchestration.settings import settings
from orchestration.warehouse import connect
from publication.publish import publish
from synthesis.synthesise import Request, Span, synthesise

pytestmark = pytest.mark.long

RETURNS = ROOT / "seeds" / "extracts"
MONTHS = [date(2013, 4 + n, 1) for n in range(9)]


@pytest.fixture(scope="module")
def home(tmp_path_factory, home_of):
    """Three months of made-up lists of two authorities, and one's printed returns of nine; built and published."""
    with home_of(tmp_path_factory.mktemp("who")) as file:
        landing = settings().landing_dir
        synthesise(Request(landing, Span(MONTHS[0], 3), ("croydon", "barnet"), contacts=300))
        shutil.copytree(RETURNS, landing, dirs_exist_ok=True)
        with connect(file) as con:
            receive(con, landing, settings().vault, load_contracts(), settings().first_month)
            load(con, load_contracts().values(), settings().vault, MONTHS)
        assert build() == []
        publish(file, settings().published, "run", blocking=(), visibility=dbt.readers_see())
        yield file.parent


def csc(*arguments):
    """The command's exit code and what it says."""
    done = CliRunner().invoke(cli, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def rows(*arguments):
    code, said = csc(*arguments, "--json")
    assert code == 0, said
    return json.loads(said)


# figure and list


def test_every_computed_figure_is_the_number_of_its_members(home):
    differing = ask(
        home / "warehouse.duckdb",
        """
        with counted as (
            select authority_code, month, measure_id, part, count(*) as members
            from measures.int_kpi_members where value is null group by all
        ),
        figures as (
            select authority_code, month, measure_id, unnest(['value', 'numerator', 'denominator']) as part,
                unnest([if(denominator is null, value, null), numerator, denominator]) as figure
            from marts.kpi_monthly where basis = 'computed'
        )
        select * from figures full outer join counted using (authority_code, month, measure_id, part)
        where figure is not null and figure <> coalesce(members, 0) or figure is null and members > 0
        """,
    )
    assert differing == []


def test_every_measure_of_the_register_is_counted_from_members(home):
    figures, register = (
        {name for (name,) in ask(home / "warehouse.duckdb", f"select distinct measure_id from {table}")}
        for table in ("marts.kpi_monthly where basis = 'computed'", "reference.measures where domain <> 'workforce'")
    )
    assert figures == register


def test_medians_are_those_of_their_members(home):
    different = ask(
        home / "warehouse.duckdb",
        """
        with medians as (
            select authority_code, month, measure_id, journeys as events, median from marts.mart_child_journey
            union all
            select authority_code, month,
                'working_days_of_assessment_from_' || if(clock = 'assessment', 'start', clock), assessments, median
            from marts.mart_assessment_durations
        )
        select authority_code, month, measure_id, events, medians.median, count(value), median(value)
        from medians left join measures.int_kpi_members as members using (authority_code, month, measure_id)
        group by all having events <> count(value) or medians.median <> median(value)
        """,
    )
    assert different == []
    for mart in ("mart_child_journey", "mart_assessment_durations"):
        months = f"select count(distinct (authority_code, month)) from marts.{mart} where median is not null"
        assert ask(home / "warehouse.duckdb", months) == [(2 * 3,)], mart  # two authorities, three months of lists


# csc who


# the date in a row of a list that the event is known by
DATED_BY = {
    "fct_contacts": "contact_date",
    "fct_referrals": "referral_date",
    "fct_lac": "lac_start_date",
    "fct_cpp": "cpp_start_date",
    "fct_section_47": "conference_date",
}


@pytest.mark.parametrize("measure", ["contacts_to_referral_pct", "lac_out_of_borough_pct", "cpp_new", "conferences"])
def test_who_lists_each_event_with_the_file_and_row_that_has_the_child(home, measure):
    listed = rows("who", measure, "--month", "2013-06", "--authority", "croydon")
    counts = {part: sum(row["part"] == part for row in listed) for part in ("value", "numerator", "denominator")}
    [figure] = ask(
        home / "warehouse.duckdb",
        f"""
        select coalesce(if(denominator is null, value, 0), 0), coalesce(numerator, 0), coalesce(denominator, 0)
        from marts.kpi_monthly
        where measure_id = '{measure}' and basis = 'computed' and month = '2013-06-01' and authority_code = 'E09000008'
        """,
    )
    assert tuple(counts.values()) == figure
    assert sum(figure) > 0
    for name in {row["source_file"] for row in listed}:
        with (settings().landing_dir / name).open(newline="") as file:
            lines = list(csv.reader(file))
        for row in (row for row in listed if row["source_file"] == name):
            child, *cells = lines[row["source_row"] - 1]
            assert row["child_key"] == child_key("E09000008", child)
            assert f"{date.fromisoformat(row[DATED_BY[row['event_table']]]):%d/%m/%Y}" in cells


def test_who_names_a_part_an_authority_and_no_child(home, tmp_path):
    code, said = csc(
        "who", "lac_out_of_borough_pct", "--month", "2013-06", "--part", "numerator", "--authority", "Barnet"
    )
    assert code == 0
    assert "denominator" not in said
    assert "lac_start" in said
    assert "list_8_lac.csv, row" in said
    output = tmp_path / "children.csv"
    assert csc("who", "contacts", "--month", "2013-06", "--output", str(output))[0] == 0
    with output.open(newline="") as file:
        written = list(csv.DictReader(file))
    assert len(written) == 600
    assert {row["authority_code"] for row in written} == {"E09000008", "E09000003"}
    assert list(written[0]) == [
        *("authority_code", "part", "event_table", "event_key", "child_key", "value", "contact_date"),
        *("source_file", "source_sheet", "source_row"),
    ]
    children = {child for (child,) in ask(home / "warehouse.duckdb", "select child_id from raw.annex_a_contacts")}
    assert not children & {cell for row in written for cell in row.values()}


def test_who_lists_a_median_with_each_value(home):
    listed = rows("who", "days_referral_to_assessment", "--month", "2013-06", "--authority", "croydon")
    [(journeys, middle)] = ask(
        home / "warehouse.duckdb",
        """
        select journeys, median from marts.mart_child_journey
        where measure_id = 'days_referral_to_assessment' and month = '2013-06-01' and authority_code = 'E09000008'
        """,
    )
    assert len(listed) == journeys
    assert {row["part"] for row in listed} == {"value"}
    assert median(row["value"] for row in listed) == middle


MISTAKES = {
    ("contcts", "2013-06"): '"contcts" is not a measure. Did you mean contacts?',
    ("contacts", "June"): '"June" is not a valid month. Use YYYY-MM, for example 2013-12.',
    ("contacts", "2012-06"): "There is no value of contacts for June 2012. There are lists for 2013-04 to 2013-06.",
    ("contacts", "2013-12"): "only known as the council printed it, and no list is behind a printed value",
    ("re_referrals", "2013-06"): "The lists delivered for June 2013 do not give re_referrals",
    ("days_referral_to_assessment", "2012-06"): "There is no value of days_referral_to_assessment for June 2012",
    ("contacts", "2013-06", "--part", "numerator"): "contacts has no numerator. Ask for its value.",
    ("contacts", "2013-06", "--authority", "croyden"): '"croyden" is not a known authority. Did you mean croydon?',
}


@pytest.mark.parametrize("asked", MISTAKES, ids=" ".join)
def test_who_says_what_there_is_instead(home, asked):
    measure, month, *more = asked
    code, said = csc("who", measure, "--month", month, *more)
    assert code == 1
    assert MISTAKES[asked] in said
    assert said.count("\n") == 1


def test_due_says_that_an_authority_delivered_nothing(home):
    assert csc("due", "--authority", "camden") == (1, "Error: camden has delivered no list.\n")


# what readers never see


def test_nothing_published_says_who(home):
    published = home / "published"
    with_children = {
        f"{schema}.{table}"
        for schema, table in ask(
            published / "csc.duckdb",
            "select table_schema, table_name from information_schema.columns where column_name = 'child_key'",
        )
    }
    assert not with_children & {"core.fct_child_journey"}
    assert {name.partition(".")[0] for name in with_children} == {"core", "quality"}
    assert not (published / "parquet" / "core" / "fct_child_journey.parquet").exists()
    assert (published / "parquet" / "marts" / "mart_child_journey.parquet").exists()
    assert dbt.readers_see().schema_of("core.fct_child_journey") is None
    [(journeys,)] = ask(home / "warehouse.duckdb", "select count(*) from core.fct_child_journey")
    assert journeys > 0  # there is something to keep


@pytest.mark.parametrize("command", [("who", "contacts", "--month", "2013-06"), ("due",)], ids=lambda c: c[0])
@pytest.mark.parametrize("as_private", [False, True], ids=["beside it", "in its place"])
def test_the_published_warehouse_is_refused(home, tmp_path, monkeypatch, command, as_private):
    shutil.copytree(home / "publications", tmp_path / "publications")
    (tmp_path / "published").symlink_to((home / "published").readlink())
    if as_private:
        shutil.copy(tmp_path / "published" / "csc.duckdb", tmp_path / "warehouse.duckdb")
    monkeypatch.setenv("CSC_HOME", str(tmp_path))
    settings.cache_clear()
    try:
        code, said = csc(*command)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert code == 1
    assert "What is published does not: ask the performance team" in said


# csc due


def test_due_shows_what_is_soon_and_what_is_overdue(home):
    soon = rows("due", "--authority", "croydon")
    assert {row["as_of"] for row in soon} == {"2013-06-30"}
    due = {"visits", "assessments", "care_reviews", "plan_reviews", "two_year_plans"}
    assert {row["due_list"] for row in soon} == due
    assert all(row["is_overdue"] == (row["due_date"] < row["as_of"]) for row in soon)
    later = rows("due", "--authority", "croydon", "--list", "visits", "--as-of", "2013-07-31")
    plans = "measures.int_cpp__open_at_month_end where month = '2013-06-01' and authority_code = 'E09000008'"
    # by then a visit is due to every child on a plan
    assert [(len(later),)] == ask(home / "warehouse.duckdb", f"select count(*) from {plans}")
    code, said = csc("due", "--as-of", "2013-01-31")
    assert code == 1
    assert "No list has been delivered for 31 January 2013 or before." in said
    code, said = csc("due", "--as-of", "31/01/2014")
    assert code == 1
    assert '"31/01/2014" is not a valid day. Use YYYY-MM-DD' in said
