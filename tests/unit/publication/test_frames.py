"""DataFrames of what is published: their types, their values, and the answer to a wrong name."""

import duckdb
import pandas as pd
import pytest

from publication import frames
from publication.query import QueryError

TYPES = {
    "date '2013-12-01'": ("datetime64[us]", pd.Timestamp("2013-12-01")),
    "timestamp '2013-12-01 10:30:00'": ("datetime64[us]", pd.Timestamp("2013-12-01 10:30")),
    "1": ("Int64", 1),
    "cast(3 as tinyint)": ("Int64", 3),
    "sum(2)": ("Int64", 2),  # a hugeint in DuckDB
    "count(*)": ("Int64", 1),
    "true": ("boolean", True),
    "'text'": ("str", "text"),
    "1.5::double": ("float64", 1.5),
    "1.25": ("float64", 1.25),  # a decimal in DuckDB
}
MISSING = {
    "date": "datetime64[us]",
    "integer": "Int64",
    "hugeint": "Int64",
    "boolean": "boolean",
    "varchar": "str",
    "double": "float64",
    "decimal(9, 2)": "float64",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    with duckdb.connect(str(folder / "csc.duckdb")) as con:
        con.execute("create schema marts; create schema quality; create schema reference")
        con.execute(
            """
            create table reference.authorities as
            select *
            from (values ('E1', 'Alpha', 'alpha'), ('E2', 'Beta', 'beta')) as a (authority_code, authority_name, folder)
            """
        )
        con.execute(
            """
            create table marts.kpi_monthly as
            select
                authority_code, make_date(2013, 10 + n::integer, 1) as month, 'contacts' as measure_id, basis,
                if(n = 1, null, n * 10.0)::double as value, null::double as numerator, null::double as denominator,
                n::double as ytd_value, null::double as printed_value, null::double as printed_ytd,
                n <> 1 as is_supplied, date '2013-12-01' as reporting_month
            from range(3) as months (n), (values ('E1'), ('E2')) as a (authority_code),
                (values ('reported'), ('computed')) as b (basis)
            where (authority_code, basis) <> ('E2', 'reported')
            """
        )
        con.execute(
            """
            create table quality.findings as
            select
                finding_id, check_id, severity, 'E1' as authority_code, 'overview' as extract,
                date '2013-12-01' as month, 'contacts' as measure_id, 1.0::double as observed,
                null::double as expected, status, timestamp '2014-01-05 06:00:00' as first_seen_at
            from (values ('b', 'z', 'warning', 'open'), ('a', 'y', 'error', 'open'), ('c', 'x', 'error', 'resolved'))
                as f (finding_id, check_id, severity, status)
            """
        )
    return folder


@pytest.mark.parametrize("expression", TYPES)
def test_each_type_of_the_warehouse_has_its_type_in_pandas(published, expression):
    kind, value = TYPES[expression]
    column = frames.sql(published, f"select {expression} as x").x
    assert (str(column.dtype), column[0]) == (kind, value)


@pytest.mark.parametrize("kind", MISSING)
def test_a_missing_value_leaves_the_type_as_it_is(published, kind):
    column = frames.sql(published, f"select unnest([cast(null as {kind}), null]) as x").x
    assert str(column.dtype) == MISSING[kind]
    assert column.isna().all()


def test_a_measure_has_its_months_as_the_index(published):
    months = frames.measure(published, "contacts", authority="Alpha", basis="reported")
    assert months.index.tolist() == list(pd.date_range("2013-10-01", periods=3, freq="MS"))
    assert (str(months.index.dtype), months.index.name) == ("datetime64[us]", "month")
    assert months.value.isna().tolist() == [False, True, False]
    assert months.value.iloc[2] == 20
    assert months.is_supplied.tolist() == [True, False, True]
    assert set(months.authority_code) == {"E1"}
    kinds = months.dtypes[["is_supplied", "authority_name", "reporting_month"]].astype(str)
    assert kinds.tolist() == ["boolean", "str", "datetime64[us]"]


@pytest.mark.parametrize("authority", ["E2", "beta", "BETA"])
def test_an_authority_is_a_code_a_name_or_a_folder(published, authority):
    assert set(frames.measure(published, "contacts", authority).authority_code) == {"E2"}


def test_without_an_authority_a_measure_has_all(published):
    computed = frames.measure(published, "contacts")
    assert computed.groupby("authority_name").size().to_dict() == {"Alpha": 3, "Beta": 3}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measure_id": "contcts"}, '"contcts" is not a computed measure. Did you mean contacts?'),
        ({"measure_id": "contacts", "authority": "Bta"}, '"Bta" is not a known authority. Did you mean beta?'),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(published, asked, said):
    with pytest.raises(LookupError) as error:
        frames.measure(published, **asked)
    assert str(error.value) == said


def test_findings_are_the_open_ones_the_worst_first(published):
    found = frames.findings(published)
    assert found.finding_id.tolist() == ["a", "b"]
    assert frames.findings(published, with_resolved=True).finding_id.tolist() == ["c", "a", "b"]
    kinds = found.dtypes.map(str).to_dict()
    assert {kinds[column] for column in ("month", "first_seen_at")} == {"datetime64[us]"}
    assert (kinds["severity"], kinds["observed"]) == ("str", "float64")
    assert found.first_seen_at[0] == pd.Timestamp("2014-01-05 06:00")


def test_sql_only_reads(published):
    with pytest.raises(QueryError, match="DELETE is not allowed"):
        frames.sql(published, "delete from marts.kpi_monthly")
    with pytest.raises(LookupError, match="Nothing has been published"):
        frames.sql(published / "nowhere", "select 1")
