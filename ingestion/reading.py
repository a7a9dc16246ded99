"""Read the tables of a delivered file as text, without knowing what they mean."""

import csv
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

HEAD_ROWS = 1_000  # rows read of each table; a printed return has a dozen
MAX_LINE_BYTES = 1 << 20  # one line longer than this is refused before it is read into memory
MAX_UNZIPPED_BYTES = 1 << 30  # a larger workbook is a fault or an attack
SHEET_ROWS = 1 << 20  # rows of an Excel sheet; how far blank rows are followed for more text
END = "\0"  # stands after the last line; a line that holds it is refused
A_TABLE = "an Excel workbook (.xlsx) or a text table (.csv)"
SAVE_AGAIN = "Open it in Excel, save it as .xlsx or .csv and send that file"
SEND_AGAIN = "Export the table again and send the whole file"
NOT_TABLES = {  # how a file begins, NULs left out: what it is, what to do
    rb"(?s)\xD0\xCF\x11\xE0.*EncryptedPackage": (
        "protected by a password", "Remove the password: File > Info > Protect Workbook"),
    rb"\xD0\xCF\x11\xE0": ("in an old Office format, such as .xls", SAVE_AGAIN),
    rb"\s*%PDF": ("a PDF", "Send the table that the PDF was printed from"),
    rb"(?i)(\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)?\s*<(!doctype|html|table|\?xml)": (
        "a web page (HTML or XML), whatever its name says", SAVE_AGAIN),
}
ENCODINGS = {  # without a mark, UTF-16 shows as NULs between letters
    "utf-8-sig": rb"\xEF\xBB\xBF", "utf-16": rb"\xFF\xFE|\xFE\xFF",
    "utf-16-le": rb"([\t\r\n -\xFF]\0){2}", "utf-16-be": rb"(\0[\t\r\n -\xFF]){2}",
}
SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?[\r\n]*', re.IGNORECASE)
MERGED = re.compile(rb'mergeCell [^>]*?ref="([A-Z0-9:]+)"')
FORMAT_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;])*')  # of a number format, for positive numbers
FORMAT_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what is no placeholder in it
csv.field_size_limit(MAX_LINE_BYTES)  # lines are shorter, so only an open quote can exceed it


class Refused(Exception):
    """A delivered file (or sheet) that cannot be taken, in sentences for a performance officer."""

    def __init__(self, found: str, expected: str, action: str):
        super().__init__(found, expected, action)
        self.found, self.expected, self.action = found, expected, action

    def __str__(self) -> str:
        return f"{self.found}. Expected {self.expected}. {self.action}."


@dataclass(frozen=True)
class Table:
    """The head of a text file or sheet as trimmed text; rows[i] is row i + 1 as Excel counts."""

    sheet: str | None  # None for text files
    encoding: str | None  # 'utf-8', 'utf-8-sig', 'utf-16', 'cp1252'; None for workbooks
    delimiter: str | None  # ',', ';', '\t'; None for workbooks
    rows: tuple[tuple[str, ...], ...]  # blank rows are (), trailing blank rows and cells dropped
    width: int  # cells in the longest row
    is_complete: bool  # False when there is text below row HEAD_ROWS


def read_tables(path: Path) -> list[Table]:
    """One Table per text file or visible non-empty sheet. Raises Refused, OSError if unreadable."""
    with path.open("rb") as file:
        head = file.read(4 * MAX_LINE_BYTES)
    letters = head.replace(b"\0", b"")
    for pattern, (found, action) in NOT_TABLES.items():
        if re.match(pattern, letters):
            raise Refused(f"The file is {found}", A_TABLE, action)
    is_archive = head.startswith((b"PK\3\4", b"PK\5\6"))
    tables = _read_workbook(path) if is_archive else _read_text(path, head)
    tables = [table for table in tables if table.rows]
    if not tables:
        raise Refused("The file is empty: no text in it or on a visible sheet", A_TABLE, SEND_AGAIN)
    return tables


def _table(sheet, encoding, delimiter, records: Iterator[list[str]]) -> Table:
    """The head of the records; past it, blank rows are followed to see whether text remains."""
    stripped = (_trimmed([cell.strip() for cell in record]) for record in records)
    rows = _trimmed(list(islice(stripped, HEAD_ROWS)))
    is_complete = not any(islice(stripped, SHEET_ROWS))
    return Table(sheet, encoding, delimiter, rows, max(map(len, rows), default=0), is_complete)


def _trimmed(items: list) -> tuple:
    return tuple(items[:max((n for n, item in enumerate(items, start=1) if item), default=0)])


