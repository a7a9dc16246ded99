"""What each reporting month knew of the measures: kept from run to run, for `marts.kpi_as_at`.

A build gives the values of each authority's latest month. Those of an earlier month stay as that month's build gave
them, as long as the deliveries up to it are the same.
"""

from datetime import date
from pathlib import Path

import duckdb

from data_quality.findings import code_version

HERE = Path(__file__).parent
# models take what was loaded after all that they have, and here that is what is of a later month
IN_ORDER = "replace (if(loaded_at is null, null, cast(reporting_month as timestamp)) as loaded_at)"


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables where there are none. The ledger is there already."""
    con.execute(_sql("tables"))


def missing(con: duckdb.DuckDBPyConnection) -> date | None:
    """Return the first month before an authority's latest that is not known by the rules of today; None for none."""
    con.execute(_sql("forget"))
    con.execute("update history.reporting_months set is_by_current_rules = code_version = ?", [code_version()])
    found = con.execute(_sql("missing")).fetchone()
    return found[0] if found else None


def months(con: duckdb.DuckDBPyConnection, since: date) -> list[date]:
    """Return the months delivered from `since` on that come before the latest of any authority."""
    rows = con.execute(
        """
        select distinct reporting_month from history.delivered_months
        where reporting_month >= ? and not is_latest order by reporting_month
        """,
        [since],
    ).fetchall()
    return [month for (month,) in rows]


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Open the latest month of each authority for the next build. What is known of it already is forgotten."""
    con.execute(
        """
        update history.reporting_months as known set is_kept = false
        from history.delivered_months as delivered
        where known.authority_code = delivered.authority_code
            and known.reporting_month = delivered.reporting_month and delivered.is_latest
        """
    )
    con.execute(_sql("forget"))
    con.execute(_sql("begin"), {"code_version": code_version()})


def keep(con: duckdb.DuckDBPyConnection) -> None:
    """Keep what a build gave the latest months."""
    con.execute(_sql("keep"))


def copy(con: duckdb.DuckDBPyConnection, source: str, months: list[date]) -> None:
    """Replace what is known of these months by what an attached warehouse, `source`, knows of them.

    An authority's latest month is left to its own build.
    """
    for table in ("reporting_months", "kpi_values"):
        con.execute(f"delete from history.{table} where list_contains($months, reporting_month)", {"months": months})
        con.execute(
            f"""
            insert into history.{table} by name
            select copied.* from {source}.history.{table} as copied
            inner join history.delivered_months as delivered using (authority_code, reporting_month)
            where list_contains($months, reporting_month) and not delivered.is_latest
            """,
            {"months": months},
        )


def deliver(con: duckdb.DuckDBPyConnection, source: str, before: date, month: date) -> None:
    """Copy from an attached warehouse, `source`, the deliveries after the month `before` up to `month`.

    They are stamped as if each month was loaded when it ended. Where `before` is the first date there is, also copy
    what belongs to no month, and what is known of earlier months.
    """
    is_first = before == date.min
    for table, columns in _delivered(con):
        if "reporting_month" in columns:
            con.execute(
                f"""
                insert into {table} by name
                select * {IN_ORDER if "loaded_at" in columns else ""} from {source}.{table}
                where reporting_month > $before and reporting_month <= $month
                """,
                {"before": before, "month": month},
            )
        elif is_first:
            con.execute(f"insert into {table} by name select * from {source}.{table}")
    if is_first:
        copy(con, source, months(con, before))


def _delivered(con: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    """Return the tables that deliveries fill, each with its columns."""
    return con.execute(
        """
        select schema_name || '.' || table_name, list(column_name)
        from duckdb_columns()
        where database_name = current_database()
            and (schema_name in ('raw', 'spelling') or schema_name = 'quality' and table_name = 'ingest_ledger')
        group by all
        """
    ).fetchall()


def _sql(name: str) -> str:
    return (HERE / f"{name}.sql").read_text()
