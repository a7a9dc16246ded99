"""The calendar as tables: every day with its working-day number, every month with its run of working days."""

import csv
from datetime import date
from pathlib import Path

import duckdb

from synthesis.targets import Span

BANK_HOLIDAYS = Path(__file__).parent.parent / "seeds" / "reference" / "bank_holidays.csv"
BEFORE = 120  # months before the first: no opening spell is older
AFTER = 2


def make_calendar(con: duckdb.DuckDBPyConnection, span: Span) -> None:
    """Tables `day` (number of working days up to it), `workday` (by that number) and `month` (by index)."""
    with BANK_HOLIDAYS.open(newline="") as file:
        holidays = [date.fromisoformat(row["bank_holiday"]) for row in csv.DictReader(file)]
    con.execute(
        """
        create or replace table day as
        select
            day,
            isodow(day) < 6 and not list_contains($holidays::date[], day) as is_working,
            count(*) filter (isodow(day) < 6 and not list_contains($holidays::date[], day)) over (order by day) as no
        from (
            select unnest(generate_series($first::timestamp, $last::timestamp, interval 1 day))::date as day
        )
        """,
        {"holidays": holidays, "first": span.month(1 - BEFORE), "last": span.month(span.months + AFTER + 1)},
    )
    con.execute("create or replace table workday as select no, day from day where is_working order by no")
    con.execute(
        """
        create or replace table month as
        select
            date_diff('month', $first::date, date_trunc('month', day)::date) + 1 as idx,
            min(day) as first, max(day) as last,
            min(no) filter (is_working) as first_workday, count(*) filter (is_working) as workdays,
            list(day order by day) filter (is_working) as days,
            (case when month(min(day)) < 4 then make_date(year(min(day)) - 1, 4, 1)
                else make_date(year(min(day)), 4, 1) end) as fy_start
        from day group by 1 order by 1
        """,
        {"first": span.first},
    )
