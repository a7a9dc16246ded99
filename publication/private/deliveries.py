"""What councils delivered, what was refused and what is overdue."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from publication import queries

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Landed:
    """One file, or sheet of a workbook, in the landing folder, and what became of it."""

    file: str
    extract: str | None
    version: int | None
    status: str
    rows: int | None
    authority_code: str | None
    reporting_month: date | None
    found: str | None
    expected: str | None
    action: str | None
    notes: str | None


@dataclass(frozen=True)
class LeftAside:
    """A file that is no table, or a file or sheet that no measure needs: what it is, and what to do, if anything."""

    file: str
    sheet: str | None
    authority_code: str | None
    reporting_month: date | None
    what: str | None
    action: str | None


@dataclass(frozen=True)
class Gone:
    """A list or return that counts although its file no longer lies in the landing folder."""

    file: str
    authority_code: str
    reporting_month: date
    extract: str
    gone_since: datetime


@dataclass(frozen=True)
class Refused:
    """A file, or sheet of a workbook, that was refused: what was found, what was expected, what to do."""

    file: str
    sheet: str | None
    authority_code: str | None
    reporting_month: date | None
    extract: str | None
    found: str | None
    expected: str | None
    action: str | None


@dataclass(frozen=True)
class CalendarCell:
    """What came of one list or summary return for one authority and month.

    `state` is landed, late, restated, refused, overdue, missing (not delivered, though others of its kind were) or
    awaited.
    """

    authority_name: str | None
    folder: str | None
    authority_code: str
    extract: str
    reporting_month: date
    due_on: date | None
    received_at: datetime | None
    version: int | None
    state: str


@dataclass(frozen=True)
class Reach:
    """Since when the latest delivery of a list of events holds everything; `reaches_from` is None for ever.

    `said_by` is declared (reference.list_reaches), dataset, whose lists hold it by their specification, or told: by the
    list itself. `repeated_events` of the `events` that the list of `earlier_reporting_month` had of these months are in
    it again; None where there is no earlier list, or it had no events of them.
    """

    authority_name: str | None
    folder: str | None
    extract: str
    reporting_month: date
    reaches_from: date | None
    said_by: str
    earlier_reporting_month: date | None
    events: int | None
    repeated_events: int | None


def landed(con: duckdb.DuckDBPyConnection) -> list[Landed]:
    """Return what lies in the landing folder, in the order in which it came."""
    return queries.rows(con, HERE / "landed.sql", Landed)


def left_aside(con: duckdb.DuckDBPyConnection) -> list[LeftAside]:
    """Return the files of the latest months that no measure needs."""
    return queries.rows(con, HERE / "left_aside.sql", LeftAside)


def refused(con: duckdb.DuckDBPyConnection) -> list[Refused]:
    """Return the refused files that no later good one replaced."""
    return queries.rows(con, HERE / "refused.sql", Refused)


def gone(con: duckdb.DuckDBPyConnection) -> list[Gone]:
    """Return what counts although its file is no longer there: only `csc withdraw` takes a delivery out."""
    return queries.rows(con, HERE / "gone.sql", Gone)


def counted_files(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the files of which something counts."""
    return [path for (path,) in queries.run(con, HERE / "counted_files.sql").fetchall()]


def calendar(con: duckdb.DuckDBPyConnection, today: date) -> list[CalendarCell]:
    """Return what landed, is late, refused or overdue `today`. Nothing before the first build."""
    if not queries.value(con, HERE / "calendar_tables.sql"):
        return []
    con.execute(f"create or replace temporary view refused as {(HERE / 'refused.sql').read_text()}")
    return queries.rows(con, HERE / "calendar.sql", CalendarCell, {"today": today})


def reaches(con: duckdb.DuckDBPyConnection) -> list[Reach]:
    """Return since when the latest delivery of each list holds everything. Nothing before the first build."""
    if not queries.value(con, HERE / "reach_tables.sql"):
        return []
    return queries.rows(con, HERE / "reaches.sql", Reach)


def latest_month(con: duckdb.DuckDBPyConnection) -> date | None:
    """Return the latest month for which anything was delivered."""
    month: date | None = queries.value(con, HERE / "latest_month.sql")
    return month
