"""A table as text, whatever file it came in, and the refusal of one that cannot be taken."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from data_quality.contracts import fold

HEADER_SEARCH_ROWS = 50  # title rows above a header are few
MISSES_SHOWN = 4
CLOSE = 0.6  # difflib's own default for a close match
HEAD_ROWS = 1_000  # rows read of each table to tell what it is; a printed return has a dozen
SHEET_ROWS = 1 << 20  # rows of an Excel sheet; how far blank rows are followed for more text
A_TABLE = "an Excel workbook (.xlsx) or a text table (.csv)"
SAVE_AGAIN = "Open it in Excel, save it as .xlsx or .csv and send that file"
SEND_AGAIN = "Export the table again and send the whole file"


class Refused(Exception):
    """A delivered file (or sheet) that cannot be taken, in sentences for a performance officer."""

    def __init__(self, found: str, expected: str, action: str, extract: str | None = None):
        super().__init__(found, expected, action)
        self.found, self.expected, self.action = found, expected, action
        self.extract = extract  # the extract it nearly is, where one is near

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
    is_complete: bool  # False when there is text below row HEAD_ROWS, or may be


@dataclass(frozen=True)
class Identified:
    """What was chosen for one table; `columns` and `rows` are 0-based cell and record positions."""

    extract: str
    header_row: int
    columns: dict[str, int]
    rows: dict[int, str | None]
    """A return's record position to measure id; None for a row with figures that no contract row accepts."""
    notes: str | None = None
    """What a list lacks or has besides, in sentences."""


def make_table(sheet, encoding, delimiter, records: Iterator[list[str]]) -> Table:
    """The head of the records; past it, blank rows are followed to see whether text remains."""
    stripped = (trimmed([cell.strip() for cell in record]) for record in records)
    rows = trimmed(list(islice(stripped, HEAD_ROWS)))
    is_complete = not any(islice(stripped, SHEET_ROWS))
    return Table(sheet, encoding, delimiter, rows, max(map(len, rows), default=0), is_complete)


def trimmed(items: list) -> tuple:
    return tuple(items[: max((n for n, item in enumerate(items, start=1) if item), default=0)])


def nearest(accepted: Iterable[str], present: Iterable[str], what: str) -> str:
    """' (the nearest LABEL in the file is ...)', or nothing: only text close to what was expected is ever repeated."""
    folded = {fold(text): text for text in present if text}
    for text in accepted:
        if close := difflib.get_close_matches(fold(text), folded, n=1, cutoff=CLOSE):
            return f" (the nearest {what} in the file is '{folded[close[0]]}')"
    return ""


def plural(count: int, thing: str) -> str:
    """'1 further column is', '2 further columns are'."""
    return f"{count} {thing} is" if count == 1 else f"{count} {thing}s are"
