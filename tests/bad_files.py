"""SYNTHETIC files that are broken or strange, each with what is to become of it: `python tests/bad_files.py FOLDER`.

A `Bad` says the status that the ledger is to have and words that it is to say. No cell is of a person.
"""

import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from returns import clean_returns

from data_quality.contracts import ListContract, load_contracts

LISTS = [c for c in load_contracts().values() if isinstance(c, ListContract) and c.dataset == "annex_a"]
RETURNS = clean_returns().tables
CONTACTS = next(c for c in LISTS if c.extract == "annex_a_contacts")


@dataclass(frozen=True)
class Bad:
    """A file, the status that it is to get, and what is to be said of it."""

    name: str
    content: bytes
    status: str
    words: str = ""


def text(rows: list[list[str]], delimiter: str = ",") -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue().encode()


def listed(contract: ListContract, headers: list[str] | None = None, rows: int = 3) -> list[list[str]]:
    """A list with these headers, or its own, and rows of a made-up child."""
    head = headers or [column.headers[0] for column in contract.columns]
    by_header = {column.headers[0]: column.type for column in contract.columns}
    cell = {"identifier": "C{n}", "date": "01/11/2013"}
    return [head, *([cell.get(by_header.get(h, ""), "").format(n=n) for h in head] for n in range(rows))]


def workbook(rows: list[list[str]], sheet: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def without_part(content: bytes, part: str) -> bytes:
    """A workbook that lacks one of the files in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
    return made.getvalue()


def wrong_headers() -> Iterator[Bad]:
    """Of each list, each required column missing, and each twice."""
    for contract in LISTS:
        own = [column.headers[0] for column in contract.columns]
        for column in contract.required:
            header = column.headers[0]
            name = f"{contract.extract}-{column.name}"
            less = [h for h in own if h != header]
            yield Bad(f"{name}-missing.csv", text(listed(contract, less)), "refused", "missing")
            yield Bad(f"{name}-twice.csv", text(listed(contract, [*own, header])), "refused", "2 columns are headed as")


def wrong_rows() -> Iterator[Bad]:
    """Of each return, each row missing, and each twice; a column missing; a cell too many."""
    for extract, rows in RETURNS.items():
        for n in range(1, len(rows)):
            yield Bad(f"{extract}-{n}-missing.csv", text(rows[:n] + rows[n + 1 :]), "refused", "is missing")
            yield Bad(f"{extract}-{n}-twice.csv", text([*rows, rows[n]]), "refused", "appears 2 times")
        wide = [rows[0], [*rows[1], "9"], *rows[2:]]
        yield Bad(f"{extract}-wide.csv", text(wide), "refused", "cells under a header of")
        yield Bad(f"{extract}-narrow.csv", text([row[:-2] for row in rows]), "refused", "up to November 2013")


def no_tables() -> Iterator[Bad]:
    """Files that are no table at all, or half of one."""
    good, book = text(listed(CONTACTS)), workbook(listed(CONTACTS))
    yield Bad("empty.csv", b"", "refused", "empty")
    yield Bad("blank.csv", b"\n\n , \n", "refused", "empty")
    yield Bad("mark.csv", b"\xef\xbb\xbf", "refused", "empty")
    yield Bad("pdf.csv", b"%PDF-1.7\n1 0 obj", "refused", "a PDF")
    yield Bad("page.csv", b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "refused", "a web page")
    yield Bad("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "refused", "old Office format")
    secret = b"\xd0\xcf\x11\xe0" + bytes(300) + "EncryptedPackage".encode("utf-16-le")
    yield Bad("secret.xlsx", secret, "refused", "protected by a password")
    yield Bad("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "refused")
    yield Bad("half-character.csv", good.decode().encode("utf-16")[:-1], "refused", "half a character")
    yield Bad("half-row.csv", good.rstrip()[:-12], "refused", "truncated")
    yield Bad("long-line.csv", b"a" * 3_000_000, "refused")
    yield Bad("unknown.csv", b"a,b\n1,2\n", "refused", "no extract is recognised")
    yield Bad("only-header.csv", text(listed(CONTACTS, rows=0)), "accepted")
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        yield Bad(f"no-{part.split('/')[-1]}.xlsx", without_part(book, part), "refused", "workbook")
    yield Bad("no-sheet.xlsx", without_part(book, "xl/worksheets/sheet1.xml"), "refused", "empty")
    for share in range(1, 10):
        yield Bad(f"cut-{share}.xlsx", book[: len(book) * share // 10], "refused", "damaged or truncated")
    yield Bad("archive.xlsx", without_part(without_part(book, "xl/workbook.xml"), "[Content_Types].xml"), "refused")
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><Message><Children>&b;</Children></Message>'
    yield Bad("entity.xml", bomb, "refused")
    yield Bad("other.xml", b"<?xml version='1.0'?><Letters><Letter>1</Letter></Letters>", "refused")
    yield Bad("cut.xml", b"<?xml version='1.0'?><Message><Header><CollectionDetails>", "refused")


def strange() -> Iterator[Bad]:
    """Files that are odd, and taken all the same."""
    rows = listed(CONTACTS)
    yield Bad("semicolons.csv", text(rows, ";"), "accepted")
    yield Bad("tabs.txt", text(rows, "\t"), "accepted")
    yield Bad("utf16.csv", text(rows).decode().encode("utf-16"), "accepted")
    yield Bad("marked.csv", b"\xef\xbb\xbf" + text(rows), "accepted")
    yield Bad("windows.csv", text([rows[0], ["caf\xe9", *rows[1][1:]]]).decode().encode("cp1252"), "accepted")
    yield Bad("titled.csv", text([["A title"], [], *rows]), "accepted")
    yield Bad("book.xlsx", workbook(rows), "accepted")
    yield Bad("formula.csv", text([rows[0], ["=cmd|' /C calc'!A0", *rows[1][1:]]]), "accepted")


def corpus() -> list[Bad]:
    return [*no_tables(), *strange(), *wrong_headers(), *wrong_rows()]


if __name__ == "__main__":
    for bad in corpus():
        file = Path(sys.argv[1]) / bad.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bad.content)
        print(f"{bad.name}: {bad.status} {bad.words}")
