"""Loading: accepted tables become rows of `raw.<extract>`, as text, every version kept."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from data_quality.contracts import Contract, raw_columns
from ingestion import vault
from ingestion.identify import identify
from ingestion.reading import read_tables


def prepare(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Create `raw.<extract>` where there is none."""
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in raw_columns(contract).items())
    con.execute(f"create table if not exists raw.{contract.extract} ({columns})")


def pending(con: duckdb.DuckDBPyConnection) -> list[date]:
    """Months with accepted files whose rows have not been loaded yet."""
    rows = con.execute(
        """
        select distinct reporting_month from quality.ingest_ledger
        where status = 'accepted' and loaded_at is null order by reporting_month
        """
    ).fetchall()
    return [month for (month,) in rows]


def load(con: duckdb.DuckDBPyConnection, contract: Contract, vault_dir: Path, months: list[date]) -> int:
    """Load what the ledger accepted of one extract for these months; returns the rows loaded.

    Each file is one transaction with its ledger row: a run that is killed loads the rest next time, nothing twice.
    """
    accepted = con.execute(
        """
        select delivery_id, file_sha256, file_path, sheet, authority_code, reporting_month, version, columns_chosen
        from quality.ingest_ledger
        where status = 'accepted' and loaded_at is null and extract = ? and list_contains(?, reporting_month)
        order by received_at, version
        """,
        [contract.extract, months],
    ).fetchall()
    return sum(_load_one(con, contract, vault_dir, *delivery) for delivery in accepted)


def _load_one(
    con, contract, vault_dir, delivery_id, sha256, file_path, sheet, authority, month, version, columns_chosen
) -> int:
    kept = vault.place(vault_dir, sha256, Path(file_path).suffix)
    table = next(t for t in read_tables(kept) if t.sheet == sheet)
    match = identify(table, [contract], month)
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        [measure]
        + [_cell(table.rows[i], match.columns.get(column.name)) for column in contract.columns]
        + [authority, month, version, file_path, sheet, i + 1, columns_chosen, sha256, now]
        for i, measure in sorted(match.rows.items())
    ]
    con.begin()
    con.executemany(f"insert into raw.{contract.extract} values ({', '.join('?' * len(rows[0]))})", rows)
    con.execute(
        "update quality.ingest_ledger set loaded_at = ?, row_count = ? where delivery_id = ?",
        [now, len(rows), delivery_id],
    )
    con.commit()
    return len(rows)


def _cell(row: tuple[str, ...], position: int | None) -> str | None:
    """The cell's text; an empty string where the file left it blank, null where the file has no such column."""
    if position is None:
        return None
    return row[position] if position < len(row) else ""
