"""Read the tables of a delivered file as text, whatever they mean. The content, not the name, says what file it is."""

import re
from collections.abc import Callable
from pathlib import Path

from ingestion.tables import A_TABLE, SAVE_AGAIN, SEND_AGAIN, RefusedError, Table
from ingestion.text import MAX_LINE_BYTES, read_text
from ingestion.workbook import check, is_archive, read_stored, read_workbook
from ingestion.xml_return import read_xml, xml_return

NOT_TABLES = {  # first bytes, without NULs: what the file is, and what to do
    rb"(?s)\xD0\xCF\x11\xE0.*EncryptedPackage": (
        "protected by a password",
        "Remove the password: File > Info > Protect Workbook",
    ),
    rb"\xD0\xCF\x11\xE0": ("in an old Office format, such as .xls", SAVE_AGAIN),
    rb"\s*%PDF": ("a PDF", "Send the table that the PDF was printed from"),
    rb"(?i)(\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)?\s*<(!doctype|html|table|\?xml)": (
        "a web page (HTML or XML), whatever its name says",
        SAVE_AGAIN,
    ),
}

XML = rb"(?i)(\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)?\s*<(?!html|!doctype html|table)"


def read_tables(path: Path, is_list: Callable[[Table], bool] = lambda _: False) -> list[Table]:
    """Return a table for a text file, for each visible sheet with text, or for each part of an XML return.

    A workbook with a sheet that `is_list` is read as stored; any other as printed, which takes ten times as long.

    Raises:
        RefusedError: The file is not a table that we can read.
        OSError: The file cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(4 * MAX_LINE_BYTES)
    letters = head.replace(b"\0", b"")
    if re.match(XML, letters) and (layout := xml_return(path)):
        return read_xml(path, layout)
    for pattern, (found, action) in NOT_TABLES.items():
        if re.match(pattern, letters):
            raise RefusedError(f"The file is {found}", A_TABLE, action)
    tables = _sheets(path, is_list) if is_archive(path) else read_text(path, head)
    tables = [table for table in tables if table.rows]
    if not tables:
        raise RefusedError("The file is empty: no text in it or on a visible sheet", A_TABLE, SEND_AGAIN)
    return tables


def _sheets(path: Path, is_list: Callable[[Table], bool]) -> list[Table]:
    """Return the visible sheets: as stored if one of them is a list, otherwise as printed."""
    check(path)
    try:
        stored = read_stored(path)
    except RefusedError:  # read_workbook says more exactly what is wrong
        stored = []
    return stored if any(map(is_list, stored)) else read_workbook(path)
