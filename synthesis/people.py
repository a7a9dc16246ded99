"""Make the cases of one authority from its plan: `sql/people.sql` makes the rows, this module the counts."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from dateutil.relativedelta import relativedelta

from synthesis import codes
from synthesis.layouts import SQL
from synthesis.plan import Plan
from synthesis.targets import BANDS, Span

BANK_HOLIDAYS = Path(__file__).parent.parent / "seeds" / "reference" / "bank_holidays.csv"
MONTHS_BEFORE = 120  # no period in the opening stock is older
MONTHS_AFTER = 2
KEPT = {"case_row", "day", "workday", "month"}


def prepare(con: duckdb.DuckDBPyConnection, plan: Plan, key: str, first_no: int = 1) -> None:
    """Create the macros, the calendar and the plan's tables.

    Args:
        con: The connection to create them in.
        plan: What to make.
        key: Two keys draw different numbers.
        first_no: The number of the first case.
    """
    _macros(con, plan.span, key)
    _plan_tables(con, plan, first_no)


def make_people(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table `case_row` and the views that the files read.

    The tables on the way are dropped: at ten million contacts they take gigabytes.
    """
    con.execute((SQL / "people.sql").read_text())
    for (table,) in con.execute("select table_name from duckdb_tables()").fetchall():
        if table not in KEPT:
            con.execute(f"drop table {table}")
    con.execute((SQL / "views.sql").read_text())


def set_variables(con: duckdb.DuckDBPyConnection, values: Mapping[str, object]) -> None:
    """Set variables that the SQL reads with `getvariable`."""
    for name, value in values.items():
        con.execute(f"set variable {name} = ?", [value])


def one(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> Any:
    """Return the only cell of a query's only row."""
    rows = con.execute(sql, list(values)).fetchall()
    return rows[0][0]


def _macros(con: duckdb.DuckDBPyConnection, span: Span, key: str) -> None:
    """Create the macros and the calendar."""
    with BANK_HOLIDAYS.open(newline="") as file:
        holidays = [date.fromisoformat(row["bank_holiday"]) for row in csv.DictReader(file)]
    set_variables(
        con,
        {
            "draw_key": key,
            "window_first": span.first,
            "bank_holidays": holidays,
            "calendar_first": span.first - relativedelta(months=MONTHS_BEFORE),
            "calendar_last": span.month(span.months + MONTHS_AFTER + 1),
        },
    )
    for statement in codes.statements():
        con.execute(statement)
    con.execute((SQL / "macros.sql").read_text())
    con.execute((SQL / "calendar.sql").read_text())


def _plan_tables(con: duckdb.DuckDBPyConnection, plan: Plan, first_no: int) -> None:
    """Create the plan's tables; each row has the number of its first case, assessment or period."""
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
    set_variables(
        con,
        {
            "window_last": one(con, "select last from month where idx = ?", [plan.span.months]),
            "assessment_case_no": case_no,
            "spell_case_no": case_no + assessment_no,
            "next_child_no": case_no + assessment_no + spell_no + 1,
        },
    )


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Create a small table in one statement: `executemany` takes milliseconds a row."""
    con.execute(f"create or replace table {name} ({columns})")
    if rows:
        marks = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * len(rows))
        con.execute(f"insert into {name} values {marks}", [cell for row in rows for cell in row])
