"""From a computed measure to the events and children that it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import duckdb

from publication import queries
from publication.authorities import code_of
from publication.nearest import did_you_mean, nearest
from publication.private.events import Event, described

HERE = Path(__file__).parent
MEMBERS = "measures.int_kpi_members"


@dataclass(frozen=True, kw_only=True)
class Member(Event):
    """An event that a measure counts: in its numerator, its denominator or its value. `value` is set for a median."""

    COLUMNS: ClassVar = ("authority_code", "part", "event_table", "event_key", "child_key", "value")

    part: str
    value: float | None


@dataclass(frozen=True)
class _Month:
    month: date
    basis: str
    is_supplied: bool


def check_is_private(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Raise `LookupError` unless `con`, which has `file` open, is the private warehouse and says who is counted."""
    tables = {name for (name,) in queries.run(con, HERE / "tables.sql").fetchall()}
    if not any(name.startswith("raw.") for name in tables):
        raise LookupError(is_not_private(file))
    if MEMBERS not in tables:
        raise LookupError(f"{file} does not yet say who is behind a measure. Run `csc run --rebuild`.")


def is_not_private(file: Path) -> str:
    """Say why `file` cannot answer who is behind a measure."""
    return (
        f"{file} is not the private warehouse, and only that says who is behind a measure. What is published does not: "
        "ask the performance team, who may open the private one."
    )


def members(
    con: duckdb.DuckDBPyConnection,
    measure_id: str,
    month: date,
    authority: str | None = None,
    part: str | None = None,
) -> list[Member]:
    """Return each event behind a computed measure, by authority, part and place.

    `authority` is a code, name or folder. Raises `LookupError` for a measure, authority or month without a list behind
    it, and says what there is.
    """
    code = code_of(con, authority) if authority else None
    counted = _counted(con, measure_id, month, code)
    parts = ["numerator", "denominator"] if len(counted) > 1 else ["value"]
    if part and part not in parts:
        raise LookupError(f"{measure_id} has no {part}. Ask for its {' or '.join(parts)}.")
    asked = {"measure_id": measure_id, "month": month, "counted_ids": counted, "authority_code": code, "part": part}
    queries.run(con, HERE / "members.sql", asked)
    # two sorts, for one key cannot turn only the part round: value, numerator, denominator
    by_place = sorted(described(con, Member), key=lambda member: (*member.place, member.event_key))
    by_part = sorted(by_place, key=lambda member: member.part, reverse=True)
    return sorted(by_part, key=lambda member: member.authority_code)


def _counted(con: duckdb.DuckDBPyConnection, measure_id: str, month: date, code: str | None) -> list[str]:
    """Return the measures whose members are counted. Raises `LookupError` where there is no list behind the value."""
    parts = queries.run(con, HERE / "measure_parts.sql", {"measure_id": measure_id}).fetchone()
    if not parts:
        return _median(con, measure_id, month)
    asked = {"measure_id": measure_id, "authority_code": code}
    months = queries.rows(con, HERE / "months_of_measure.sql", _Month, asked)
    bases = {row.basis: row.is_supplied for row in months if row.month == month}
    with_lists = _with_lists([row.month for row in months if row.basis == "computed"])
    if "computed" not in bases and "reported" in bases:
        raise LookupError(
            f"{measure_id} for {month:%B %Y} is only known as the council printed it, and no list is behind a printed "
            f"value.{with_lists}"
        )
    if "computed" not in bases:
        raise LookupError(f"There is no value of {measure_id} for {month:%B %Y}.{with_lists}")
    if not bases["computed"]:
        raise LookupError(
            f"The lists delivered for {month:%B %Y} do not give {measure_id}, so they cannot say who is behind it."
        )
    return list(dict.fromkeys(parts))


def _median(con: duckdb.DuckDBPyConnection, measure_id: str, month: date) -> list[str]:
    """Return the median of this name, which is not in the register of measures."""
    known = [name for (name,) in queries.run(con, HERE / "measures_with_members.sql").fetchall()]
    if measure_id not in known:
        near = did_you_mean(nearest(measure_id, known))
        raise LookupError(f'"{measure_id}" is not a measure.{near} The table reference.measures lists them.')
    rows = queries.run(con, HERE / "months_of_median.sql", {"measure_id": measure_id}).fetchall()
    months = [of for (of,) in rows]
    if month not in months:
        raise LookupError(f"There is no value of {measure_id} for {month:%B %Y}.{_with_lists(months)}")
    return [measure_id]


def _with_lists(months: Sequence[date]) -> str:
    """Say for which months there are lists."""
    return f" There are lists for {months[0]:%Y-%m} to {months[-1]:%Y-%m}." if months else ""
