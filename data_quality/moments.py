"""Times that tell what came after what in the warehouse, whatever the clock of the machine does."""

from datetime import UTC, datetime, timedelta

import duckdb

ORDERED = {  # the columns by which the warehouse knows what came first
    ("quality", "ingest_ledger"): ("loaded_at", "presence_changed_at"),
    ("quality", "check_results"): ("checked_at",),
    ("decisions", "accepted"): ("accepted_at",),
    ("spelling", "spellings_read_to"): ("loaded_at",),
}


def now() -> datetime:
    """Return what the clock says (UTC). It tells people when something was, and orders nothing: it may be set back."""
    return datetime.now(UTC).replace(tzinfo=None)


def next_moment(con: duckdb.DuckDBPyConnection) -> datetime:
    """Return a time (UTC) later than every one that orders anything in the warehouse.

    It is what the clock says, except after the clock was set back: then it is a microsecond after the last one, so that
    the order of things stays true even where the hour is not.
    """
    there = con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    moments = " union all ".join(
        f"select max({column}) as moment from {'.'.join(table)}"
        for table, columns in ORDERED.items()
        if table in there
        for column in columns
    )
    [(last,)] = con.execute(f"select max(moment) from ({moments})").fetchall()
    return max(now(), last + timedelta(microseconds=1)) if last else now()
