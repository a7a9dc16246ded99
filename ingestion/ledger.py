"""The ledger: what was delivered, what became of it, and which files in the landing folder are new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import md5
from pathlib import Path
from typing import Any

import duckdb

from data_quality.moments import next_moment, now
from ingestion import vault
from ingestion.arrivals import Delivered
from ingestion.landing import Delivery, deliveries, unfinished

LEDGER_SQL = Path(__file__).with_name("ledger.sql")
Entry = dict[str, Any]
"""Columns of a row of the ledger."""


@dataclass(frozen=True)
class News:
    """What has changed in the landing folder since the ledger was last written."""

    arrived: tuple[Delivery, ...]
    gone: tuple[str, ...]
    """Paths that no longer hold the bytes that the ledger has for them."""
    unfinished: tuple[Delivery, ...] = ()
    """New files that may still be copied, for a later run."""

    def __bool__(self) -> bool:
        return bool(self.arrived or self.gone)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the ledger if there is none."""
    con.execute(LEDGER_SQL.read_text())


def news(
    con: duckdb.DuckDBPyConnection,
    landing: Path,
    retry_refused: bool = False,
    retried: Iterable[str] = (),
    settled_seconds: float = 0,
) -> News:
    """Compare the landing folder with the ledger, reading a file only if its size or time has changed.

    `retry_refused` counts refused files as new, because a contract may have changed since; `retried` names others. A
    new file that changed within the last `settled_seconds` is left as it was.
    """
    rows = con.execute(
        """
        select distinct file_path, file_bytes, modified_ns, file_sha256, ? and status = 'refused' as is_retried
        from quality.ingest_ledger where is_present
        """,
        [retry_refused],
    ).fetchall()
    present = {path for path, *_ in rows}
    again = {path for path, *_, is_retried in rows if is_retried} | set(retried)
    known = {path: (size, modified, sha256) for path, size, modified, sha256, _ in rows if path not in again}
    here = deliveries(landing)
    new = [d for d in here if not _is_known(d, known)]
    waiting = unfinished(new, settled_seconds)
    arrived = tuple(d for d in new if d not in waiting)
    gone = present - {d.file_path for d in here} | {d.file_path for d in arrived} & present
    return News(arrived, tuple(sorted(gone)), waiting)


def _is_known(delivery: Delivery, known: dict[str, tuple[int, int, str]]) -> bool:
    size, modified, sha256 = known.get(delivery.file_path, (None, None, None))
    if size != delivery.file_bytes:
        return False
    if modified == delivery.modified_ns:
        return True
    return delivery.is_file and sha256 == vault.fingerprint(delivery.path)


