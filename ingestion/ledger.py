"""The ledger: what was delivered, what became of it, and what in the landing folder it does not know yet."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import md5
from pathlib import Path

import duckdb

from ingestion import vault
from ingestion.landing import Delivery, deliveries

LEDGER_SQL = Path(__file__).with_name("ledger.sql")
SAME_PART = "file_path = ? and file_sha256 = ? and sheet is not distinct from ?"


@dataclass(frozen=True)
class News:
    """What changed in the landing folder since the ledger was last written."""

    arrived: tuple[Delivery, ...]
    gone: tuple[str, ...]
    """Paths that no longer hold the bytes the ledger says they hold."""

    def __bool__(self) -> bool:
        return bool(self.arrived or self.gone)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the ledger where there is none."""
    con.execute(LEDGER_SQL.read_text())


def news(con: duckdb.DuckDBPyConnection, landing: Path, retry_refused: bool = False) -> News:
    """Compare the landing folder with the ledger. A file is read only when its size or time changed.

    `retry_refused` counts refused files as new, for use after a contract changed.
    """
    rows = con.execute(
        """
        select distinct file_path, file_bytes, modified_ns, file_sha256, ? and status = 'refused' as is_retried
        from quality.ingest_ledger where is_present
        """,
        [retry_refused],
    ).fetchall()
    present = {path for path, *_ in rows}
    retried = {path for path, *_, is_retried in rows if is_retried}
    known = {path: (size, modified, sha256) for path, size, modified, sha256, _ in rows if path not in retried}
    here = deliveries(landing)
    arrived = tuple(d for d in here if not _is_known(d, known))
    gone = present - {d.file_path for d in here} | {d.file_path for d in arrived} & present
    return News(arrived, tuple(sorted(gone)))


def _is_known(delivery: Delivery, known: dict[str, tuple[int, int, str]]) -> bool:
    size, modified, sha256 = known.get(delivery.file_path, (None, None, None))
    if size != delivery.file_bytes:
        return False
    return modified == delivery.modified_ns or sha256 == vault.fingerprint(delivery.path)


def pending(con: duckdb.DuckDBPyConnection) -> list[date]:
    """Months with accepted files whose rows have not been loaded yet."""
    rows = con.execute(
        """
        select distinct reporting_month from quality.ingest_ledger
        where status = 'accepted' and loaded_at is null order by reporting_month
        """
    ).fetchall()
    return [month for (month,) in rows]


def forget(con: duckdb.DuckDBPyConnection, path: str) -> None:
    """The bytes known at this path lie there no more."""
    con.execute(
        """
        update quality.ingest_ledger set is_present = false, presence_changed_at = ?
        where is_present and file_path = ?
        """,
        [_now(), path],
    )


def write(con: duckdb.DuckDBPyConnection, delivery: Delivery, sha256: str, part: dict) -> str:
    """Enter one part of a file (its one table, or a sheet) and return its status.

    What is current already by the same bytes changes nothing. A refused file is looked at again whenever a run starts,
    for its contract may have changed: what it became then replaces the refusal and keeps its time.
    """
    here = [delivery.file_path, sha256, part.get("sheet")]
    before = con.execute(
        f"""
        delete from quality.ingest_ledger
        where {SAME_PART} and status in ('refused', 'ignored') returning received_at
        """,
        here,
    ).fetchall()
    received_at = before[0][0] if before else _now()
    if part["status"] == "accepted":
        current = _current(con, part)
        if current[1:] == (sha256, part.get("sheet")):
            if con.execute(
                f"""
                update quality.ingest_ledger set is_present = true, presence_changed_at = ?, modified_ns = ?
                where {SAME_PART} and (status = 'duplicate' or version = ?) returning 1
                """,
                [_now(), delivery.modified_ns, *here, current[0]],
            ).fetchall():
                return "known"
            part = part | {"status": "duplicate"}
        else:
            _withdraw_elsewhere(con, sha256, part)
            part = part | {"version": _last_version(con, part) + 1}
    key = "|".join(str(value or "") for value in [*here, part.get("version")])
    row = part | {
        "delivery_id": md5(key.encode()).hexdigest(),
        "file_path": delivery.file_path,
        "file_name": delivery.path.name,
        "file_sha256": sha256,
        "file_bytes": delivery.file_bytes,
        "modified_ns": delivery.modified_ns,
        "received_at": received_at,
        "is_present": True,
        "presence_changed_at": _now(),
    }
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    con.execute(f"insert into quality.ingest_ledger ({columns}) values ({marks})", list(row.values()))
    return row["status"]


def _current(con: duckdb.DuckDBPyConnection, part: dict) -> tuple[int, str | None, str | None]:
    """Version, SHA-256 and sheet of what stands for this extract and month now; version 0 when nothing does."""
    found = con.execute(
        """
        select version, file_sha256, sheet from quality.ingest_ledger
        where status = 'accepted' and authority_code = ? and reporting_month = ? and extract = ?
        order by version desc limit 1
        """,
        [part["authority_code"], part["reporting_month"], part["extract"]],
    ).fetchone()
    return found or (0, None, None)


def _last_version(con: duckdb.DuckDBPyConnection, part: dict) -> int:
    """The highest version number ever given for this extract and month; 0 when none was."""
    found = con.execute(
        """
        select max(version) from quality.ingest_ledger
        where authority_code = ? and reporting_month = ? and extract = ?
        """,
        [part["authority_code"], part["reporting_month"], part["extract"]],
    ).fetchone()
    return found[0] or 0


def _withdraw_elsewhere(con: duckdb.DuckDBPyConnection, sha256: str, part: dict) -> None:
    """The same bytes lay in another folder and no longer do: they had been put there by mistake."""
    con.execute(
        """
        update quality.ingest_ledger set status = 'withdrawn', presence_changed_at = ?
        where status = 'accepted' and not is_present and file_sha256 = ? and sheet is not distinct from ?
            and (authority_code, reporting_month) is distinct from (?, ?)
        """,
        [_now(), sha256, part.get("sheet"), part["authority_code"], part["reporting_month"]],
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
