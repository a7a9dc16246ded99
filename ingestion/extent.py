"""How large a workbook is, from its XML, before a library holds the rectangle of each sheet in memory.

A file of 2 KB with one text in the last cell of a sheet asks for half a terabyte, which ends the process.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from os import SEEK_CUR
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl.reader.workbook import WorkbookParser
from openpyxl.utils import column_index_from_string

from data_quality.our_words import quoted
from ingestion import limits
from ingestion.tables import A_TABLE, SAVE_AGAIN, RefusedError

BLOCK = 1 << 20
LOCAL_LENGTHS = 26  # where a part's own header has the lengths of its name and of what stands between it and the part
CELL_COLUMN = re.compile(rb'<c [^<>]*?\br="([A-Z]{1,3})[0-9]')
CELL_ROW = re.compile(rb'<c [^<>]*?\br="[A-Z]{1,3}([0-9]{1,7})"')
# XML that the two patterns above do not see through, though another reader does; each begins with its own letters,
# because a search for all of them at once takes three times as long
UNUSUAL = [re.compile(pattern) for pattern in (rb"<c[\t\r\n>/]", rb":c[\s>/]", rb"<!", rb"='", rb"\0")]
REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
TYPES = "[Content_Types].xml"
TEXTS = "sharedStrings"
# tags of each part that a library holds in memory as a whole, half a kilobyte and more for each. Excel has at most
# 65,490 formats of cells, and writes up to four tags for each
TAGS = {"styles": 300_000, "sheet.main": 50_000}
USUAL = {TEXTS: "xl/sharedStrings.xml", "styles": "xl/styles.xml", "sheet.main": "xl/workbook.xml"}
TAGS_OF_RELATIONS = 10_000
PART_BYTES = 1 << 25  # of such a part
DECLARED = r"<[^<>]*\bPartName\s*=\s*[\"']/?([^\"'<>]+)[\"'][^<>]*>"


def check_workbook(path: Path) -> None:
    """Raise `RefusedError` if the workbook, or a visible sheet of it, is past a limit, or damaged."""
    with ZipFile(path) as archive:
        names = archive.namelist()
        limits.check_unpacked(sum(part.file_size for part in archive.infolist()))
        if len(set(names)) < len(names):
            raise _damaged()
        for info in archive.infolist():
            _check_size(path, info)
        for part in names:
            if part == TYPES or part.endswith(".rels"):
                _check_tags(archive, part, TAGS_OF_RELATIONS)
        for kind, most in TAGS.items():
            for part in _parts(archive, kind):
                _check_tags(archive, part, most)
        limits.check_texts(texts(archive))
        for sheet, part in visible_sheets(archive).items():
            if part in names:
                _check_sheet(archive, part, f"Sheet {quoted(sheet)}")


def _check_size(path: Path, part: ZipInfo) -> None:
    """Raise `RefusedError` if a part unpacks to another size than the directory says.

    Python stops at the size that the directory says, but the library that reads the cells does not.
    """
    if part.compress_type == ZIP_STORED:
        size = part.compress_size
    elif part.compress_type == ZIP_DEFLATED:
        size = sum(map(len, _unpacked(path, part)))
    else:
        raise _damaged()
    if size != part.file_size:
        raise _damaged()


def _unpacked(path: Path, part: ZipInfo) -> Iterator[bytes]:
    """Yield what a part unpacks to, in blocks, and a block more at most than the directory says."""
    unpack, left, size = zlib.decompressobj(-zlib.MAX_WBITS), part.compress_size, 0
    with path.open("rb") as file:
        file.seek(part.header_offset + LOCAL_LENGTHS)
        file.seek(sum(struct.unpack("<HH", file.read(4))), SEEK_CUR)
        while left and not unpack.eof and size <= part.file_size:
            limits.check_time()
            rest = file.read(min(left, BLOCK))
            left -= len(rest)
            if not rest:
                raise _damaged()
            while rest and not unpack.eof and size <= part.file_size:
                block = unpack.decompress(rest, BLOCK)
                rest, size = unpack.unconsumed_tail, size + len(block)
                yield block


def texts(archive: ZipFile) -> int:
    """Return how many texts the cells of a workbook share."""
    return sum(_count(archive, part, b"<si", limits.limits().cells) for part in _parts(archive, TEXTS))


def _parts(archive: ZipFile, kind: str) -> set[str]:
    """Return where a workbook has its texts, its styles or its list of sheets; it may say so itself."""
    names = {name.casefold(): name for name in archive.namelist()}
    types = archive.read(TYPES).decode(errors="replace") if TYPES in archive.namelist() else ""
    said = [tag[1] for tag in re.finditer(DECLARED, types) if kind in tag[0]]
    return {names[part.casefold()] for part in (*said, USUAL[kind]) if part.casefold() in names}


def _check_tags(archive: ZipFile, part: str, most: int) -> None:
    tags = size = 0
    with archive.open(part) as file:
        for block in _blocks(file):
            tags, size = tags + block.count(b"<"), size + len(block)
            if tags > most or size > PART_BYTES:
                raise RefusedError(f"The workbook has over {most:,} formats, names or sheets", A_TABLE, limits.COPY)


def _count(archive: ZipFile, part: str, tag: bytes, most: int) -> int:
    """Return how often a tag stands in a part, or a number over `most`; one cut in two by a block counts as none."""
    count = 0
    with archive.open(part) as file:  # to its end: the directory may say that it is shorter than it is
        for block in _blocks(file):
            count += block.count(tag)
            if count > most:
                break
    return count


def visible_sheets(archive: ZipFile) -> dict[str, str]:
    """Return the file in the archive of each visible sheet, by the name of the sheet."""
    workbook = WorkbookParser(archive, "xl/workbook.xml", keep_links=False)
    workbook.parse()
    return {sheet.name: relation.target for sheet, relation in workbook.find_sheets() if sheet.state == "visible"}


def _check_sheet(archive: ZipFile, part: str, sheet: str) -> None:
    size = archive.getinfo(part).file_size
    with archive.open(part) as file:
        rough = _rough(file)
    if rough is not None:
        rows, columns, merged = rough
        limits.check_merged(merged, sheet)
        if columns <= limits.limits().columns and rows * columns <= limits.limits().cells:
            limits.check_memory(size, rows * columns, sheet)
            return
    # now exactly: cells without a text, which formats leave behind, take no place
    exact = _Extent(sheet)
    with archive.open(part) as file:
        exact.read(file)
    limits.check_merged(exact.merged, sheet)
    limits.check_memory(size, exact.rows * exact.columns, sheet)


def _rough(file: IO[bytes]) -> tuple[int, int, int] | None:
    """Return the last row and column of any cell and the merged cells, as an ordinary XML says; None for any other."""
    rows, merged, letters, is_first = 0, 0, {b"A"}, True
    for block in _tags(file):
        start = block.find(b"?>") + 2 if is_first and block.startswith((b"<?xml", b"\xef\xbb\xbf<?xml")) else 0
        is_first = False
        columns = CELL_COLUMN.findall(block)
        if any(pattern.search(block, start) for pattern in UNUSUAL) or block.count(b"<c ") != len(columns):
            return None
        letters |= set(columns)
        rows = max(rows, *map(int, {b"0", *CELL_ROW.findall(block)}))
        merged += block.count(b"mergeCell") - block.count(b"mergeCells")
    return rows, max(column_index_from_string(name.decode()) for name in letters), merged


def _tags(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the file in blocks that no tag is cut by."""
    rest = b""
    for block in _blocks(file):
        cut = block.rfind(b"<")
        if cut < 0:
            rest += block
            continue
        yield rest + block[:cut]
        rest = block[cut:]
    yield rest


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        limits.check_time()
        yield block


