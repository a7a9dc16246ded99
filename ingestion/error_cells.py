"""Cells of a workbook that calamine gives as blank, where a blank end date means open.

Errors, such as #N/A, are read. A formula without a result refuses the sheet.
"""

import re
from collections import defaultdict
from pathlib import Path
from zipfile import ZipFile

from openpyxl.utils import column_index_from_string

from data_quality.our_words import quoted
from ingestion.extent import visible_sheets
from ingestion.tables import RefusedError

Errors = dict[int, list[tuple[int, str]]]
"""By row, as a spreadsheet numbers it: the cells with an error, each by its position and the error."""

FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
FORMULA_WITHOUT_RESULT = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*)(?<!/)>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
# a cell, its formula if it has one, and its value: nothing here looks beyond the cell
ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^<>]*\bt="e")[^<>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]*(?<!/)>\s*'
    rb"(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>([^<]{2,8})</"
)


def error_cells(path: Path, sheet: str) -> Errors:
    """Return the error cells of a visible sheet. Raises `RefusedError` where a formula in it has no result."""
    with ZipFile(path) as archive:
        part = visible_sheets(archive).get(sheet)
        text = archive.read(part) if part in archive.namelist() else b""
    for attributes in FORMULA_WITHOUT_RESULT.findall(text) if FORMULA.search(text) else ():
        if b't="str"' not in attributes:  # an empty text is a result
            place = re.search(rb'\br="([A-Z]{1,3}[0-9]{1,7})"', attributes)
            raise no_result(sheet, place[1].decode() if place else "unknown")
    return _errors(text) if b't="e"' in text else {}


def no_result(sheet: str, cell: str) -> RefusedError:
    """Return the refusal of a sheet with a formula that was never calculated."""
    return RefusedError(
        f"Sheet {quoted(sheet)}, cell {cell}, has a formula without a result",
        "a result in each cell",
        "Open it in Excel, let it calculate, save and send again",
    )


def _errors(text: bytes) -> Errors:
    found: Errors = defaultdict(list)
    for letters, row, error in ERROR_CELL.findall(text):
        found[int(row)].append((column_index_from_string(letters.decode()) - 1, error.decode()))
    return found
