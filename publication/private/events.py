"""The events behind a number: their dates, and the row of a list that shows each. Children appear by their key only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import ClassVar, TypeVar

import duckdb

from publication import queries

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event of one child. `dates` are those of its fact table; the source is the row of a list that it follows.

    `COLUMNS` are its own columns as people see them, before the dates and the source.
    """

    COLUMNS: ClassVar[tuple[str, ...]]

    authority_code: str
    event_table: str
    event_key: str
    child_key: str
    dates: dict[str, date | None]
    source_file: str | None
    source_sheet: str | None
    source_row: int | None

    @property
    def place(self) -> tuple[str, str, int]:
        """Where the event is shown, for sorting."""
        return self.source_file or "", self.source_sheet or "", self.source_row or 0


Kind = TypeVar("Kind", bound=Event)


def described(con: duckdb.DuckDBPyConnection, kind: type[Kind]) -> list[Kind]:
    """Return the events of the temporary table `asked`, whose columns are the fields of `kind`."""
    known = {field.name for field in fields(kind)}
    events = []
    for (table,) in queries.run(con, HERE / "asked_tables.sql").fetchall():
        result = queries.run(con, HERE / "events.sql", {"event_table": table, "fact_table": f"core.{table}"})
        names = [column[0] for column in result.description]
        for values in result.fetchall():
            row = dict(zip(names, values, strict=True))
            dates = {name: row.pop(name) for name in names if name not in known}
            events.append(kind(**row, dates=dates))
    return events


def as_rows(events: Sequence[Event]) -> list[dict[str, object]]:
    """Return events as flat rows that all have the same columns, for a table, a CSV file or JSON."""
    dates = list(dict.fromkeys(name for event in events for name in event.dates))
    return [_as_row(event, dates) for event in events]


def _as_row(event: Event, dates: Iterable[str]) -> dict[str, object]:
    own = {name: getattr(event, name) for name in event.COLUMNS}
    source = {"source_file": event.source_file, "source_sheet": event.source_sheet, "source_row": event.source_row}
    return own | {name: event.dates.get(name) for name in dates} | source
