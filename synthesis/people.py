"""The cases of one authority as a table, from its plan: `people.sql` makes the rows, here only counts are laid out."""

from pathlib import Path

import duckdb

from synthesis import codes, lists
from synthesis.calendar import make_calendar
from synthesis.plan import Plan
from synthesis.targets import BANDS

SQL = Path(__file__).with_name("people.sql")


def prepare(con: duckdb.DuckDBPyConnection, plan: Plan, key: str, first_no: int = 1) -> None:
    """Macros, calendar and the plan as tables. `key` is what draws differ by; cases are numbered from `first_no`."""
    first = plan.span.first
    con.execute(
        f"create or replace macro draw(what, key) as (md5_number_lower('{key}|' || what || '|' || key) >> 1)::bigint"
    )
    con.execute(
        "create or replace macro month_idx(d) as "
        f"((year(d) - {first.year}) * 12 + month(d) - {first.month} + 1)::integer"
    )
    con.execute("create or replace macro half_month(d) as 2 * month_idx(d) + (day(d) > 15)::integer")
    make_calendar(con, plan.span)
    for statement in (*codes.statements(), *lists.MACROS):
        con.execute(statement)
    _plan_tables(con, plan, first_no)


def make_people(con: duckdb.DuckDBPyConnection) -> None:
    """Table `case_row`; the steps on the way are dropped, for at ten million contacts they are gigabytes."""
    for statement in SQL.read_text().split(";\n"):
        if statement.strip():
            con.execute(statement)
    kept = {"case_row", "day", "workday", "month"}
    for (table,) in con.execute("select table_name from duckdb_tables()").fetchall():
        if table not in kept:
            con.execute(f"drop table {table}")


def _plan_tables(con: duckdb.DuckDBPyConnection, plan: Plan, first_no: int) -> None:
    t, months, case_no = plan.targets, [], first_no
    for idx in plan.span.idxs():
        months.append((idx, t["referrals"][idx], t["referrals_leading_to_assessment"][idx], case_no))
        case_no += t["referrals"][idx]
    bands, assessment_no = [], 1
    for idx in plan.span.idxs():
        for band, (low, high) in BANDS.items():
            if t[band][idx]:
                bands.append((idx, low, high, t[band][idx], assessment_no))
                assessment_no += t[band][idx]
    groups, spell_no = [], 1
    for g in plan.groups:
        groups.append((g.kind, g.start, g.end, g.n, g.is_uasc, g.is_transfer, g.pair, spell_no))
        spell_no += g.n
    _table(con, "plan_month", "idx integer, referrals integer, assessed integer, first_no integer", months)
    _table(con, "plan_completed", "idx integer, low integer, high integer, n integer, first_no integer", bands)
    columns = "kind varchar, start_idx integer, end_idx integer, n integer, is_uasc boolean, is_transfer boolean, "
    _table(con, "plan_group", columns + "pair integer, first_no integer", groups)
    last = con.execute("select last from month where idx = ?", [plan.span.months]).fetchone()[0]
    con.execute(f"set variable window_first = date '{plan.span.first}'")
    con.execute(f"set variable window_last = date '{last}'")
    con.execute(f"set variable assessment_case_no = {case_no}")
    con.execute(f"set variable spell_case_no = {case_no + assessment_no}")
    con.execute(f"set variable next_child_no = {case_no + assessment_no + spell_no + 1}")


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple]) -> None:
    """A small table; one statement, for `executemany` takes milliseconds a row."""
    con.execute(f"create or replace table {name} ({columns})")
    if rows:
        marks = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * len(rows))
        con.execute(f"insert into {name} values {marks}", [cell for row in rows for cell in row])
