"""Cells of a workbook with an error, such as #N/A: calamine gives them as blank, and a blank end date means open."""

import re
from collections import defaultdict
from pathlib import Path
from zipfile import ZipFile

from openpyxl.utils import column_index_from_string

from ingestion.extent import visible_sheets

Errors = dict[int, list[tuple[int, str]]]
"""By row, as a spreadsheet numbers it: the cells with an error, each by its position and the error."""

# a cell, its formula if it has one, and its value: nothing here looks beyond the cell
ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^<>]*\bt="e")[^<>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]*(?<!/)>\s*'
    rb"(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>([^<]{2,8})</"
)


def error_cells(path: Path, sheet: str) -> Errors:
    """Return the error cells of a visible sheet."""
    with ZipFile(path) as archive:
        part = visible_sheets(archive).get(sheet)
        text = archive.read(part) if part in archive.namelist() else b""
    return _errors(text) if b't="e"' in text else {}


def _errors(text: bytes) -> Errors:
    found: Errors = defaultdict(list)
    for letters, row, error in ERROR_CELL.findall(text):
        found[int(row)].append((column_index_from_string(letters.decode()) - 1, error.decode()))
    return found
