"""Headers that no contract knows: which lists have them, what they are nearest to, and the line that accepts one."""

import difflib
import json
import re
from pathlib import Path
from typing import Any

import duckdb

from data_quality.contracts import HERE, Contract, ListColumn, ListContract, bare, fold, load_contracts, read_contract

CLOSE = 0.6  # difflib's own default for a close match
LAST_FILES = """
    select extract, authority_code, headers from quality.ingest_ledger
    where status in ('accepted', 'refused') and headers is not null and extract is not null
    qualify row_number() over (partition by authority_code, extract order by reporting_month desc, received_at desc) = 1
    order by extract, authority_code
"""
Row = dict[str, Any]


def nearest(header: str, columns: list[ListColumn], cutoff: float = CLOSE) -> ListColumn | None:
    """Return the column with the header most like this one, or None where none is as like as `cutoff`."""
    known = {bare(accepted): column for column in columns for accepted in column.headers}
    found = difflib.get_close_matches(bare(header), known, n=1, cutoff=cutoff)
    return known[found[0]] if found else None


def unknown(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return each header of the last file of an authority and list that no contract knows, the likeliest ones first.

    `cells` is how many cells below it are filled, among the first rows of those files; no cell is ever shown.
    """
    rows: dict[tuple[str, str], Row] = {}
    for extract, authority_code, headers in con.execute(LAST_FILES).fetchall():
        contract = load_contracts().get(extract)
        if not isinstance(contract, ListContract):
            continue
        items = json.loads(headers)
        there = {item["column"] for item in items}
        absent = [column for column in contract.columns if column.name not in there]
        for item in items:
            if item["column"] is None and not is_known(item["header"], contract):
                row = rows.setdefault((extract, fold(item["header"])), _row(item["header"], contract, absent))
                row["cells"] += item.get("cells") or 0
                row["authorities"].append(authority_code)
    return sorted(rows.values(), key=lambda row: (row["column"] is None, row["extract"], -row["cells"]))


def is_known(header: str, contract: ListContract) -> bool:
    """Return whether a column of the contract accepts the header as it stands."""
    return any(fold(header) in column.folded_headers for column in contract.columns)


def accept(header: str, column: str, extract: str) -> Row:
    """Add a header to those of a column, in the contract's file, and return the file and the line's new headers.

    Raises `LookupError` where there is no such list or column, and `ValueError` where the header is another column's.
    """
    contract = load_contracts().get(extract)
    if not isinstance(contract, ListContract):
        raise LookupError(f'"{extract}" is not a list. `csc headers` shows the lists by name.')
    known = next((c for c in contract.columns if c.name == column), None)
    if known is None:
        names = ", ".join(c.name for c in contract.columns)
        raise LookupError(f'"{column}" is not a column of {contract.title}. Its columns are {names}.')
    if not header.strip():
        raise ValueError("The header is blank. Give it as it stands in the file.")
    if is_known(header, contract):
        raise ValueError(f'"{header}" is already a header of {contract.title}.')
    path = _file(contract, column)
    before = path.read_text(encoding="utf-8")
    path.write_text(_with_header(before, column, header), encoding="utf-8")
    try:
        after = [read_contract(each) for each in sorted(path.parent.glob("*.yml")) if not each.name.startswith("_")]
    except ValueError:
        path.write_text(before, encoding="utf-8")
        raise ValueError(f'"{header}" is the header of another column in a list of the same dataset.') from None
    return _place(path, column, next(c for c in after if c.extract == extract))


def _row(header: str, contract: ListContract, absent: list[ListColumn]) -> Row:
    column = nearest(header, absent)
    row: Row = {"extract": contract.extract, "title": contract.title, "header": header, "cells": 0, "authorities": []}
    row |= {"column": column and column.name, "nearest": column and column.headers[0], "file": None, "line": None}
    if column:
        path = _file(contract, column.name)
        listed = json.dumps([*column.headers, header], ensure_ascii=False)
        row |= {"file": _shown(path), "line": f"{{name: {column.name}, headers: {listed}, ...}}"}
    return row


def _place(path: Path, column: str, contract: Contract) -> Row:
    headers = next(c.headers for c in contract.columns if c.name == column)
    return {"file": _shown(path), "column": column, "headers": list(headers)}


def _shown(path: Path) -> str:
    return str(path.relative_to(HERE.parent.parent))


def _file(contract: ListContract, column: str) -> Path:
    """Return the file that has the line of a column: the contract's own, or one whose columns it takes."""
    folder = HERE / contract.dataset
    own = folder / f"{contract.list}.yml"
    return next(path for path in (own, *sorted(folder.glob("_*.yml"))) if _line(column).search(path.read_text()))


def _line(column: str) -> re.Pattern[str]:
    """Return what a column's line begins with, up to the end of its headers; a bracket may stand in a quoted one."""
    return re.compile(rf"""(- \{{name: {re.escape(column)}, headers: \[(?:"[^"]*"|[^\]"])*)\]""")


def _with_header(text: str, column: str, header: str) -> str:
    quoted = json.dumps(header, ensure_ascii=False)
    return _line(column).sub(lambda match: f"{match[1]}, {quoted}]", text, count=1)
