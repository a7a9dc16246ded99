# ruff: noqa: S608 (tables and columns are named by the warehouse, and codes stand as literals)
"""The rows of held-back authorities: those that readers see, or those of their good months, in the place of the new."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from publication import outside, queries, tables
from publication.authorities import names
from publication.good_months import Held
from publication.publications import HeldBackAuthority, Publication, current
from publication.tables import Table, literal, one_of

HERE = Path(__file__).parent
HELD_BACK_SQL = HERE / "held_back.sql"
# they say what came and which authorities there are, also of an authority that is held back
NEVER_HELD_BACK = {"core.dim_authority", "quality.ingest_ledger"}


@dataclass(frozen=True)
class Carrying:
    """What one publication carries over: `held` are the authorities held back, by code.

    `earlier` are the tables of the publication that readers see; `blocking` the checks that may hold anything back.
    """

    held: dict[str, Held]
    earlier: dict[str, Table]
    blocking: list[str]

    def rows(self, table: Table) -> str:
        """Return the query for what readers get: the new rows, and of held-back authorities those that they may see."""
        new = f"select {outside.columns(table)} from warehouse.{table.source}"
        if not self.held or not _is_held_back(table):
            return new
        is_new = f"coalesce(authority_code not in {one_of(sorted(self.held))}, true)"
        if str(table) == "quality.findings":
            return self._findings(table, new, is_new)
        seen = self._seen(table)
        if str(table) == "marts.mart_comparators":
            is_new += f" and not ({self._counts_what_is_held_back(table, seen)})"
        parts = [f"{new} where {is_new}", *(f"select {outside.columns(table)} from {rows}" for rows in seen)]
        return " union all by name ".join(parts)

    def _seen(self, table: Table) -> list[str]:
        """Return where readers' rows of held-back authorities come from: each a table and a condition."""
        seen = []
        if self.with_good_months:
            seen.append(f"good.{table} where authority_code in {one_of(self.with_good_months)}")
        if str(table) not in self.absent([table]):
            seen.append(f"earlier.{table} where authority_code in {one_of(self.as_before)}")
        return seen

    def _findings(self, table: Table, new: str, is_new: str) -> str:
        """Readers hear at once what holds an authority back, and of its other findings what is of months they see."""
        blocking = one_of(self.blocking)
        shown = [
            f"authority_code = {literal(code)} and coalesce(reporting_month not in {_dates(self.held[code])}, true)"
            for code in self.with_good_months
        ]
        parts = [f"{new} where {' or '.join([is_new, f'check_id in {blocking}', *shown])}"]
        if str(table) not in self.absent([table]):
            was = f"authority_code in {one_of(self.as_before)} and check_id not in {blocking}"
            parts.append(f"select {outside.columns(table)} from earlier.{table} where {was}")
        return " union all by name ".join(parts)

    def _counts_what_is_held_back(self, table: Table, seen: list[str]) -> str:
        """Return a condition on `mart_comparators`: the median of others counts a new value that is held back."""
        key = "month, measure_id, basis, statistic"
        new = f"select {key}, value from warehouse.{table.source} where authority_code in {one_of(sorted(self.held))}"
        known = "".join(f" except select {key}, value from {rows}" for rows in seen)
        return f"comparator = 'median of other authorities' and ({key}) in (select ({key}) from ({new} {known}))"

    @property
    def with_good_months(self) -> list[str]:
        """The authorities of which readers get months that are new to them."""
        return sorted(code for code, one in self.held.items() if one.is_new)

    @property
    def as_before(self) -> list[str]:
        """The authorities that stand as readers saw them before."""
        return sorted(code for code, one in self.held.items() if not one.is_new)

    def absent(self, new: list[Table]) -> list[str]:
        """Return the tables into which no earlier rows fit: they are new, or have other columns."""
        return [
            str(table)
            for table in new
            if _is_held_back(table)
            and (str(table) not in self.earlier or self.earlier[str(table)].types != table.types)
        ]


def attach_earlier(con: duckdb.DuckDBPyConnection, published: Path) -> dict[str, Table]:
    """Attach the publication that readers see as `earlier`; return its tables by name, none where there is none."""
    if not current(published):
        return {}
    # the file behind the link, because the link soon shows another
    con.execute(f"attach {literal((published / 'csc.duckdb').resolve())} as earlier (read_only)")
    return {str(table): table for table in tables.of(con, "earlier")}


def _is_held_back(table: Table) -> bool:
    return table.has_authorities and str(table) not in NEVER_HELD_BACK


def _dates(held: Held) -> str:
    return f"({', '.join(f'date {literal(month)}' for month in held.months) or 'null'})"


def held_back(
    con: duckdb.DuckDBPyConnection,
    carrying: Carrying,
    absent: list[str],
    before: Publication | None,
    published_at: str,
) -> list[HeldBackAuthority]:
    """Return what readers are told of the held-back authorities, from the new publication that `con` has open."""
    if not carrying.held:
        return []
    known = names(con)
    first_errors = dict(queries.run(con, HERE / "first_errors.sql").fetchall())
    carried = [t for t in tables.of(con, "csc") if _is_held_back(t) and str(t) not in ("quality.findings", *absent)]
    codes = " union ".join(f"select authority_code from {table}" for table in carried) or "select null"
    have_rows = {code for (code,) in con.execute(codes).fetchall()}
    held_before = {authority.authority_code: authority for authority in (before.held_back if before else [])}
    made = []
    for code, held in sorted(carrying.held.items()):
        was = held_before.get(code)
        since = _iso(first_errors[code])
        shown_since = (was.published_at if was else before.published_at) if before and code in have_rows else None
        if held.is_new:
            shown_since = published_at
        absent_here = [] if held.is_new else sorted({*absent, *(was.absent_from if was else [])})
        made.append(
            HeldBackAuthority(
                authority_code=code,
                authority_name=known.get(code, code),
                checks=held.checks,
                since=min(since, was.since) if was else since,
                published_at=shown_since,
                absent_from=absent_here if code in have_rows else [],
                left_out=held.left_out,
                months_left_out=[f"{month:%B %Y}" for month in held.months],
            )
        )
    return made


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).isoformat(timespec="seconds")


def write_held_back(con: duckdb.DuckDBPyConnection, authorities: list[HeldBackAuthority]) -> None:
    """Make `quality.held_back` in the new publication."""
    con.execute(HELD_BACK_SQL.read_text())
    for a in authorities:
        con.execute(
            "insert into quality.held_back values (?, ?, ?, ?, ?, ?)",
            [
                a.authority_code,
                ", ".join(a.checks),
                a.since,
                a.published_at,
                ", ".join(a.months_left_out) or None,
                ", ".join(a.absent_from) or None,
            ],
        )
