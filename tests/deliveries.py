"""Rows worked out by hand, put into a warehouse as ingestion leaves them, and the models built on them."""

import hashlib
import hmac
from contextlib import contextmanager
from datetime import date, datetime

import duckdb
from conftest import SECRET

from data_quality.contracts import PROVENANCE, load_contracts
from orchestration import dbt

CROYDON, BARNET, CAMDEN = "E09000008", "E09000003", "E09000007"
NO_MODELS = ("unit_test", "test", "seed")
HEAD = {"child_id": "1", "gender_code": "a) Male", "ethnicity_code": "a) WBRI", "birth_date": "05/06/2005"}
LOADED = datetime(2013, 5, 3)
APR, MAY, JUN = "2013-04-01", "2013-05-01", "2013-06-01"


def deliver(path, extract, month, rows, version=1, authority=CROYDON, loaded_at=None):
    """What ingestion leaves behind: a line in the ledger and the rows, cells that are not given being blank."""
    loaded_at = loaded_at or LOADED
    file = f"{extract}-{month}-{version}.csv"
    columns = [column.name for column in load_contracts()[extract].columns]
    chosen = "{" + ", ".join(f'"{name}": "{chr(65 + i % 26)}"' for i, name in enumerate(columns)) + "}"
    provenance = [authority, date.fromisoformat(month), version, file, None, None, chosen, "sha", loaded_at]
    assert list(PROVENANCE)[5] == "source_row"
    with duckdb.connect(str(path)) as con:
        for number, row in enumerate(rows, start=2):
            cells = [(HEAD | row).get(name, "") for name in columns]
            values = cells + provenance[:5] + [number] + provenance[6:]
            con.execute(f"insert into raw.{extract} values ({', '.join('?' * len(values))})", values)
        con.execute(
            """
            insert into quality.ingest_ledger (
                delivery_id, file_path, file_name, authority_code, reporting_month, extract, status, version,
                file_sha256, file_bytes, modified_ns, received_at, loaded_at, is_present, presence_changed_at,
                row_count, columns_chosen
            ) values (?, ?, ?, ?, ?, ?, 'accepted', ?, 'sha', 1, 1, ?, ?, true, ?, ?, ?)
            """,
            [
                f"{authority}{file}",
                file,
                file,
                authority,
                date.fromisoformat(month),
                extract,
                version,
                loaded_at,
                loaded_at,
                loaded_at,
                len(rows),
                chosen,
            ],
        )


def build(*arguments):
    """The models, without their tests; what failed and why."""
    others = [part for kind in NO_MODELS for part in ("--exclude-resource-type", kind)]
    results = dbt.invoke("build", *others, *arguments).result.results
    return [f"{r.node.name}: {r.message}" for r in results if r.status in ("error", "fail")]


def made_of(*expressions):
    """What the warehouse of this home makes of expressions that call the project's own macros, as one row of texts."""
    columns = ", ".join(f"cast({{{{ {call} }}}} as varchar) as column_{n}" for n, call in enumerate(expressions))
    shown = dbt.invoke("show", "--inline", f"select {columns}")
    [row] = shown.result.results[0].agate_table.rows
    return tuple(row)


def ask(path, sql):
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def child_key(authority, child):
    """The key of a child's id in its normal form."""
    return hmac.new(SECRET.encode(), f"{authority}|{child}".encode(), hashlib.sha256).hexdigest()


@contextmanager
def noting():
    """What went wrong, whether dbt raised it or reported it."""
    noted = []
    try:
        yield noted
    except dbt.DbtError as failed:
        noted.append(str(failed))
