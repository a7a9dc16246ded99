"""Excel workbooks: as printed, for the unit of a printed figure is in its number format, or as stored."""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from data_quality.our_words import quoted
from ingestion import limits
from ingestion.error_cells import Errors, error_cells, no_result
from ingestion.extent import BLOCK, check_workbook, texts
from ingestion.tables import A_TABLE, HEAD_ROWS, SAVE_AGAIN, RefusedError, Table, make_table

PRINTED_TEXTS = 200_000  # of a workbook that we read as printed, in which a list has far more than a return
MERGED_ROWS = 100_000  # rows of all merged cells of a sheet together
FORMAT_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;])*')  # the part of a number format for positive numbers
FORMAT_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what a number format prints as it is
FORMAT_DECIMALS = re.compile(r"\.([#0?]*)")


# openpyxl reads a whole sheet for its size where no program wrote it down, only for us to reset it below
setattr(ReadOnlyWorksheet, "_get_size", lambda _: None)  # noqa: B010 (the type stubs do not have it)


def is_archive(path: Path) -> bool:
    """Return whether a file begins as a workbook does, whatever its name says."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\3\4", b"PK\5\6")


def check(path: Path) -> None:
    """Raise `RefusedError` if a file is not an ordinary workbook, is damaged, or holds more than we read."""
    try:
        with ZipFile(path) as archive:
            _check_contents(archive)
        check_workbook(path)
    except RefusedError:
        raise
    except Exception as error:  # a damaged part can make the library fail in any way
        raise RefusedError("The workbook is damaged or truncated", A_TABLE, SAVE_AGAIN) from error


def read_workbook(path: Path) -> list[Table]:
    """Return the visible sheets with their cells as printed. The file has passed `check`. Raises `RefusedError`."""
    with ZipFile(path) as archive:
        if texts(archive) > PRINTED_TEXTS:
            raise RefusedError(f"The workbook has over {PRINTED_TEXTS:,} texts, and no list", A_TABLE, limits.SPLIT)
    try:
        with path.open("rb") as file, warnings.catch_warnings(action="ignore"):
            results = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            formulas = load_workbook(file, read_only=True, keep_links=False)
            with CalamineWorkbook.from_path(path) as book:
                return [
                    _printed_table(book, sheet, source)
                    for sheet, source in zip(results.worksheets, formulas.worksheets, strict=True)
                    if sheet.sheet_state == "visible"
                ]
    except RefusedError:
        raise
    except Exception as error:  # a damaged part can make the library fail in any way
        raise RefusedError("The workbook is damaged or truncated", A_TABLE, SAVE_AGAIN) from error


def read_stored(path: Path) -> list[Table]:
    """Return the visible sheets with their cells as stored. The file has passed `check`. Raises `RefusedError`.

    Only a printed return needs the formats. Without them it takes a tenth of the time of `read_workbook`.
    """
    try:
        with CalamineWorkbook.from_path(path) as book:
            return [make_table(s, None, None, _stored_rows(book, s, error_cells(path, s))) for s in _visible(book)]
    except RefusedError:
        raise
    except Exception as error:  # a damaged part can make the library fail in any way
        raise RefusedError("The workbook is damaged or truncated", A_TABLE, SAVE_AGAIN) from error


def visible_sheets(path: Path) -> list[str]:
    """Return the names of the sheets that we read. The file has passed `check`."""
    with CalamineWorkbook.from_path(path) as book:
        return _visible(book)


def _visible(book: CalamineWorkbook) -> list[str]:
    return [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]


def sheet_records(path: Path, sheet: str) -> Iterator[list[str]]:
    """Yield every row of one sheet as stored: a whole number without a decimal point, a date as YYYY-MM-DD."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            yield from _stored_rows(book, sheet, error_cells(path, sheet))
    except RefusedError:
        raise
    except Exception as error:
        raise RefusedError("The workbook is damaged or truncated", A_TABLE, SAVE_AGAIN) from error


def _stored_rows(book: CalamineWorkbook, sheet: str, errors: Errors) -> Iterator[list[str]]:
    table = book.get_sheet_by_name(sheet)
    left = [""] * (table.start[1] if table.start else 0)  # calamine leaves out blank columns on the left
    letters = 0
    for number, row in enumerate(table.iter_rows(), start=1):
        if number % HEAD_ROWS == 0:
            limits.check_time()
        texts = left + [_stored(value) for value in row]
        for column, error in errors.get(number, ()):
            texts[column : column + 1] = [error]
        letters += sum(map(len, texts))
        limits.check_letters(letters)
        yield texts


