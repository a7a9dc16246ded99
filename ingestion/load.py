"""Loading: accepted tables become rows of `raw.<extract>`, as text, every version kept."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from data_quality.contracts import PROVENANCE, Contract, ListContract, ReturnContract, raw_columns
from ingestion import vault
from ingestion.bulk import ListFile, clear, insert_list
from ingestion.identify import identify
from ingestion.reading import read_tables
from ingestion.receive import column_position
from ingestion.tables import Refused


def prepare(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Create `raw.<extract>` where there is none."""
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in raw_columns(contract).items())
    con.execute(f"create table if not exists raw.{contract.extract} ({columns})")


def load(con: duckdb.DuckDBPyConnection, contract: Contract, vault_dir: Path, months: list[date]) -> int:
    """Load what the ledger accepted of one extract for these months; returns the rows loaded.

    Each file is one transaction with its ledger row: a run that is killed loads the rest next time, nothing twice. A
    file that proves unreadable below its head is refused after all.
    """
    accepted = con.execute(
        """
        select
            delivery_id, file_sha256, file_path, sheet, authority_code, reporting_month, version, delimiter, header_row,
            columns_chosen
        from quality.ingest_ledger
        where status = 'accepted' and loaded_at is null and extract = ? and list_contains(?, reporting_month)
        order by received_at, version
        """,
        [contract.extract, months],
    )
    names = [column[0] for column in accepted.description]
    rows = 0
    for values in accepted.fetchall():
        delivery = dict(zip(names, values, strict=True))
        try:
            rows += _load_one(con, contract, vault_dir, delivery)
        except Refused as refused:
            _refuse(con, delivery["delivery_id"], refused)
    return rows


def _load_one(con, contract: Contract, vault_dir: Path, delivery: dict) -> int:
    kept = vault.place(vault_dir, delivery["file_sha256"], Path(delivery["file_path"]).suffix)
    now = datetime.now(UTC).replace(tzinfo=None)
    provenance = {name: delivery[name] for name in PROVENANCE if name in delivery} | {"loaded_at": now}
    insert = _insert_return if contract.kind == "return" else _insert_list
    con.begin()
    try:
        rows = insert(con, contract, kept, vault_dir, delivery, provenance)
        con.execute(
            "update quality.ingest_ledger set loaded_at = ?, row_count = ? where delivery_id = ?",
            [now, rows, delivery["delivery_id"]],
        )
    except BaseException:
        con.rollback()
        raise
    con.commit()
    return rows


def _insert_return(con, contract: ReturnContract, kept: Path, vault_dir: Path, delivery: dict, provenance: dict) -> int:
    table = next(t for t in read_tables(kept) if t.sheet == delivery["sheet"])
    match = identify(table, [contract], delivery["reporting_month"])
    columns = list(raw_columns(contract))
    rows = []
    for i, measure in sorted(match.rows.items()):
        cells = {column.name: _cell(table.rows[i], match.columns.get(column.name)) for column in contract.columns}
        row = {"measure_id": measure} | cells | provenance | {"source_row": i + 1}
        rows.append([row[name] for name in columns])
    values = ", ".join([f"({', '.join('?' * len(columns))})"] * len(rows))
    con.execute(f"insert into raw.{contract.extract} values {values}", [cell for row in rows for cell in row])
    return len(rows)


def _insert_list(con, contract: ListContract, kept: Path, vault_dir: Path, delivery: dict, provenance: dict) -> int:
    letters = json.loads(delivery["columns_chosen"])
    file = ListFile(
        path=kept,
        sheet=delivery["sheet"],
        delimiter=(delivery["delimiter"] or "").replace("\\t", "\t"),
        header_row=delivery["header_row"] - 1,
        columns={name: column_position(letter) for name, letter in letters.items()},
    )
    clear(vault_dir)
    return insert_list(con, contract, file, provenance, vault_dir)


def _refuse(con, delivery_id: str, refused: Refused) -> None:
    con.execute(
        """
        update quality.ingest_ledger set status = 'refused', version = null, found = ?, expected = ?, action = ?
        where delivery_id = ?
        """,
        [refused.found, refused.expected, refused.action, delivery_id],
    )


def _cell(row: tuple[str, ...], position: int | None) -> str | None:
    """The cell's text; an empty string where the file left it blank, null where the file has no such column."""
    if position is None:
        return None
    return row[position] if position < len(row) else ""
