"""The months of an authority held back that have no error: readers get them, without what came for its bad months."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ingestion import encryption
from publication import queries, tables
from publication.publications import Publication, readers_see
from publication.tables import one_of
from publication.visibility import Visibility

HERE = Path(__file__).parent
Without = Callable[[Sequence[str]], AbstractContextManager[Path]]
"""Gives a copy of the private warehouse in which some deliveries (ids) do not count, while its context lasts."""


@dataclass(frozen=True)
class Held:
    """Why an authority is held back, and what readers get of it.

    Where `is_new`, they get all that came but the deliveries `left_out`: those of its bad months that they have not
    seen yet. So no month is shown in part, and a correction that is bad leaves what it was to correct. Where not,
    nothing good is new, and they get what they saw before. `left_out` is what they do not see (ids); None if unknown.
    """

    checks: list[str]
    is_new: bool = False
    left_out: list[str] | None = None
    months: tuple[date, ...] = ()
    """The months of whose files readers see nothing. Files of later months may tell of them."""


@dataclass(frozen=True)
class _Delivery:
    delivery_id: str
    authority_code: str
    reporting_month: date
    is_of_bad_month: bool
    is_bad: bool
    is_month_unknown: bool


def held(con: duckdb.DuckDBPyConnection, checks: dict[str, list[str]], published: Path) -> dict[str, Held]:
    """Return, for each authority held back by `checks`, what readers get of it; `con` is the private warehouse."""
    check_ids = sorted({check for own in checks.values() for check in own})
    found = queries.rows(con, HERE / "good_months.sql", _Delivery, {"check_ids": check_ids})
    before = readers_see(published)
    seen = _in_ledger(published) if before and found else set()
    return {
        code: _held(own, [d for d in found if d.authority_code == code], _seen(before, code, seen))
        for code, own in checks.items()
    }


def _held(checks: list[str], came: list[_Delivery], seen: set[str] | None) -> Held:
    if seen is None:
        return Held(checks)
    unseen = [d for d in came if d.delivery_id not in seen]
    bad, good = [d for d in unseen if d.is_of_bad_month], [d for d in unseen if not d.is_of_bad_month]
    # the error may be in rows that readers have: then nothing tells how they would be right
    is_clear = not any(d.is_month_unknown or (d.is_bad and d.delivery_id in seen) for d in came)
    left_out = bad if good and is_clear else unseen
    shown = {d.reporting_month for d in came} - {d.reporting_month for d in left_out}
    shown |= {d.reporting_month for d in came if d.delivery_id in seen}
    months = tuple(sorted({d.reporting_month for d in left_out} - shown))
    return Held(checks, bool(good) and is_clear, [d.delivery_id for d in left_out], months)


def _seen(before: Publication | None, code: str, in_ledger: set[str]) -> set[str] | None:
    """Return the deliveries of which readers see the figures; None where a publication of older code does not tell."""
    was = next((one for one in before.held_back if one.authority_code == code), None) if before else None
    if was is None:
        return in_ledger
    return None if was.left_out is None else in_ledger - set(was.left_out)


def _in_ledger(published: Path) -> set[str]:
    # the file behind the link, because the link soon shows another
    with duckdb.connect(str((published / "csc.duckdb").resolve()), read_only=True) as con:
        return {one for (one,) in con.execute("select delivery_id from quality.ingest_ledger").fetchall()}


@contextmanager
def of(held: Mapping[str, Held], visibility: Visibility, without: Without | None) -> Iterator[Path]:
    """Give a file with the tables that readers know, of the authorities whose good months are new, while it lasts."""
    new = {code: one for code, one in held.items() if one.is_new}
    if without is None:
        raise ValueError("nobody said how to build a warehouse without the bad months")
    with without([delivery for one in new.values() for delivery in one.left_out or []]) as warehouse:
        made = warehouse.with_name("good.duckdb")
        with duckdb.connect(str(made)) as con:
            # under its own name, because the views in it name their catalog
            con.execute(encryption.attached(warehouse, "warehouse"))
            for table in tables.of(con, "warehouse", visibility):
                if table.has_authorities:
                    rows = f"select {table.column_list} from warehouse.{table.source}"  # noqa: S608 (named by it)
                    con.execute(f"create schema if not exists {table.schema}")
                    con.execute(f"create table {table} as {rows} where authority_code in {one_of(sorted(new))}")
            con.execute("detach warehouse")
        yield made
