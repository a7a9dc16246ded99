"""Receiving: put every new file into the vault, identify it and enter it into the ledger, before loading any row."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import MappingProxyType

import duckdb
from openpyxl.utils import get_column_letter

from data_quality.contracts import Contract, ListContract, fold
from data_quality.headers import nearest
from data_quality.moments import now
from data_quality.our_words import SHOWN_LETTERS, quoted, shown_path, without_strange_words
from ingestion import ledger, limits, vault
from ingestion.arrivals import Record
from ingestion.identify import identify, is_list
from ingestion.identify_list import RENAMED, list_candidates
from ingestion.landing import PUBLISHED, Delivery, authority_of, month_of, refuse_what_is_no_file
from ingestion.no_data import LeftAside, is_prose, no_data
from ingestion.reading import read_tables
from ingestion.stacked import unstacked
from ingestion.tables import Identified, NotUsedError, RefusedError, Table
from ingestion.text import encoding_throughout, shown

NO_BYTES = ""  # the SHA-256 of a file that cannot be read
STILL_COPIED = "still being copied, so it is left to the next run"


def receive(
    con: duckdb.DuckDBPyConnection,
    landing: Path,
    vault_dir: Path,
    contracts: dict[str, Contract],
    first_month: date,
    say: Callable[[str], None] = lambda _: None,
    settled_seconds: float = 0,
    is_recorded: bool = True,
    kept_as: Mapping[str, str] = MappingProxyType({}),
) -> list[tuple[str, str]]:
    """Receive every new file, and those refused before, and return the file path and status of each part.

    Each file is one transaction. We read it from the vault, so that the ledger describes the bytes that we keep. A file
    that may still be copied is left to the next run: one that changed within `settled_seconds`, or while we read it.
    The vault records what came, unless it is being received again: then `kept_as` has, by path, the SHA-256 under which
    the vault keeps each file.
    """
    vault.clear(vault_dir)
    record = Record(vault_dir, is_recorded)
    if is_recorded and not record.last:
        record.begin(ledger.delivered(con))  # they came before there was a record
    again = _with_headers_known_since(con, contracts)
    fresh = ledger.news(con, landing, retry_refused=True, retried=again, settled_seconds=settled_seconds)
    for delivery in fresh.unfinished:
        say(f"{shown_path(delivery.file_path)}: {STILL_COPIED}")
    record.gone(set(fresh.gone) - {delivery.file_path for delivery in fresh.arrived}, now())
    for path in fresh.gone:
        ledger.forget(con, path)
    received = []
    for delivery in fresh.arrived:
        try:
            refuse_what_is_no_file(delivery)
            limits.check_bytes(delivery.file_bytes)
            limits.begin()
            sha256 = kept_as.get(delivery.file_path) or vault.keep(delivery.path, vault_dir)
            if _has_changed(delivery):
                say(f"{shown_path(delivery.file_path)}: {STILL_COPIED}")
                continue
            record.arrived(delivery, sha256, now())
            with vault.opened(vault_dir, sha256, delivery.path.suffix) as kept:
                parts = _parts(delivery, kept, contracts, first_month)
        except RefusedError as refused:
            sha256, parts = NO_BYTES, [_place(delivery, first_month) | _refusal(refused)]
        except OSError as error:
            if error.errno in vault.NO_ROOM:  # ours, not the file's
                raise
            sha256, parts = NO_BYTES, [_place(delivery, first_month) | _unreadable(error)]
        con.begin()
        for part in map(_of_nobody, parts):
            status = ledger.write(con, delivery, sha256, part)
            told = shown_path(delivery.file_path, ledger.number_of(con, delivery.file_path))
            said = _sentence(part | {"status": status}, contracts)
            say(f"{told}: {without_strange_words(said)}")
            received.append((delivery.file_path, status))
        _say_moved(con, delivery.file_path, say)
        con.commit()
    return received


def _say_moved(con: duckdb.DuckDBPyConnection, file_path: str, say: Callable[[str], None]) -> None:
    told = shown_path(file_path, ledger.number_of(con, file_path))
    for path in ledger.moved_from(con, file_path):
        say(f"{told}: moved from {shown_path(path, ledger.number_of(con, path))}, which no longer counts there")


def _with_headers_known_since(con: duckdb.DuckDBPyConnection, contracts: dict[str, Contract]) -> set[str]:
    """Return the current files of lists with a header that was left aside and that its contract knows by now."""
    return {
        path
        for path, extract, headers in ledger.with_unknown_headers(con)
        if isinstance(contract := contracts.get(extract), ListContract) and _has_known(json.loads(headers), contract)
    }


def _has_known(items: list[ledger.Entry], contract: ListContract) -> bool:
    read = {item["column"] for item in items}
    unread = [item["header"] for item in items if item["column"] is None]
    columns = [column for column in contract.columns if column.name not in read]
    return any(fold(header) in column.folded_headers for header in unread for column in columns)


def _has_changed(delivery: Delivery) -> bool:
    stat = delivery.path.lstat()
    return (stat.st_size, stat.st_mtime_ns) != (delivery.file_bytes, delivery.modified_ns)


def _place(delivery: Delivery, first_month: date) -> ledger.Entry:
    """Return authority and month of a file, as far as its folders tell."""
    with suppress(RefusedError):
        authority_code = authority_of(delivery)
        return {
            "authority_code": authority_code,
            "reporting_month": month_of(delivery, first_month, now().date()),
        }
    return {}


def _unreadable(error: OSError) -> ledger.Entry:
    refused = RefusedError(
        found=f"the file cannot be read ({error.strerror})",
        expected="a file that this computer may read",
        action="Close it where it is open, or give the warehouse the right to read it; the next run tries again",
    )
    return _refusal(refused)


def _parts(delivery: Delivery, kept: Path, contracts: dict[str, Contract], first_month: date) -> list[ledger.Entry]:
    """Return what to enter for each part of a file, without what is the same for all parts."""
    place: ledger.Entry = {}
    try:
        place["authority_code"] = authority_of(delivery)
        place["reporting_month"] = month_of(delivery, first_month, now().date())
        if aside := no_data(delivery):
            return [place | _left_aside(aside)]
        read = read_tables(kept, lambda table: is_list(table, contracts.values()))
    except RefusedError as refused:
        return [place | _refusal(refused)]
    tables = [part for table in read for part in unstacked(table, contracts.values(), place["reporting_month"])]
    parts: list[ledger.Entry] = []
    for table in tables:
        part = place | _part(table, contracts, place, kept)
        accepted = {p["extract"]: p for p in parts if p["status"] == "accepted"}
        twin = accepted.get(part["extract"]) if part["status"] == "accepted" else None
        parts.append(place | _refused_twin(twin, part) if twin else part)
    if any(part["status"] == "accepted" for part in parts):
        for part in parts:
            if part["status"] == "refused" and part["extract"] is None:
                part["status"] = "ignored"  # a sheet of notes
    elif not any(part["extract"] for part in parts) and is_prose(delivery, tables[0]):
        return [place | _left_aside(LeftAside("It is text without a table."))]
    return parts


def _left_aside(aside: LeftAside) -> ledger.Entry:
    return {"status": "ignored", "extract": None, "notes": aside.what, "action": aside.action}


def _of_nobody(part: ledger.Entry) -> ledger.Entry:
    """Return the part; one refused that lay with what is published belongs to no authority and holds none back."""
    is_refused = part["status"] == "refused" and part.get("authority_code") == PUBLISHED.authority_code
    return part | {"authority_code": None} if is_refused else part


def _refused_twin(first: ledger.Entry, second: ledger.Entry) -> ledger.Entry:
    both = f"{quoted(first['sheet'])} and {quoted(second['sheet'])}"
    refused = RefusedError(
        found=f"the sheets {both} are both the extract {first['extract']}",
        expected="one sheet for each extract",
        action=f"Take one of the two out of the workbook; {quoted(first['sheet'])} was loaded",
        extract=first["extract"],
    )
    return {"sheet": second["sheet"]} | _refusal(refused)


def _part(table: Table, contracts: dict[str, Contract], place: ledger.Entry, kept: Path) -> ledger.Entry:
    chosen = {
        "sheet": table.sheet,
        "encoding": table.encoding,
        "delimiter": (table.delimiter or "").replace("\t", "\\t") or None,
    }
    try:
        match = identify(table, contracts.values(), place["reporting_month"])
        _check_folder(contracts[match.extract], place)
        if table.encoding and not table.is_complete:
            chosen["encoding"] = shown(encoding_throughout(kept))
    except NotUsedError as known:
        return chosen | {"status": "ignored", "extract": None, "notes": f"{known}: no measure needs it."}
    except RefusedError as refused:
        return chosen | _refusal(refused) | _refused_headers(table, refused.extract, contracts)
    letters = {name: get_column_letter(position + 1) for name, position in match.columns.items()}
    return chosen | {
        "status": "accepted",
        "extract": match.extract,
        "header_row": match.header_row + 1,
        "columns_chosen": json.dumps(letters),
        "headers": _headers(table, match, contracts[match.extract]),
        "notes": match.notes,
    }


def _check_folder(contract: Contract, place: ledger.Entry) -> None:
    """Raise `RefusedError` for what an authority delivers that lies with the figures of all authorities."""
    is_of_every_area = isinstance(contract, ListContract) and contract.is_of_every_area
    if place["authority_code"] == PUBLISHED.authority_code and not is_of_every_area:
        raise RefusedError(
            found=f"'{contract.title}', which is of one authority",
            expected=f"in the folder '{PUBLISHED.folder}', only tables of all authorities",
            action="Move the file to <authority>/<YYYY-MM>/",
            extract=contract.extract,
        )


def _headers(table: Table, match: Identified, contract: Contract) -> str:
    """Return, as JSON, the headers that should be the same every month, each with the column it was read as.

    The month columns of a return change every month, so they are left out. Of a header that the contract of a list does
    not know: how many of the cells below it are filled, among the first rows, and the column that it is nearly that of.
    """
    names = {position: name for name, position in match.columns.items()}
    headers = [
        {"header": text[:SHOWN_LETTERS], "column": names.get(position)}
        | ({} if contract.kind == "return" or position in names else _unknown(table, match, position, contract))
        for position, text in enumerate(table.rows[match.header_row])
        if text and (contract.kind != "return" or position not in names)
    ]
    return json.dumps(headers, ensure_ascii=False)


def _unknown(table: Table, match: Identified, position: int, contract: ListContract) -> ledger.Entry:
    below = table.rows[match.header_row + 1 :]
    absent = [column for column in contract.columns if column.name not in match.columns]
    near = nearest(table.rows[match.header_row][position], absent, RENAMED)
    cells = sum(position < len(row) and bool(row[position]) for row in below)
    return {"cells": cells} | ({"nearest": near.name} if near else {})


def _refused_headers(table: Table, extract: str | None, contracts: dict[str, Contract]) -> ledger.Entry:
    """Return the headers of a table that is nearly a list, so that a header can be accepted that had it refused."""
    contract = contracts.get(extract or "")
    if not isinstance(contract, ListContract):
        return {}
    nearly = list_candidates(table, [contract])[0]
    columns = {name: cells[0] for name, cells in nearly.positions.items()}
    match = Identified(contract.extract, nearly.header_row, columns, rows={})
    return {"headers": _headers(table, match, contract)}


def _refusal(refused: RefusedError) -> ledger.Entry:
    return {
        "status": "refused",
        "extract": refused.extract,
        "found": refused.found,
        "expected": refused.expected,
        "action": refused.action,
    }


def _sentence(part: ledger.Entry, contracts: dict[str, Contract]) -> str:
    if part["status"] == "accepted":
        return f"is {contracts[str(part['extract'])].title}" + (f". {part['notes']}" if part["notes"] else "")
    if part["status"] == "refused":
        return f"refused: {part['found']}. {part['action']}."
    if part["status"] == "ignored" and part.get("notes"):
        todo = f" {part['action']}." if part.get("action") else ""
        return f"left aside: {part['notes']}{todo}"
    return str(part["status"])
