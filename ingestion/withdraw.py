"""Take a delivery out of what counts. Nothing is deleted: its file stays in the vault, its rows in the raw tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from data_quality.moments import next_moment

TABLE = """
create schema if not exists decisions;
create table if not exists decisions.withdrawn (
    delivery_id varchar not null,
    reason varchar not null,
    withdrawn_by varchar not null,
    withdrawn_at timestamp not null
);
comment on table decisions.withdrawn is 'One row per delivery that a person took out with csc withdraw.';
"""


@dataclass(frozen=True)
class Withdrawn:
    """A list or return that was taken out, and the version of its month that counts now, if any."""

    delivery_id: str
    file_path: str
    authority_code: str
    reporting_month: date
    extract: str
    version: int
    version_now: int | None


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table of what was withdrawn if there is none."""
    con.execute(TABLE)


def leave_out(con: duckdb.DuckDBPyConnection, delivery_ids: Sequence[str]) -> None:
    """Let these deliveries not count, in a copy of the warehouse; nobody decided it, so nothing else is kept."""
    con.execute(
        """
        update quality.ingest_ledger set status = 'withdrawn', presence_changed_at = $moment
        where list_contains($delivery_ids, delivery_id)
        """,
        {"delivery_ids": list(delivery_ids), "moment": next_moment(con)},
    )


def withdraw(con: duckdb.DuckDBPyConnection, file_path: str, reason: str, by: str) -> list[Withdrawn]:
    """Withdraw what counts of a file, and keep who did it and why; return it, empty where nothing of the file counts.

    The version before it counts again.
    """
    counted = con.execute(
        """
        select delivery_id, file_path, authority_code, reporting_month, extract, version
        from quality.ingest_ledger
        where status = 'accepted'
        qualify version = max(version) over (partition by authority_code, reporting_month, extract) and file_path = ?
        order by extract
        """,
        [file_path],
    ).fetchall()
    moment = next_moment(con)
    con.begin()
    found = []
    for delivery_id, path, authority_code, month, extract, version in counted:
        con.execute(
            "update quality.ingest_ledger set status = 'withdrawn', presence_changed_at = ? where delivery_id = ?",
            [moment, delivery_id],
        )
        con.execute("insert into decisions.withdrawn values (?, ?, ?, ?)", [delivery_id, reason, by, moment])
        [(now,)] = con.execute(
            """
            select max(version) from quality.ingest_ledger
            where status = 'accepted' and authority_code = ? and reporting_month = ? and extract = ?
            """,
            [authority_code, month, extract],
        ).fetchall()
        found.append(Withdrawn(delivery_id, path, authority_code, month, extract, version, now))
    con.commit()
    return found


def repeat(con: duckdb.DuckDBPyConnection) -> None:
    """Withdraw again, in a warehouse that is being made again, what a person had withdrawn."""
    prepare(con)
    con.execute(
        """
        update quality.ingest_ledger set status = 'withdrawn'
        where status = 'accepted' and delivery_id in (select delivery_id from decisions.withdrawn)
        """
    )
