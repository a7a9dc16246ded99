"""What `make spark` says of two engines' tables is true, and each macro for an engine is used and explained."""

import re

import duckdb
import pytest
from conftest import ROOT

from engines import compare
from engines.compare import Compared

PORTABLE = ROOT / "dbt_project" / "macros" / "portable.sql"


@pytest.fixture
def compared(tmp_path):
    def run(spark: str) -> Compared:
        with duckdb.connect() as con:
            con.execute("create schema marts")
            con.execute(
                "create table marts.made as from (values (1, 'a', 0.1), (1, 'a', 0.1), (2, null, 0.3)) t(n, s, d)"
            )
            con.execute("alter table marts.made alter d type double")
            con.execute(f"copy ({spark}) to '{tmp_path / 'part.parquet'}'")
            return compare.compare(con, "marts.made", [str(tmp_path / "part.parquet")])

    return run


def test_the_same_rows_in_another_order_are_the_same(compared):
    same = compared("select * from (values (2, null, 0.1 + 0.2), (1, 'a', 0.1), (1, 'a', 0.1)) t(n, s, d)")
    assert same == Compared("marts.made", 3, 3, 0, 0)


def test_a_row_that_is_there_once_instead_of_twice_differs(compared):
    fewer = compared("select * from (values (1, 'a', 0.1), (2, null, 0.3)) t(n, s, d)")
    assert (fewer.duckdb, fewer.spark, fewer.only_duckdb, fewer.only_spark) == (3, 2, 1, 0)


def test_a_value_that_differs_is_named_by_its_column(compared, monkeypatch):
    other = "select * from (values (1, 'a', 0.1), (1, 'b', 0.1), (2, '', 0.3)) t(n, s, d)"
    assert compared(other) == Compared("marts.made", 3, 3, 2, 2, ("s",))
    monkeypatch.setitem(compare.MAY_DIFFER, ("marts.made", "s"), "a reason")
    assert compared(other).differing == 0


def test_another_column_is_an_error(compared):
    with pytest.raises(ValueError, match="made: DuckDB has the columns"):
        compared("select 1 as n, 'a' as s")


def test_each_macro_for_spark_is_called_and_stands_in_the_table():
    text = PORTABLE.read_text()
    table, _, macros = text.partition("#}")
    others = [path.read_text() for path in (ROOT / "dbt_project").rglob("*.sql") if path != PORTABLE]
    for name in re.findall(r"macro spark__(\w+)", macros):
        assert f"\n   {name} " in table, f"{name} does not stand in the table"
        assert any(re.search(rf"(?<!__)\b{name}\(", other) for other in others), f"nothing calls {name}"
        assert f"macro default__{name}(" in macros