class _Extent:
    """Reads a sheet, element by element, for its last row and column with a value and its number of merged cells."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.rows = self.columns = self.merged = 0
        self.row = self.column = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._declared

    def read(self, file: IO[bytes]) -> None:
        """Read it all. Raises `RefusedError` if it is no XML."""
        try:
            for block in _blocks(file):
                self.parser.Parse(block, False)
            self.parser.Parse(b"", True)
        except expat.ExpatError:
            raise _damaged() from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            found = REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = column_index_from_string(found[1]) if found else self.column + 1
            self.row = int(found[2]) if found else self.row
        elif name in ("v", "is"):
            if self.row > self.rows or self.column > self.columns:
                self._grow()
        elif name == "row":
            number = attributes.get("r", "")
            self.row, self.column = int(number) if number.isdecimal() else self.row + 1, 0
        elif name == "mergeCell":
            self.merged += 1

    def _grow(self) -> None:
        """Take in a cell beyond those before. Raises `RefusedError` at once where that is past a limit."""
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        limits.check_columns(self.columns, self.sheet)
        limits.check_cells(self.rows, self.columns, self.sheet)

    def _declared(self, *_: object) -> NoReturn:
        raise _damaged()


def _damaged() -> RefusedError:
    return RefusedError("The workbook is damaged or truncated", A_TABLE, SAVE_AGAIN)
