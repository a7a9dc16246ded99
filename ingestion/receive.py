"""Receiving: every new file into the vault, identified, and into the ledger, before any row of it is loaded."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from data_quality.contracts import Contract
from ingestion import ledger, vault
from ingestion.identify import identify, is_list
from ingestion.landing import Delivery, authority_of, month_of
from ingestion.reading import read_tables
from ingestion.tables import Identified, Refused, Table
from ingestion.text import encoding_throughout, shown

NO_BYTES = ""  # in place of the SHA-256 of a file that cannot be read
HEADER_SHOWN_LETTERS = 60


def receive(
    con: duckdb.DuckDBPyConnection,
    landing: Path,
    vault_dir: Path,
    contracts: dict[str, Contract],
    first_month: date,
    say: Callable[[str], None] = lambda line: None,
) -> list[tuple[str, str]]:
    """Take in what is new, and what was refused before, and return (file path, status) of each part.

    One file, one transaction. A file is read from the vault, so that what is entered is what was kept.
    """
    fresh = ledger.news(con, landing, retry_refused=True)
    for path in fresh.gone:
        ledger.forget(con, path)
    received = []
    for delivery in fresh.arrived:
        try:
            sha256 = vault.keep(delivery.path, vault_dir)
            parts = _parts(delivery, vault.place(vault_dir, sha256, delivery.path.suffix), contracts, first_month)
        except OSError as error:
            sha256, parts = NO_BYTES, [_unreadable(delivery, error)]
        con.begin()
        for part in parts:
            status = ledger.write(con, delivery, sha256, part)
            say(f"{delivery.file_path}: {_sentence(part | {'status': status})}")
            received.append((delivery.file_path, status))
        con.commit()
    return received


def _unreadable(delivery: Delivery, error: OSError) -> dict:
    refused = Refused(
        found=f"the file cannot be read ({error.strerror})",
        expected="a file that this computer may read",
        action="Close it where it is open, or give the warehouse the right to read it; the next run tries again",
    )
    return _refusal(refused)


def _parts(delivery: Delivery, kept: Path, contracts: dict[str, Contract], first_month: date) -> list[dict]:
    """What is to be entered of one file: a row, or a row for each sheet, without what is the same for all of them."""
    place = {}
    try:
        place["authority_code"] = authority_of(delivery)
        place["reporting_month"] = month_of(delivery, first_month, datetime.now(UTC).date())
        tables = read_tables(kept, lambda table: is_list(table, contracts.values()))
    except Refused as refused:
        return [place | _refusal(refused)]
    parts: list[dict] = []
    for table in tables:
        part = place | _part(table, contracts, place, kept)
        accepted = {p["extract"]: p for p in parts if p["status"] == "accepted"}
        twin = accepted.get(part["extract"]) if part["status"] == "accepted" else None
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


def _part(table: Table, contracts: dict[str, Contract], place: dict, kept: Path) -> dict:
    chosen = {
        "sheet": table.sheet,
        "encoding": table.encoding,
        "delimiter": (table.delimiter or "").replace("\t", "\\t") or None,
    }
    try:
        match = identify(table, contracts.values(), place["reporting_month"])
        if table.encoding and not table.is_complete:
            chosen["encoding"] = shown(encoding_throughout(kept))
    except Refused as refused:
        return chosen | _refusal(refused)
    letters = {name: column_letter(position) for name, position in match.columns.items()}
    return chosen | {
        "status": "accepted",
        "extract": match.extract,
        "header_row": match.header_row + 1,
        "columns_chosen": json.dumps(letters),
        "headers": _headers(table, match, contracts[match.extract]),
        "notes": match.notes,
    }


def _headers(table: Table, match: Identified, contract: Contract) -> str:
    """JSON of the header texts that should stay the same from month to month, each with the column it was read as.

    The columns of a return are months, which come and go by design: of it only what stands beside them.
    """
    names = {position: name for name, position in match.columns.items()}
    headers = [
        {"header": text[:HEADER_SHOWN_LETTERS], "column": names.get(position)}
        for position, text in enumerate(table.rows[match.header_row])
        if text and (contract.kind != "return" or position not in names)
    ]
    return json.dumps(headers, ensure_ascii=False)


def column_letter(position: int) -> str:
    """0 is A, 25 is Z, 26 is AA, as a spreadsheet names its columns."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_position(letters: str) -> int:
    """A is 0, Z is 25, AA is 26."""
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - 64
    return position - 1


def _refusal(refused: Refused) -> dict:
    return {
        "status": "refused",
        "extract": refused.extract,
        "found": refused.found,
        "expected": refused.expected,
        "action": refused.action,
    }


def _sentence(part: dict) -> str:
    if part["status"] == "accepted":
        return f"is {part['extract']}" + (f". {part['notes']}" if part["notes"] else "")
    if part["status"] == "refused":
        return f"refused: {part['found']}. {part['action']}."
    return part["status"]
