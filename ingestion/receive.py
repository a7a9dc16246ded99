"""Receiving: every new file into the vault, identified, and into the ledger, before any row of it is loaded."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import md5
from pathlib import Path

import duckdb

from data_quality.contracts import Contract
from ingestion import vault
from ingestion.identify import identify
from ingestion.landing import Delivery, authority_of, deliveries, month_of
from ingestion.reading import read_tables
from ingestion.tables import Refused, Table

LEDGER_SQL = Path(__file__).with_name("ledger.sql")


@dataclass(frozen=True)
class News:
    """What changed in the landing folder since the ledger was last written."""

    arrived: tuple[Delivery, ...]
    gone: tuple[str, ...]
    """Paths that no longer hold the bytes the ledger says they hold."""

    def __bool__(self) -> bool:
        return bool(self.arrived or self.gone)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the ledger where there is none."""
    con.execute(LEDGER_SQL.read_text())


def news(con: duckdb.DuckDBPyConnection, landing: Path, retry_refused: bool = False) -> News:
    """Compare the landing folder with the ledger. A file is read only when its size or time changed.

    `retry_refused` counts refused files as new, for use after a contract changed.
    """
    rows = con.execute(
        """
        select distinct file_path, file_bytes, modified_ns, file_sha256, ? and status = 'refused' as is_retried
        from quality.ingest_ledger where is_present
        """,
        [retry_refused],
    ).fetchall()
    present = {path for path, *_ in rows}
    known = {path: (size, modified, sha256) for path, size, modified, sha256, is_retried in rows if not is_retried}
    here = deliveries(landing)
    arrived = tuple(d for d in here if not _is_known(d, known))
    gone = present - {d.file_path for d in here} | {d.file_path for d in arrived} & present
    return News(arrived, tuple(sorted(gone)))


def _is_known(delivery: Delivery, known: dict[str, tuple[int, int, str]]) -> bool:
    size, modified, sha256 = known.get(delivery.file_path, (None, None, None))
    if size != delivery.file_bytes:
        return False
    return modified == delivery.modified_ns or sha256 == vault.fingerprint(delivery.path)


def receive(
    con: duckdb.DuckDBPyConnection,
    landing: Path,
    vault_dir: Path,
    contracts: dict[str, Contract],
    first_month: date,
    retry_refused: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> list[tuple[str, str]]:
    """Take in what is new and return (file path, status) of each part received. One file, one transaction."""
    fresh = news(con, landing, retry_refused)
    for path in fresh.gone:
        con.execute("update quality.ingest_ledger set is_present = false where file_path = ?", [path])
    received = []
    for delivery in fresh.arrived:
        sha256 = vault.keep(delivery.path, vault_dir)
        kept = vault.place(vault_dir, sha256, delivery.path.suffix)
        parts = _parts(con, delivery, sha256, kept, contracts, first_month)
        con.begin()
        _write(con, delivery, sha256, parts)
        con.commit()
        for part in parts:
            say(f"{delivery.file_path}: {_sentence(part)}")
        received += [(delivery.file_path, part["status"]) for part in parts]
    return received


def _parts(con, delivery, sha256, kept, contracts, first_month) -> list[dict]:
    """Ledger rows of one file, without what is the same for all of them."""
    place = {}
    try:
        place["authority_code"] = authority_of(delivery)
        place["reporting_month"] = month_of(delivery, first_month, datetime.now(UTC).date())
        if _is_delivered(con, sha256, place):
            return [place | {"status": "duplicate"}]
        tables = read_tables(kept)
    except Refused as refused:
        return [place | _refusal(refused)]
    parts: list[dict] = []
    for table in tables:
        part = place | _part(con, table, contracts, place)
        twin = next(
            (p for p in parts if p["status"] == part["status"] == "accepted" and p["extract"] == part["extract"]), None
        )
        parts.append(place | _refused_twin(twin, part) if twin else part)
    if any(part["status"] == "accepted" for part in parts):
        for part in parts:
            if part["status"] == "refused" and part["extract"] is None:
                part["status"] = "ignored"  # a sheet of notes
    return parts


def _refused_twin(first: dict, second: dict) -> dict:
    refused = Refused(
        found=f"the sheets '{first['sheet']}' and '{second['sheet']}' are both the extract {first['extract']}",
        expected="one sheet for each extract",
        action=f"Take one of the two out of the workbook; '{first['sheet']}' was loaded",
        extract=first["extract"],
    )
    return {"sheet": second["sheet"]} | _refusal(refused)


def _part(con, table: Table, contracts: dict[str, Contract], place: dict) -> dict:
    chosen = {
        "sheet": table.sheet,
        "encoding": table.encoding,
        "delimiter": (table.delimiter or "").replace("\t", "\\t") or None,
    }
    try:
        match = identify(table, contracts.values(), place["reporting_month"])
    except Refused as refused:
        return chosen | _refusal(refused)
    (version,) = con.execute(
        """
        select coalesce(max(version), 0) + 1 from quality.ingest_ledger
        where status = 'accepted' and authority_code = ? and reporting_month = ? and extract = ?
        """,
        [place["authority_code"], place["reporting_month"], match.extract],
    ).fetchone()
    letters = {name: column_letter(position) for name, position in match.columns.items()}
    return chosen | {
        "status": "accepted",
        "extract": match.extract,
        "version": version,
        "header_row": match.header_row + 1,
        "columns_chosen": json.dumps(letters),
    }


def column_letter(position: int) -> str:
    """0 is A, 25 is Z, 26 is AA, as a spreadsheet names its columns."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _refusal(refused: Refused) -> dict:
    return {
        "status": "refused",
        "extract": refused.extract,
        "found": refused.found,
        "expected": refused.expected,
        "action": refused.action,
    }


def _is_delivered(con, sha256: str, place: dict) -> bool:
    found = con.execute(
        """
        select 1 from quality.ingest_ledger
        where status = 'accepted' and file_sha256 = ? and authority_code = ? and reporting_month = ?
        """,
        [sha256, place["authority_code"], place["reporting_month"]],
    ).fetchone()
    return found is not None


def _write(con, delivery: Delivery, sha256: str, parts: list[dict]) -> None:
    """The file's ledger rows, one a part; bytes seen before at this path only become present again.

    A refusal is replaced, for the file may be retried after its contract changed.
    """
    here = [delivery.file_path, sha256]
    con.execute(
        "delete from quality.ingest_ledger where file_path = ? and file_sha256 = ? and status = 'refused'",
        here,
    )
    seen = con.execute(
        """
        update quality.ingest_ledger set is_present = true, modified_ns = ?
        where file_path = ? and file_sha256 = ? returning 1
        """,
        [delivery.modified_ns, *here],
    ).fetchall()
    if seen:
        return
    for part in parts:
        key = "|".join([*here, part.get("sheet") or ""])
        row = part | {
            "delivery_id": md5(key.encode()).hexdigest(),
            "file_path": delivery.file_path,
            "file_name": delivery.path.name,
            "file_sha256": sha256,
            "file_bytes": delivery.file_bytes,
            "modified_ns": delivery.modified_ns,
            "received_at": datetime.now(UTC).replace(tzinfo=None),
            "is_present": True,
        }
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        con.execute(f"insert into quality.ingest_ledger ({columns}) values ({marks})", list(row.values()))


def _sentence(part: dict) -> str:
    if part["status"] == "accepted":
        return f"{part['extract']}, version {part['version']}"
    if part["status"] == "refused":
        return f"refused: {part['found']}. {part['action']}."
    return part["status"]
