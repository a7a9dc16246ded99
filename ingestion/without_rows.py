"""Write a file of the vault again without the rows of some children.

The rows become blank, so that every other row keeps its number. A workbook is written anew from the texts that we read
of its visible sheets, because other parts (hidden sheets, comments, the cache of a pivot) may tell of the child too.
A file that cannot be read goes as a whole: nobody can tell whether the child is in it, and nothing is counted by it.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

import xlsxwriter

from ingestion.refused import RefusedError
from ingestion.text import delimiter_of, encoding_throughout, text_records
from ingestion.workbook import check, is_archive, read_workbook, sheet_records, visible_sheets
from ingestion.xml_layout import XmlReturn, contracts_of
from ingestion.xml_return import xml_return

QUOTES = re.compile(r"^=?[\"']+|[\"']+$")
NUMBER = re.compile(r"[0-9]+([.]0+)?")
UNREAD = "What came here, {size:,} bytes with the SHA-256 {name}, was erased because it could not be searched.\n"


@dataclass(frozen=True)
class Taken:
    """What is to go from one file."""

    rows: Mapping[str | None, frozenset[int]]
    """Row numbers of a list, by sheet; None for a text file."""
    ids: frozenset[str]
    """Normalised ids. A row of a sheet that we do not use goes where a cell has one, and a child of an XML return."""
    used: frozenset[str | None]
    """The sheets that we use: of these only `rows` go."""


def normalised(text: str) -> str:
    """Return an id as the macro `normalised_id` writes it."""
    bare = QUOTES.sub("", text.strip().upper())
    if NUMBER.fullmatch(bare):
        return bare.partition(".")[0].lstrip("0") or "0"
    return bare


def rewrite(kept: Path, to: Path, taken: Taken) -> int:
    """Write `kept` to `to` without these rows, and return how many are gone; 0 for a file that stays as it is."""
    try:
        if layout := xml_return(kept):
            return _xml(kept, to, layout, taken.ids)
        if is_archive(kept):
            check(kept)
            return _workbook(kept, to, taken)
        return _text(kept, to, taken)
    except (RefusedError, UnicodeError, csv.Error, expat.ExpatError):
        to.write_text(UNREAD.format(size=kept.stat().st_size, name=kept.stem))
        return 1


def _text(kept: Path, to: Path, taken: Taken) -> int:
    encoding = encoding_throughout(kept)
    delimiter = delimiter_of(kept, encoding)
    gone = 0
    with to.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        for number, record in enumerate(text_records(kept, encoding, delimiter), start=1):
            if _is_taken(taken, None, number, record):
                file.write("\r\n")
                gone += 1
            else:
                writer.writerow(record)
    return gone


def _workbook(kept: Path, to: Path, taken: Taken) -> int:
    gone = 0
    options = {"constant_memory": True, "tmpdir": str(to.parent)}  # its temporary files have children's rows
    with xlsxwriter.Workbook(to, options) as book:
        for name, records in _sheets(kept, taken):
            sheet = book.add_worksheet(name)
            for number, record in enumerate(records, start=1):
                if _is_taken(taken, name, number, record):
                    gone += 1
                    continue
                for column, cell in enumerate(record):
                    if cell:
                        sheet.write_string(number - 1, column, cell)
    return gone


def _sheets(kept: Path, taken: Taken) -> Iterator[tuple[str, Iterable[Sequence[str]]]]:
    """Yield each sheet as it was read: with a list in it as stored, otherwise as printed, as far as we look."""
    if taken.rows:
        for name in visible_sheets(kept):
            yield name, sheet_records(kept, name)
    else:
        for table in read_workbook(kept):
            yield str(table.sheet), table.rows


def _is_taken(taken: Taken, sheet: str | None, number: int, record: Iterable[str]) -> bool:
    if sheet in taken.used:
        return number in taken.rows.get(sheet, ())
    return any(normalised(cell) in taken.ids for cell in record if cell)


def _xml(kept: Path, to: Path, layout: XmlReturn, ids: frozenset[str]) -> int:
    """Cut the elements of these children out, byte by byte; what is around them stays as it is."""
    content = kept.read_bytes()
    spans = _Children(layout, ids).spans(content)
    ends = [end for _, end in spans]
    starts = [start for start, _ in spans]
    with to.open("wb") as file:
        for begin, stop in zip([0, *ends], [*starts, len(content)], strict=True):
            file.write(content[begin:stop])
    return len(spans)


class _Children:
    """Finds where the elements of some children begin and end in an XML return."""

    def __init__(self, layout: XmlReturn, ids: frozenset[str]) -> None:
        columns = chain.from_iterable(contract.columns for contract in contracts_of(layout.dataset).values())
        self.id_names = {name for column in columns if column.name == "child_id" for name in column.element_names}
        self.child, self.ids = layout.child, ids
        self.start, self.is_one, self.text = -1, False, ""
        self.found: list[tuple[int, int]] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._declared

    def spans(self, content: bytes) -> list[tuple[int, int]]:
        """Return the first byte of each element and the byte after it."""
        self.parser.Parse(content, True)
        width = 2 if content.startswith(b"\xff\xfe") else 1  # bytes from ">" on, in UTF-16 with the zero after it
        return [(start, content.index(b">", end) + width) for start, end in self.found]

    def _declared(self, *_: object) -> NoReturn:
        raise RefusedError("The XML declares a document type or entities, which can do harm", "", "")

    def _begin(self, name: str, _: dict[str, str]) -> None:
        self.text = ""
        if name.rpartition(":")[2] == self.child:
            self.start, self.is_one = self.parser.CurrentByteIndex, False

    def _characters(self, text: str) -> None:
        self.text += text

    def _end(self, name: str) -> None:
        bare = name.rpartition(":")[2]
        if bare in self.id_names and normalised(self.text) in self.ids:
            self.is_one = True
        if bare == self.child and self.is_one:
            self.found.append((self.start, self.parser.CurrentByteIndex))
            self.is_one = False
        self.text = ""