def _stored(value: object) -> str:
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
    limits.check_unpacked(sum(part.file_size for part in archive.infolist()))
    is_excel = "xl/workbook.xml" in archive.namelist()
    if not is_excel or b"purl.oclc.org/ooxml" in _head(archive, "xl/workbook.xml"):  # 'Strict Open XML'
        raise RefusedError("The file is not an ordinary Excel workbook", A_TABLE, SAVE_AGAIN)


def _head(archive: ZipFile, part: str) -> bytes:
    with archive.open(part) as file:
        return file.read(BLOCK)


def _printed_table(book: CalamineWorkbook, sheet: ReadOnlyWorksheet, source: ReadOnlyWorksheet) -> Table:
    """Return the head of a sheet as printed. How far it goes on below, calamine says: it takes no time for that."""
    stored = book.get_sheet_by_name(sheet.title)
    table = make_table(sheet.title, None, None, _sheet_rows(sheet, source, _merged_away(stored)))
    return replace(table, is_complete=(stored.end or (0, 0))[0] < HEAD_ROWS)


def _sheet_rows(
    sheet: ReadOnlyWorksheet, source: ReadOnlyWorksheet, merged: dict[int, list[tuple[int, int]]]
) -> Iterator[list[str]]:
    """Yield the first HEAD_ROWS rows of a sheet as printed.

    `source` is the same sheet with formulas in place of their results.
    """
    sheet.reset_dimensions()  # the size that a program wrote down may be wrong
    source.reset_dimensions()
    heads = (islice(sheet.rows, HEAD_ROWS), islice(source.rows, HEAD_ROWS))
    for number, (row, formulas) in enumerate(zip(*heads, strict=True), start=1):
        limits.check_time()
        for cell, formula in zip(row, formulas, strict=True):
            # a result that is an empty text has the type 'str'
            if formula.data_type == "f" and cell.value is None and cell.data_type != "str":
                raise no_result(sheet.title, cell.coordinate)
        texts = [_printed(cell) for cell in row]
        for start, stop in merged.get(number, ()):
            texts[start:stop] = [""] * len(texts[start:stop])
        yield texts


def _merged_away(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Return the slices of cells hidden under a merge, by row number: some programs leave text in them.

    openpyxl does not give the merges of a sheet that it only reads.
    """
    slices = defaultdict(list)
    merges = sheet.merged_cell_ranges or ()
    if sum(max(min(bottom + 1, HEAD_ROWS) - top, 0) for (top, _), (bottom, _) in merges) > MERGED_ROWS:
        raise RefusedError(
            f"Sheet {quoted(sheet.name)} has {len(merges):,} merged cells over many rows", A_TABLE, limits.COPY
        )
    for (top, left), (bottom, right) in merges:
        for row in range(top, min(bottom + 1, HEAD_ROWS)):
            slices[row + 1].append((left + 1 if row == top else left, right + 1))
    return slices


def _printed(cell: Cell | MergedCell) -> str:
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime) and value.time() == time():
        return str(value.date())
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return "" if value is None else str(value)


def _number(value: float, number_format: str) -> str:
    """Return the full stored value, with the % and the thousands comma of its number format."""
    # Excel holds 15 digits; digits beyond them are noise of binary arithmetic
    exact = Decimal(value if isinstance(value, int) else f"{round(value, 10):.15g}")
    comma, factor, decimals = _format(number_format)
    if not factor:
        return f"{exact.normalize() + 0:{comma}f}"
    rounded = (exact * factor).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded:{comma}f}%"


@cache
def _format(number_format: str) -> tuple[str, int, int]:
    """Return the thousands comma, what a percentage is multiplied by (0: it is none), and its decimals."""
    found = FORMAT_SECTION.match(number_format)
    section = found[0] if found else ""
    placeholders = FORMAT_LITERAL.sub("", section)
    comma = "," if re.search(r"[#0?],[#0?]", placeholders) else ""
    if "%" not in section:
        return comma, 0, 0
    decimals = FORMAT_DECIMALS.search(placeholders)
    return comma, 100 if "%" in placeholders else 1, len(decimals[1]) if decimals else 0
