"""Cells of a workbook with an error, such as #N/A: calamine gives them as blank, and a blank end date means open."""

import re
from collections import defaultdict
from pathlib import Path
from zipfile import ZipFile

from openpyxl.reader.workbook import WorkbookParser
from openpyxl.utils import column_index_from_string

Errors = dict[int, list[tuple[int, str]]]
"""By row, as a spreadsheet numbers it: the cells with an error, each by its position and the error."""

ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]+)"[^>]*>.*?<(?:\w+:)?v>([^<]{2,8})</', re.DOTALL
)


def error_cells(path: Path) -> dict[str, Errors]:
    """Return the error cells of each sheet that has any, by its name."""
    with ZipFile(path) as archive:
        parts = {part: sheet for sheet, part in _parts(archive).items()}
        texts = {parts[name]: archive.read(name) for name in archive.namelist() if name in parts}
    return {sheet: _errors(text) for sheet, text in texts.items() if b't="e"' in text}


def _errors(text: bytes) -> Errors:
    found: Errors = defaultdict(list)
    for letters, row, error in ERROR_CELL.findall(text):
        found[int(row)].append((column_index_from_string(letters.decode()) - 1, error.decode()))
    return found


def _parts(archive: ZipFile) -> dict[str, str]:
    """Return the file in the archive of each sheet."""
    workbook = WorkbookParser(archive, "xl/workbook.xml", keep_links=False)
    workbook.parse()
    return {sheet.name: relation.target for sheet, relation in workbook.find_sheets()}