def _read_text(path: Path, head: bytes) -> list[Table]:
    named, is_odd = path.suffix.lower(), path.stat().st_size % 2
    marked = [encoding for encoding, start in ENCODINGS.items() if re.match(start, head)]
    is_text = head.strip() and (marked or END.encode() not in head)
    if is_text and named in (".xlsx", ".xlsm", ".xls"):
        raise Refused(f"The file is named {named} but its content is text", A_TABLE,
                      "Save it as an Excel workbook, or rename it to .csv")
    if marked and "16" in marked[0] and is_odd:
        raise Refused("The file is truncated: it ends in half a character", A_TABLE, SEND_AGAIN)
    for encoding in marked or ["utf-8", "cp1252"]:
        try:
            delimiter = _delimiter(path, encoding)
            records = _records(path, encoding, delimiter)
            return [_table(None, re.sub("-[lb]e$", "", encoding), delimiter, records)]
        except UnicodeDecodeError:
            continue
    raise Refused("The file has characters that are not text", A_TABLE, SAVE_AGAIN)


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter declared by 'sep=', else the one that gives most records of one width > 1.

    Of equals, the wider; then tab and semicolon first, as the comma occurs in prose and numbers.
    """
    with path.open(encoding=encoding, newline="") as file:
        if declared := SEPARATOR_LINE.fullmatch(file.readline(16)):
            return declared[1]
    scores = {}
    for delimiter in "\t;,":
        widths = Counter()
        try:
            for record in islice(_records(path, encoding, delimiter), HEAD_ROWS):
                # An odd number of quotation marks: a quoted cell cut by the wrong delimiter.
                widths[len(record)] += not any(cell.count('"') % 2 for cell in record)
        except Refused:
            pass  # a fault under the delimiter chosen is met again when the table is read
        widths[0] = widths[1] = 0
        scores[delimiter] = max((count, width) for width, count in widths.items())
    return max(scores, key=scores.get) if any(count for count, _ in scores.values()) else ","


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Every record, blank ones as []. Raises Refused after one whose quotation mark stays open."""
    number = 0
    try:
        for number, record in enumerate(csv.reader(_lines(path, encoding), delimiter=delimiter), 1):
            if record == [END]:
                return
            yield record
            if any(END in cell for cell in record):
                break
    except csv.Error:
        number += 1
    raise Refused(f"The file is truncated: a quotation mark opens in row {number} and never closes",
                  A_TABLE, SEND_AGAIN)


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """Every line, then END, with never more than one line in memory."""
    size = f"{path.stat().st_size / 2**20:,.1f} MB"
    with path.open(encoding=encoding, newline="") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_BYTES + 1), "")):
            if END in line:
                raise Refused(f"The file ({size}) is binary data, not text", A_TABLE, SAVE_AGAIN)
            if len(line) > MAX_LINE_BYTES:
                raise Refused(f"The file ({size}) has a line over 1 MB", A_TABLE, SEND_AGAIN)
            is_declaration = number == 0 and SEPARATOR_LINE.fullmatch(line)
            yield "\n" if is_declaration else line.rstrip("\r\n") + "\n"
    yield END


def _read_workbook(path: Path) -> list[Table]:
    try:
        with path.open("rb") as file, warnings.catch_warnings(action="ignore"):
            _check_contents(ZipFile(file))
            results = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            formulas = load_workbook(file, read_only=True, keep_links=False)
            return [_table(sheet.title, None, None, _sheet_rows(sheet, source))
                    for sheet, source in zip(results.worksheets, formulas.worksheets, strict=True)
                    if sheet.sheet_state == "visible"]
    except Refused:
        raise
    except Exception as error:  # a damaged part can make the library fail in any way
        raise Refused("The workbook is damaged or truncated", A_TABLE, SAVE_AGAIN) from error


def _check_contents(archive: ZipFile) -> None:
    unzipped = sum(part.file_size for part in archive.infolist())
    if unzipped > MAX_UNZIPPED_BYTES:
        raise Refused(f"The workbook unpacks to {unzipped / 2**20:,.0f} MB", "at most 1,024 MB",
                      "Copy the table into a new workbook, save and send that")
    if ("xl/workbook.xml" not in archive.namelist()
            or b"purl.oclc.org/ooxml" in archive.read("xl/workbook.xml")):  # 'Strict Open XML'
        raise Refused("The file is not an ordinary Excel workbook", A_TABLE, SAVE_AGAIN)


def _sheet_rows(sheet, source) -> Iterator[list[str]]:
    """Every row of a sheet as printed; source is the same sheet with formulas for results."""
    sheet.reset_dimensions()  # the size that a program wrote down may be wrong
    source.reset_dimensions()
    merged = _merged_away(sheet)
    for number, (row, formulas) in enumerate(zip(sheet.rows, source.rows, strict=True), start=1):
        for cell, formula in zip(row, formulas, strict=True):
            # A result that is an empty text has the type 'str'.
            if formula.data_type == "f" and cell.value is None and cell.data_type != "str":
                raise Refused(f"Sheet '{sheet.title}', cell {cell.coordinate}, has a formula"
                              " without a result", "a result in each cell",
                              "Open it in Excel, let it calculate, save and send again")
        texts = [_printed(cell) for cell in row]
        for start, stop in merged.get(number, ()):
            texts[start:stop] = [""] * len(texts[start:stop])
        yield texts


def _merged_away(sheet) -> dict[int, list[tuple[int, int]]]:
    """Row number -> slices of cells under a merge, where some programs leave text unseen."""
    slices, tail = defaultdict(list), b""
    with sheet._get_source() as xml:  # a read-only sheet does not offer its merges
        for block in iter(lambda: xml.read(MAX_LINE_BYTES), b""):
            for ref in MERGED.findall(tail + block):
                left, top, right, bottom = range_boundaries(ref.decode())
                for row in range(top, min(bottom, HEAD_ROWS) + 1):
                    slices[row].append((left if row == top else left - 1, right))
            tail = block[-64:]
    return slices


def _printed(cell) -> str:
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime) and value.time() == time():
        return str(value.date())
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return "" if value is None else str(value)


def _number(value: float, number_format: str) -> str:
    """The full stored value, but with the % and the thousands comma of its number format."""
    # Excel holds 15 digits; what lies beyond is the noise of binary arithmetic.
    exact = Decimal(value if isinstance(value, int) else f"{round(value, 10):.15g}")
    section = FORMAT_SECTION.match(number_format)[0]
    placeholders = FORMAT_LITERAL.sub("", section)
    comma = "," if re.search(r"[#0?],[#0?]", placeholders) else ""
    if "%" not in section:
        return f"{exact.normalize() + 0:{comma}f}"
    decimals = re.search(r"\.([#0?]*)|$", placeholders)[1] or ""
    exact *= 100 if "%" in placeholders else 1
    rounded = exact.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    return f"{rounded:{comma}f}%"
