"""Loading: put the rows of accepted tables into `raw.<extract>` as text, and keep every version."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
from openpyxl.utils import column_index_from_string

from data_quality.contracts import PROVENANCE, Contract, ReturnContract, load_contracts, raw_columns
from data_quality.moments import next_moment
from data_quality.our_words import shown_path
from ingestion import encryption, limits, vault
from ingestion.bulk import ListFile, clear, insert_list, workspace_in
from ingestion.identify import identify
from ingestion.ledger import Entry
from ingestion.reading import read_tables
from ingestion.stacked import unstacked
from ingestion.tables import RefusedError

FILES_AT_ONCE = 2
LARGE_MB = 10  # a file that takes long enough to wonder


def prepare(con: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> None:
    """Create `raw.<extract>` of each contract if there is none, and add the columns that its contract had not yet."""
    there = con.execute(
        "select table_name, list(column_name) from duckdb_columns() where schema_name = 'raw' group by table_name"
    ).fetchall()
    found = {table: set(names) for table, names in there}
    for contract in contracts:
        columns = {name: kind for name, (kind, _) in raw_columns(contract).items()}
        if contract.extract not in found:
            listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            con.execute(f"create table raw.{contract.extract} ({listed})")
            continue
        for name in columns.keys() - found[contract.extract]:
            con.execute(f"alter table raw.{contract.extract} add column {name} {columns[name]}")


def load(
    con: duckdb.DuckDBPyConnection,
    contracts: Iterable[Contract],
    vault_dir: Path,
    months: list[date],
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, int]:
    """Load what the ledger accepted of these extracts for these months, and return the rows loaded of each.

    Each part of a file is one transaction with its ledger row, so that after a run was killed the next one loads the
    rest and nothing twice. A part that proves unreadable below its first rows is refused after all. We read a file of
    several parts once, and two files at a time, because reading a file takes one thread.
    """
    extracts = {contract.extract: contract for contract in contracts}
    accepted = con.execute(
        """
        select
            delivery_id, extract, file_sha256, file_path, sheet, authority_code, reporting_month, version, delimiter,
            header_row, columns_chosen, file_bytes, received_number
        from quality.ingest_ledger
        where status = 'accepted' and loaded_at is null
            and list_contains(?, extract) and list_contains(?, reporting_month)
        order by received_number, version
        """,
        [list(extracts), months],
    )
    names = [column[0] for column in accepted.description]
    deliveries = [dict(zip(names, values, strict=True)) for values in accepted.fetchall()]
    files = [list(parts) for _, parts in groupby(deliveries, key=lambda delivery: delivery["file_sha256"])]
    rows = dict.fromkeys(extracts, 0)
    awaited = Counter(delivery["extract"] for delivery in deliveries)
    clear(vault_dir)
    large = [parts[0] for parts in files if parts[0]["file_bytes"] >> 20 >= LARGE_MB]
    for file in large:
        told = shown_path(file["file_path"], file["received_number"])
        say(f"Loading {told} ({file['file_bytes'] >> 20:,} MB)")
    with ThreadPoolExecutor(max_workers=FILES_AT_ONCE) as pool:
        loading = [pool.submit(_load_file, con, extracts, vault_dir, file) for file in files]
        try:
            for done in as_completed(loading):
                for extract, count in done.result():
                    rows[extract] += count
                    awaited[extract] -= 1
                    if rows[extract] and not awaited[extract]:
                        say(f"Loaded {rows[extract]} rows into raw.{extract}")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return rows


def _load_file(
    con: duckdb.DuckDBPyConnection, extracts: dict[str, Contract], vault_dir: Path, parts: list[Entry]
) -> list[tuple[str, int]]:
    """Load each part of a file, and return its extract and number of rows, which is 0 if it proved unreadable."""
    loaded = []
    suffix = Path(parts[0]["file_path"]).suffix
    with (
        encryption.cursor(con) as own,
        workspace_in(vault_dir) as workspace,
        vault.opened(vault_dir, parts[0]["file_sha256"], suffix) as kept,
    ):
        for delivery in parts:
            rows = 0
            limits.begin()
            try:
                rows = _load_one(own, extracts[delivery["extract"]], kept, Path(workspace), delivery)
            except RefusedError as refused:
                _refuse(own, delivery["delivery_id"], refused)
            loaded.append((delivery["extract"], rows))
    return loaded


def _load_one(con: duckdb.DuckDBPyConnection, contract: Contract, kept: Path, workspace: Path, delivery: Entry) -> int:
    now = next_moment(con)
    provenance = {name: delivery[name] for name in PROVENANCE if name in delivery} | {"loaded_at": now}
    con.begin()
    try:
        if isinstance(contract, ReturnContract):
            rows = _insert_return(con, contract, kept, delivery, provenance)
        else:
            rows = insert_list(con, contract, _list_file(kept, delivery), provenance, workspace)
        con.execute(
            "update quality.ingest_ledger set loaded_at = ?, row_count = ? where delivery_id = ?",
            [now, rows, delivery["delivery_id"]],
        )
    except BaseException:
        con.rollback()
        raise
    con.commit()
    return rows


def _insert_return(
    con: duckdb.DuckDBPyConnection, contract: ReturnContract, kept: Path, delivery: Entry, provenance: dict[str, Any]
) -> int:
    month = delivery["reporting_month"]
    tables = (part for table in read_tables(kept) for part in unstacked(table, load_contracts().values(), month))
    table = next(part for part in tables if part.sheet == delivery["sheet"])
    match = identify(table, [contract], month)
    columns = list(raw_columns(contract))
    rows = []
    for i, measure in sorted(match.rows.items()):
        cells = {column.name: _cell(table.rows[i], match.columns.get(column.name)) for column in contract.columns}
        row = {"measure_id": measure} | cells | provenance | {"source_row": i + 1}
        rows.append([row[name] for name in columns])
    values = ", ".join([f"({', '.join('?' * len(columns))})"] * len(rows))
    insert = f"insert into raw.{contract.extract} ({', '.join(columns)}) values {values}"  # noqa: S608 (named by a contract)
    con.execute(insert, [cell for row in rows for cell in row])
    return len(rows)


def _list_file(kept: Path, delivery: Entry) -> ListFile:
    letters = json.loads(delivery["columns_chosen"])
    return ListFile(
        path=kept,
        sheet=delivery["sheet"],
        delimiter=(delivery["delimiter"] or "").replace("\\t", "\t"),
        header_row=delivery["header_row"] - 1,
        columns={name: column_index_from_string(letter) - 1 for name, letter in letters.items()},
    )


def _refuse(con: duckdb.DuckDBPyConnection, delivery_id: str, refused: RefusedError) -> None:
    con.execute(
        """
        update quality.ingest_ledger set status = 'refused', version = null, found = ?, expected = ?, action = ?
        where delivery_id = ?
        """,
        [refused.found, refused.expected, refused.action, delivery_id],
    )


def _cell(row: tuple[str, ...], position: int | None) -> str | None:
    """Return the text of a cell: empty if the file leaves it blank, None if the file does not have the column."""
    if position is None:
        return None
    return row[position] if position < len(row) else ""