def with_unknown_headers(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Return path, extract and headers of each current file in which a header is not that of a column."""
    return con.execute(
        """
        select file_path, extract, headers from quality.ingest_ledger
        where status = 'accepted'
        qualify version = max(version) over (partition by authority_code, reporting_month, extract)
            and is_present and headers like '%"column": null%'
        """
    ).fetchall()


def extracts(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the extracts that ever had an accepted file, even if it was withdrawn since."""
    rows = con.execute("select distinct extract from quality.ingest_ledger where status <> 'refused'").fetchall()
    return {extract for (extract,) in rows}


def pending(con: duckdb.DuckDBPyConnection) -> list[date]:
    """Return the months with accepted files whose rows are not loaded yet."""
    rows = con.execute(
        """
        select distinct reporting_month from quality.ingest_ledger
        where status = 'accepted' and loaded_at is null order by reporting_month
        """
    ).fetchall()
    return [month for (month,) in rows]


def forget(con: duckdb.DuckDBPyConnection, path: str) -> None:
    """Note that the file at this path is gone, or has other bytes now."""
    con.execute(
        """
        update quality.ingest_ledger set is_present = false, presence_changed_at = ?
        where is_present and file_path = ?
        """,
        [next_moment(con), path],
    )


def write(con: duckdb.DuckDBPyConnection, delivery: Delivery, sha256: str, part: Entry) -> str:
    """Enter one part of a file (its only table, or one sheet) and return its status.

    A part whose bytes are current already changes nothing. Each run looks at refused files again, because a contract
    may have changed: the new entry then replaces the refusal and keeps its time of receipt.
    """
    here = [delivery.file_path, sha256, part.get("sheet")]
    before = con.execute(
        """
        delete from quality.ingest_ledger
        where file_path = ? and file_sha256 = ? and sheet is not distinct from ? and status in ('refused', 'ignored')
        returning received_at, received_number
        """,
        here,
    ).fetchall()
    received_at, received_number = before[0] if before else (now(), None)
    moment = next_moment(con)
    if part["status"] == "accepted":
        version, *current = _current(con, part)
        # the same bytes are another version where their contract reads more of them by now
        if current == [sha256, part.get("sheet"), part.get("columns_chosen")]:
            if con.execute(
                """
                update quality.ingest_ledger
                set is_present = true, presence_changed_at = ?, modified_ns = ?, file_bytes = ?
                where file_path = ? and file_sha256 = ? and sheet is not distinct from ?
                    and (status = 'duplicate' or version = ?)
                returning 1
                """,
                [moment, delivery.modified_ns, delivery.file_bytes, *here, version],
            ).fetchall():
                return "known"
            part = part | {"status": "duplicate"}
        else:
            _withdraw_elsewhere(con, delivery, sha256, part, moment)
            part = part | {"version": _last_version(con, part) + 1}
    key = "|".join(str(value or "") for value in [*here, part.get("version")])
    row: Entry = part | {
        "delivery_id": md5(key.encode(), usedforsecurity=False).hexdigest(),
        "file_path": delivery.file_path,
        "file_name": delivery.file_path.rsplit("/", 1)[-1],
        "file_sha256": sha256,
        "file_bytes": delivery.file_bytes,
        "modified_ns": delivery.modified_ns,
        "received_at": received_at,
        "received_number": received_number or last_number(con) + 1,
        "is_present": True,
        "presence_changed_at": moment,
    }
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    insert = f"insert into quality.ingest_ledger ({columns}) values ({marks})"  # noqa: S608 (names of our own columns)
    con.execute(insert, list(row.values()))
    return str(row["status"])


def number_of(con: duckdb.DuckDBPyConnection, file_path: str) -> int | None:
    """Return the number of a file, which readers and logs know it by: that of its first sheet to come."""
    found = con.execute(
        "select min(received_number) from quality.ingest_ledger where file_path = ?", [file_path]
    ).fetchone()
    return found[0] if found else None


def moved_from(con: duckdb.DuckDBPyConnection, file_path: str) -> list[str]:
    """Return the paths that no longer count because the file has been moved from there to this path."""
    rows = con.execute(
        """
        select distinct file_path from quality.ingest_ledger
        where status = 'withdrawn' and presence_changed_at in (
            select presence_changed_at from quality.ingest_ledger where file_path = ? and status = 'accepted'
        )
        order by file_path
        """,
        [file_path],
    ).fetchall()
    return [path for (path,) in rows]


def _current(con: duckdb.DuckDBPyConnection, part: Entry) -> tuple[int, str | None, str | None, str | None]:
    """Return version, SHA-256, sheet and columns of the current delivery of an extract and month; version 0 if none."""
    found = con.execute(
        """
        select version, file_sha256, sheet, columns_chosen from quality.ingest_ledger
        where status = 'accepted' and authority_code = ? and reporting_month = ? and extract = ?
        order by version desc limit 1
        """,
        [part["authority_code"], part["reporting_month"], part["extract"]],
    ).fetchone()
    return found or (0, None, None, None)


def _last_version(con: duckdb.DuckDBPyConnection, part: Entry) -> int:
    """Return the highest version number ever given for this extract and month; 0 if none."""
    [(version,)] = con.execute(
        """
        select coalesce(max(version), 0) from quality.ingest_ledger
        where authority_code = ? and reporting_month = ? and extract = ?
        """,
        [part["authority_code"], part["reporting_month"], part["extract"]],
    ).fetchall()
    return int(version)


def last_number(con: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the file, or sheet, that was received last; 0 if none."""
    [(number,)] = con.execute("select coalesce(max(received_number), 0) from quality.ingest_ledger").fetchall()
    return int(number)


def delivered(con: duckdb.DuckDBPyConnection) -> list[Delivered]:
    """Return every file that the vault has, in the order in which they came."""
    rows = con.execute(
        """
        select file_path, file_sha256, min(modified_ns), min(received_at), bool_or(is_present)
        from quality.ingest_ledger where file_sha256 <> ''
        group by file_path, file_sha256, coalesce(version, 0)
        order by min(received_number)
        """
    ).fetchall()
    return [Delivered(*row) for row in rows]


def set_received_at(con: duckdb.DuckDBPyConnection, file_path: str, after: int, at: datetime) -> None:
    """Say when the file at a path came whose number is greater than `after`: it is being received a second time."""
    con.execute(
        "update quality.ingest_ledger set received_at = ? where file_path = ? and received_number > ?",
        [at, file_path, after],
    )


def _withdraw_elsewhere(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, sha256: str, part: Entry, moment: datetime
) -> None:
    """Withdraw the same bytes in another folder if the file has been moved here: it was there by mistake.

    It came from one place. A file that is moved keeps its time, so where one of the same time has gone, be it a refused
    one, others with the same bytes were deleted. Lists without rows are alike by chance: only their time tells.
    """
    con.execute(
        """
        with gone as (
            from quality.ingest_ledger
            where not is_present and file_sha256 = $sha256 and sheet is not distinct from $sheet
                and file_path <> $file_path
        )
        update quality.ingest_ledger set status = 'withdrawn', presence_changed_at = $moment
        where delivery_id in (
            select delivery_id from gone
            where status = 'accepted' and (authority_code, reporting_month) is distinct from ($authority, $month)
                and (
                    modified_ns = $modified_ns
                    or coalesce(row_count, 1) > 0
                    and not exists (select 1 from gone as same where same.modified_ns = $modified_ns)
                )
        )
        """,
        {
            "sha256": sha256,
            "sheet": part.get("sheet"),
            "file_path": delivery.file_path,
            "modified_ns": delivery.modified_ns,
            "authority": part["authority_code"],
            "month": part["reporting_month"],
            "moment": moment,
        },
    )
