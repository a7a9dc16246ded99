"""Erase children: from the vault, the private warehouse and the publications that are kept, with a receipt."""

import hashlib
import hmac
import logging
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from data_quality.moments import now
from ingestion import erase, erasures
from ingestion.erase import Found, Rewriting
from ingestion.erasures import Count, Receipt
from orchestration.rebuild import begin_record, from_vault
from orchestration.run_lock import run_lock
from orchestration.settings import Settings
from orchestration.warehouse import connect, prepare
from publication import erase as published_rows
from publication.publications import publications
from publication.tables import one_of

log = logging.getLogger("csc")
MEMBERS = "measures.int_members__unioned"
NOT_BUILT = (
    "The private warehouse is not built, so nobody can tell how often the child counts in what is published. "
    "Run csc run --rebuild first."
)


@dataclass(frozen=True)
class Plan:
    """What an erasure of children of one authority would take out: rows by place."""

    authority_code: str
    child_keys: list[str]
    found: Found
    removed: dict[str, int]
    counts: list[Count]


def child_key(settings: Settings, authority_code: str, child_id: str) -> str:
    """Return the key that a child with this normalised id appears under. Raises `LookupError` without a secret."""
    if settings.child_key_secret is None:
        raise LookupError("CSC_CHILD_KEY_SECRET is not set, and without it no child can be found in what is published.")
    secret = settings.child_key_secret.get_secret_value().encode()
    return hmac.new(secret, f"{authority_code}|{child_id}".encode(), hashlib.sha256).hexdigest()


def plan(settings: Settings, authority_code: str, ids: frozenset[str]) -> Plan:
    """Return what would go. Nothing is changed. Raises `LookupError` for a warehouse that cannot tell."""
    prepare(settings.warehouse)
    keys = {child_key(settings, authority_code, child_id) for child_id in ids}
    erased_before = {key for receipt in erasures.receipts(settings.vault) for key in receipt.child_keys}
    with connect(settings.warehouse, read_only=True) as con:
        found = erase.find(con, authority_code, ids)
        private = _private_rows(con, keys)
        counts = _counts(con, keys - erased_before) if found.raw_rows else []
        if counts is None and publications(settings.published):
            raise LookupError(NOT_BUILT)
    removed = {f"raw.{extract}": rows for extract, rows in found.raw_rows.items()} | private
    removed |= {f"published {table}": rows for table, rows in published_rows.count(settings.published, keys).items()}
    return Plan(authority_code, sorted(keys), found, removed, counts or [])


def carry_out(settings: Settings, plans: Sequence[Plan], reason: str, by: str) -> list[Receipt]:
    """Erase what was planned, and return a receipt for each plan.

    The vault comes first: what is made again from it afterwards cannot have the children any more. An erasure that was
    killed is finished by asking for it again.
    """
    with run_lock(settings.home_dir):
        begin_record(settings)
        log.info("Writing files of the vault again")
        receipts = [_from_vault(settings, planned, reason, by) for planned in plans]
        keys = {key for planned in plans for key in planned.child_keys}
        published_rows.erase(settings.published, keys, log.info)
        for place in (settings.data_docs, settings.replay.parent):  # they quote cells
            shutil.rmtree(place, ignore_errors=True)
        log.info("Making the private warehouse again from the vault")
        from_vault(settings)  # last: until it is done, asking again finds the children
    return receipts


def _from_vault(settings: Settings, planned: Plan, reason: str, by: str) -> Receipt:
    """Replace the files of the vault; the receipt is there first, so that no file changes without one."""
    rewriting = Rewriting(settings.vault, planned.found.files)
    receipt = Receipt(
        number=max((r.number for r in erasures.receipts(settings.vault)), default=0) + 1,
        erased_at=now().isoformat(timespec="seconds"),
        erased_by=by,
        reason=reason,
        authority_code=planned.authority_code,
        child_keys=planned.child_keys,
        removed=planned.removed,
        files=rewriting.files,
        counts=planned.counts,
    )
    receipt.write(settings.vault)
    rewriting.put()
    return receipt


def _private_rows(con: duckdb.DuckDBPyConnection, keys: set[str]) -> dict[str, int]:
    """Return the rows of the children in what dbt made of the raw tables, by schema."""
    tables = con.execute(
        """
        select schema_name, table_name from duckdb_columns()
        inner join duckdb_tables() using (database_name, schema_name, table_name)
        where column_name = 'child_key' and schema_name <> 'decisions' and database_name = current_database()
        """
    ).fetchall()
    found: Counter[str] = Counter()
    for schema, table in tables:
        query = f'select count(*) from {schema}."{table}" where child_key in {one_of(sorted(keys))}'  # noqa: S608
        [(rows,)] = con.execute(query).fetchall()
        found[schema] += rows
    return {f"private {schema}": rows for schema, rows in sorted(found.items()) if rows}


def _counts(con: duckdb.DuckDBPyConnection, keys: set[str]) -> list[Count] | None:
    """Return how often the children count in each measure and month; None where nobody can tell."""
    try:
        rows = con.execute(
            f"""
            select cast(month as varchar), measure_id, count(*) from {MEMBERS}
            where is_member and child_key in {one_of(sorted(keys))} group by all order by all
            """  # noqa: S608 (keyed hashes)
        ).fetchall()
    except duckdb.CatalogException:
        return None
    return [Count(*row) for row in rows]
