"""Visits, assessments, plans and reviews that are due soon or overdue."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import duckdb

from publication import queries
from publication.authorities import code_of
from publication.private.events import Event, described

HERE = Path(__file__).parent
DUE_LISTS = ("visits", "assessments", "two_year_plans", "plan_reviews", "care_reviews")


@dataclass(frozen=True, kw_only=True)
class Due(Event):
    """An event that a team should see to by `due_date`, as it stands on the day `as_of`."""

    COLUMNS: ClassVar = (
        "due_list",
        "authority_code",
        "event_table",
        "event_key",
        "child_key",
        "since_date",
        "due_date",
        "as_of",
        "is_overdue",
    )

    due_list: str
    since_date: date
    due_date: date
    as_of: date
    is_overdue: bool


def due(
    con: duckdb.DuckDBPyConnection,
    due_list: str | None = None,
    authority: str | None = None,
    as_of: date | None = None,
) -> list[Due]:
    """Return what is due soon or overdue, by list and authority, the most urgent first.

    Without `as_of` it is the last day of the latest month that a list was delivered for; a later day is judged from the
    same list. Raises `LookupError` for an unknown authority and for a day before every list.
    """
    code = code_of(con, authority) if authority else None
    asked = {"as_of": as_of, "authority_code": code}
    queries.run(con, HERE / "due.sql", asked | {"due_list": due_list})
    if not queries.value(con, HERE / "due_delivered.sql", asked):
        by_authority = f"{authority} has delivered no list" if authority else "No list has been delivered"
        raise LookupError(by_authority + (f" for {as_of:%-d %B %Y} or before." if as_of else "."))
    found = described(con, Due)
    return sorted(found, key=lambda one: (one.due_list, one.authority_code, one.due_date, *one.place))
