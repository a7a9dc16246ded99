# ruff: noqa: S608 (tables and columns are named by the warehouse, and codes stand as literals)
"""The rows of held-back authorities: those of the publication that readers see, in the place of the new ones."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from publication import outside, queries, tables
from publication.authorities import names
from publication.publications import HeldBackAuthority, Publication, current
from publication.tables import Table, literal, one_of

HERE = Path(__file__).parent
HELD_BACK_SQL = HERE / "held_back.sql"
# they say what came and which authorities there are, also of an authority that is held back
NEVER_HELD_BACK = {"core.dim_authority", "quality.ingest_ledger"}


@dataclass(frozen=True)
class Carrying:
    """What one publication carries over: `held` are authority codes and the checks that hold each back.

    `earlier` are the tables of the publication that readers see; `blocking` the checks that may hold anything back.
    """

    held: dict[str, list[str]]
    earlier: dict[str, Table]
    blocking: list[str]

    def rows(self, table: Table) -> str:
        """Return the query for what readers get: the new rows, and of held-back authorities the earlier ones."""
        new = f"select {outside.columns(table)} from warehouse.{table.source}"
        if not self.held or not _is_held_back(table):
            return new
        codes, is_absent = one_of(sorted(self.held)), str(table) in self.absent([table])
        is_new, was = f"coalesce(authority_code not in {codes}, true)", f"authority_code in {codes}"
        if str(table) == "quality.findings":  # readers hear at once what holds an authority back
            is_new += f" or check_id in {one_of(self.blocking)}"
            was += f" and check_id not in {one_of(self.blocking)}"
        if str(table) == "marts.mart_comparators":
            is_new += f" and not ({_counts_what_is_held_back(table, was, is_absent)})"
        new += f" where {is_new}"
        return (
            new
            if is_absent
            else f"{new} union all by name select {outside.columns(table)} from earlier.{table} where {was}"
        )

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


def _counts_what_is_held_back(table: Table, was: str, is_absent: bool) -> str:
    """Return a condition on `mart_comparators`: the median of others counts a new value that is held back."""
    key = "month, measure_id, basis, statistic"
    new = f"select {key}, value from warehouse.{table.source} where {was}"
    published = "" if is_absent else f"except select {key}, value from earlier.{table} where {was}"
    return f"comparator = 'median of other authorities' and ({key}) in (select ({key}) from ({new} {published}))"


def held_back(
    con: duckdb.DuckDBPyConnection, carrying: Carrying, absent: list[str], before: Publication | None
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
    for code, checks in sorted(carrying.held.items()):
        was = held_before.get(code)
        since = _iso(first_errors[code])
        shown_since = (was.published_at if was else before.published_at) if before and code in have_rows else None
        made.append(
            HeldBackAuthority(
                authority_code=code,
                authority_name=known.get(code, code),
                checks=checks,
                since=min(since, was.since) if was else since,
                published_at=shown_since,
                absent_from=sorted({*absent, *(was.absent_from if was else [])}) if code in have_rows else [],
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
            "insert into quality.held_back values (?, ?, ?, ?, ?)",
            [a.authority_code, ", ".join(a.checks), a.since, a.published_at, ", ".join(a.absent_from) or None],
        )
