"""Excel workbooks as they are printed: the unit of a cell is in its number format, not in its value."""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from ingestion.tables import A_TABLE, HEAD_ROWS, SAVE_AGAIN, Refused, Table, make_table

MAX_UNZIPPED_BYTES = 1 << 30  # a larger workbook is a fault or an attack
BLOCK = 1 << 20
MERGED = re.compile(rb'mergeCell [^>]*?ref="([A-Z0-9:]+)"')
FORMAT_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;])*')  # of a number format, for positive numbers
FORMAT_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what is no placeholder in it


def read_workbook(path: Path) -> list[Table]:
    try:
        with path.open("rb") as file, warnings.catch_warnings(action="ignore"):
            _check_contents(ZipFile(file))
            results = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            formulas = load_workbook(file, read_only=True, keep_links=False)
            return [
                make_table(sheet.title, None, None, _sheet_rows(sheet, source))
                for sheet, source in zip(results.worksheets, formulas.worksheets, strict=True)
                if sheet.sheet_state == "visible"
            ]
    except Refused:
        raise
    except Exception as error:  # a damaged part can make the library fail in any way
        raise Refused("The workbook is damaged or truncated", A_TABLE, SAVE_AGAIN) from error


def read_stored(path: Path) -> list[Table]:
    """The visible sheets with their cells as stored, without formats, which only a printed return needs.

    Some ten times as fast as `read_workbook`, and does not see a formula without a result.
    """
    try:
        from python_calamine import CalamineWorkbook, SheetVisibleEnum

        with path.open("rb") as file:
            _check_contents(ZipFile(file))
        with CalamineWorkbook.from_path(path) as book:
            sheets = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
            return [make_table(sheet, None, None, _stored_rows(book, sheet)) for sheet in sheets]
    except Refused:
        raise
    except Exception as error:  # a damaged part can make the library fail in any way
        raise Refused("The workbook is damaged or truncated", A_TABLE, SAVE_AGAIN) from error


def sheet_records(path: Path, sheet: str) -> Iterator[list[str]]:
    """Every row of one sheet as stored: an integral number has no point, a date is ISO."""
    try:
        from python_calamine import CalamineWorkbook

        with CalamineWorkbook.from_path(path) as book:
            yield from _stored_rows(book, sheet)
    except Exception as error:
        raise Refused("The workbook is damaged or truncated", A_TABLE, SAVE_AGAIN) from error


def _stored_rows(book, sheet: str) -> Iterator[list[str]]:
    table = book.get_sheet_by_name(sheet)
    left = [""] * (table.start[1] if table.start else 0)  # it begins at the first column with text
    for row in table.iter_rows():
        yield left + [_stored(value) for value in row]


def _stored(value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime) and value.time() == time():
        return str(value.date())
    return str(value)


def _check_contents(archive: ZipFile) -> None:
    unzipped = sum(part.file_size for part in archive.infolist())
    if unzipped > MAX_UNZIPPED_BYTES:
        raise Refused(
            f"The workbook unpacks to {unzipped / 2**20:,.0f} MB",
            "at most 1,024 MB",
            "Copy the table into a new workbook, save and send that",
        )
    if "xl/workbook.xml" not in archive.namelist() or b"purl.oclc.org/ooxml" in archive.read(
        "xl/workbook.xml"
    ):  # 'Strict Open XML'
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
                raise Refused(
                    f"Sheet '{sheet.title}', cell {cell.coordinate}, has a formula without a result",
                    "a result in each cell",
                    "Open it in Excel, let it calculate, save and send again",
                )
        texts = [_printed(cell) for cell in row]
        for start, stop in merged.get(number, ()):
            texts[start:stop] = [""] * len(texts[start:stop])
        yield texts


def _merged_away(sheet) -> dict[int, list[tuple[int, int]]]:
    """Row number -> slices of cells under a merge, where some programs leave text unseen."""
    slices, tail = defaultdict(list), b""
    with sheet._get_source() as xml:  # a read-only sheet does not offer its merges
        for block in iter(lambda: xml.read(BLOCK), b""):
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
