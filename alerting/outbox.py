"""The outbox: the digests, which channel has received which, and the findings and runs that they have reported.

It is a small SQLite file next to the warehouse, because it must work when the warehouse is locked, broken or gone. It
reserves space, so that a full disk still has room for the alert that the disk is full.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alerting.digest import Rendered, Told

RESERVE_BYTES = 1 << 20
KEPT = 100  # digests
SLOWEST_RETRY = timedelta(hours=1)
ID_FORMAT = "%Y%m%dT%H%M%S%f"  # of a digest
SCHEMA = """
create table if not exists told (
    finding text primary key, check_id text not null, severity text not null, since text not null, what text not null
) without rowid;
create table if not exists told_runs (run_id text primary key) without rowid;
create table if not exists begun (run_id text primary key, pid integer not null, begun_at text not null) without rowid;
create table if not exists digests (
    digest_id text primary key, made_at text not null, subject text not null, rendered text not null
) without rowid;
create table if not exists deliveries (
    digest_id text not null, channel text not null, status text not null, attempts integer not null, reason text,
    next_attempt_at text not null, sent_at text, primary key (digest_id, channel)
) without rowid;
create table if not exists room (bytes blob);
create table if not exists made (made_at text not null);
"""


@dataclass(frozen=True)
class Delivery:
    """A digest on its way to one channel."""

    digest_id: str
    channel: str
    attempts: int
    rendered: Rendered


def folder(home: Path) -> Path:
    """Return the folder of the outbox, of the digests as files and of the locks."""
    return home / "alerts"


def _file(home: Path) -> Path:
    return folder(home) / "outbox.sqlite"


@contextmanager
def opened(home: Path) -> Iterator[sqlite3.Connection]:
    """Open the outbox in one transaction, and create it if there is none; a damaged one is renamed and replaced."""
    made = not _file(home).exists()
    folder(home).mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        con = _connect(home)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        _file(home).rename(_file(home).with_suffix(f".damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}"))
        con, made = _connect(home), True
    try:
        if made:
            _file(home).chmod(0o600)
        con.execute("begin immediate")
        yield con
        con.execute("commit")
    except BaseException:
        if con.in_transaction:
            con.execute("rollback")
        raise
    finally:
        con.close()


def _connect(home: Path) -> sqlite3.Connection:
    con = sqlite3.connect(_file(home), timeout=30, isolation_level=None)
    try:
        con.execute("pragma journal_mode = persist")  # so that the journal keeps its space on the disk too
        con.execute("pragma synchronous = full")
        tables = con.execute("select count(*) from sqlite_master where type = 'table'").fetchone()[0]
        if tables < SCHEMA.count("create table"):
            con.executescript(SCHEMA)
            con.execute("insert into made select ? where not exists (select 1 from made)", [_now()])
        return con
    except BaseException:
        con.close()
        raise


def reserve(home: Path) -> None:
    """Grow the free space in the file, and in its journal, to RESERVE_BYTES."""
    with opened(home) as con:
        (free,) = con.execute("pragma freelist_count").fetchone()
        (page,) = con.execute("pragma page_size").fetchone()
        missing = RESERVE_BYTES - free * page
        if missing > page * 16:
            con.execute("insert into room values (zeroblob(?))", [missing])
    if missing > page * 16:
        with opened(home) as con:
            con.execute("update room set bytes = randomblob(length(bytes))")  # the journal gets what this overwrites
        with opened(home) as con:
            con.execute("delete from room")


def begin(home: Path, run_id: str) -> None:
    """Note that this process begins a run, so that the next one can report it if it never finishes."""
    reserve(home)
    with opened(home) as con:
        con.execute("insert or replace into begun values (?, ?, ?)", [run_id, os.getpid(), _now()])


def begun(con: sqlite3.Connection) -> list[tuple[str, int, datetime]]:
    """Return the id, process and start of every run that began and is not reported yet."""
    rows = con.execute("select run_id, pid, begun_at from begun order by begun_at").fetchall()
    return [(run_id, pid, datetime.fromisoformat(at)) for run_id, pid, at in rows]


def told(con: sqlite3.Connection) -> dict[str, Told]:
    """Return the findings that earlier digests reported as open, by their key."""
    rows = con.execute("select * from told").fetchall()
    return {
        key: Told(check_id, severity, datetime.fromisoformat(at), what) for key, check_id, severity, at, what in rows
    }


def told_runs(con: sqlite3.Connection) -> set[str]:
    """Return the ids of the runs that earlier digests reported."""
    return {run_id for (run_id,) in con.execute("select run_id from told_runs")}


def remember(con: sqlite3.Connection, findings: dict[str, Told]) -> None:
    """Store the findings that are now reported as open, in place of those before."""
    con.execute("delete from told")
    rows = [(key, t.check_id, t.severity, t.since.isoformat(), t.what) for key, t in findings.items()]
    con.executemany("insert into told values (?, ?, ?, ?, ?)", rows)


def settle(con: sqlite3.Connection, runs: Iterable[str]) -> None:
    """Note that these runs are reported."""
    for run_id in runs:
        con.execute("insert or ignore into told_runs values (?)", [run_id])
        con.execute("delete from begun where run_id = ?", [run_id])


def next_id(con: sqlite3.Connection, now: datetime) -> str:
    """Return an id after every other, because they order the digests: of this time, unless the clock was set back."""
    (last,) = con.execute("select max(digest_id) from digests").fetchone()
    made = f"{now:{ID_FORMAT}}"
    if last is None or made > last:
        return made
    return f"{datetime.strptime(last, ID_FORMAT).replace(tzinfo=UTC) + timedelta(microseconds=1):{ID_FORMAT}}"


def post(con: sqlite3.Connection, rendered: Rendered, channels: Iterable[str]) -> None:
    """Put a digest into the outbox for each channel, and delete the oldest that every channel has received."""
    con.execute(
        "insert into digests values (?, ?, ?, ?)",
        [rendered.digest_id, _now(), rendered.subject, json.dumps(vars(rendered))],
    )
    con.executemany(
        "insert into deliveries values (?, ?, 'pending', 0, null, ?, null)",
        [(rendered.digest_id, channel, _now()) for channel in channels],
    )
    con.execute(
        """
        delete from digests
        where digest_id not in (select digest_id from deliveries where status = 'pending')
            and digest_id not in (select digest_id from digests order by digest_id desc limit ?)
        """,
        [KEPT],
    )
    con.execute("delete from deliveries where digest_id not in (select digest_id from digests)")


def readdress(home: Path, channels: Iterable[str]) -> None:
    """Readdress the digests of a channel that was removed: to another channel of its kind, or to none."""
    channels = list(channels)
    with opened(home) as con:
        rows = con.execute("select digest_id, channel, status from deliveries").fetchall()
        addressed = {(digest_id, channel) for digest_id, channel, _ in rows}
        for digest_id, channel, status in rows:
            if status != "pending" or channel in channels:
                continue
            kind = channel.split(":")[0]
            other = [c for c in channels if c.split(":")[0] == kind and (digest_id, c) not in addressed]
            key = [digest_id, channel]
            if other:
                con.execute("update deliveries set channel = ? where digest_id = ? and channel = ?", [other[0], *key])
                addressed.add((digest_id, other[0]))
            else:
                con.execute("update deliveries set status = 'dropped' where digest_id = ? and channel = ?", key)


def waiting(home: Path, channel: str, due_only: bool) -> list[Delivery]:
    """Return what a channel has not received yet, the oldest first; with `due_only` nothing until the oldest is due."""
    with opened(home) as con:
        rows = con.execute(
            """
            select digest_id, channel, attempts, rendered, next_attempt_at
            from deliveries join digests using (digest_id)
            where channel = ? and status = 'pending' order by digest_id
            """,
            [channel],
        ).fetchall()
    now = datetime.now(UTC)
    # an attempt that is set for later than that: the clock was set back since
    if due_only and rows and now < datetime.fromisoformat(rows[0][4]) <= now + SLOWEST_RETRY:
        return []
    return [
        Delivery(digest_id, channel, attempts, Rendered(**json.loads(rendered)))
        for digest_id, channel, attempts, rendered, _ in rows
    ]


def accepted(home: Path, delivery: Delivery) -> None:
    """Note that the channel has received the digest."""
    with opened(home) as con:
        con.execute(
            """
            update deliveries set status = 'sent', attempts = attempts + 1, reason = null, sent_at = ?
            where digest_id = ? and channel = ?
            """,
            [_now(), delivery.digest_id, delivery.channel],
        )


def refused(home: Path, delivery: Delivery, reason: str) -> None:
    """Note that the channel has refused the digest; the next attempt is after 2, 4, 8 ... minutes, at most an hour."""
    again = datetime.now(UTC) + min(timedelta(minutes=2 ** min(delivery.attempts + 1, 10)), SLOWEST_RETRY)
    with opened(home) as con:
        con.execute(
            """
            update deliveries set attempts = attempts + 1, reason = ?, next_attempt_at = ?
            where digest_id = ? and channel = ?
            """,
            [reason, again.isoformat(), delivery.digest_id, delivery.channel],
        )


def last(home: Path) -> Rendered | None:
    """Return the latest digest, or None if there is none."""
    if not _file(home).exists():
        return None
    with opened(home) as con:
        row = con.execute("select rendered from digests order by digest_id desc limit 1").fetchone()
    return Rendered(**json.loads(row[0])) if row else None


def unsent(home: Path) -> list[dict[str, Any]]:
    """Return the digests that a channel has not received yet. Does not make an outbox where there is none.

    The keys are digest_id, subject, channel, since (UTC), attempts and reason.
    """
    pending = [row for row in history(home) if row["status"] == "pending"]
    return [
        {key: row[key] for key in ("digest_id", "subject", "channel", "attempts")}
        | {"since": row["made_at"][:16].replace("T", " "), "reason": row["reason"] or "not tried yet"}
        for row in pending
    ]


def history(home: Path) -> list[dict[str, Any]]:
    """Return every digest kept, the oldest first, for each of its channels, with its delivery there."""
    if not _file(home).exists():
        return []
    con = sqlite3.connect(f"{_file(home).resolve().as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        result = con.execute(
            """
            select digest_id, made_at, subject, channel, status, attempts, reason, next_attempt_at, sent_at
            from deliveries join digests using (digest_id) order by digest_id, channel
            """
        )
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    finally:
        con.close()


def made_at(con: sqlite3.Connection) -> datetime:
    """Return when the outbox was made; runs that ended before then are not reported."""
    return datetime.fromisoformat(con.execute("select made_at from made").fetchone()[0])


def _now() -> str:
    return datetime.now(UTC).isoformat()
