"""A table as text, whatever file it came in, and the error that refuses a file."""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from data_quality.contracts import fold
from data_quality.our_words import quoted
from ingestion import limits
from ingestion.refused import RefusedError as RefusedError

T = TypeVar("T")
HEADER_SEARCH_ROWS = 50  # title rows above a header are few
MISSES_SHOWN = 4
CLOSE = 0.6  # difflib's own default for a close match
HEAD_ROWS = 1_000  # rows read of each table to identify it; a printed return has a dozen
HEAD_LETTERS = 1 << 24  # letters in them, which are held in memory; a list has half a million
MAX_COLUMNS = 1 << 14  # columns of an Excel sheet, and cells of a text row with the blank ones
SHEET_ROWS = 1 << 20  # rows of an Excel sheet: how many blank rows to read in search of more text
A_TABLE = "an Excel workbook (.xlsx) or a text table (.csv)"
SAVE_AGAIN = "Open it in Excel, save it as .xlsx or .csv and send that file"
LAST_ROW_CUT = "The file is truncated: its last row stops before the others do"
SEND_AGAIN = "Export the table again and send the whole file"


class NotUsedError(Exception):
    """A table that is known by name and that no measure needs; the message is its title."""


@dataclass(frozen=True)
class Table:
    """The head of a text file or sheet as trimmed text; rows[i] is row i + 1 as Excel counts."""

    sheet: str | None  # None for text files
    encoding: str | None  # 'utf-8', 'utf-8-sig', 'utf-16', 'cp1252'; None for workbooks
    delimiter: str | None  # ',', ';', '\t'; None for workbooks
    rows: tuple[tuple[str, ...], ...]  # blank rows are (), trailing blank rows and cells dropped
    width: int  # cells in the longest row
    is_complete: bool  # False when there is text below row HEAD_ROWS, or may be


STANDS_IN = "_where_blank"  # behind the name of a column: the position of the cell that is read where its own is blank


@dataclass(frozen=True)
class Identified:
    """What was chosen for one table; `columns` and `rows` are 0-based cell and record positions."""

    extract: str
    header_row: int
    columns: dict[str, int]
    rows: dict[int, str | None]
    """The measure id of each record of a return; None where a record has figures under an unknown label."""
    notes: str | None = None
    """The columns that a list lacks, and those that its contract does not know, in sentences."""


def make_table(sheet: str | None, encoding: str | None, delimiter: str | None, records: Iterator[list[str]]) -> Table:
    """Return the first HEAD_ROWS records as a table, and whether only blank rows follow. Raises `RefusedError`."""
    stripped = (trimmed([cell.strip() for cell in trimmed(record)]) for record in records)
    rows = trimmed(list(_within_letters(islice(stripped, HEAD_ROWS))))
    is_complete = not any(islice(stripped, SHEET_ROWS))
    width = max(map(len, rows), default=0)
    limits.check_columns(width)
    return Table(sheet, encoding, delimiter, rows, width, is_complete)


def _within_letters(records: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    letters = 0
    for record in records:
        letters += sum(map(len, record))
        check_head(letters)
        yield record


def check_head(letters: int) -> None:
    """Raise `RefusedError` if the first rows of a table have too many letters."""
    if letters > HEAD_LETTERS:
        found = f"The first {HEAD_ROWS:,} rows have over {HEAD_LETTERS >> 20} million letters"
        raise RefusedError(found, "a list, whose cells are short", limits.SPLIT)


def trimmed(items: Sequence[T]) -> tuple[T, ...]:
    """Return the items without the empty ones at the end."""
    end = len(items)
    while end and not items[end - 1]:
        end -= 1
    return tuple(items[:end])


def nearest(accepted: Iterable[str], present: Iterable[str], what: str) -> str:
    """Return ' (the nearest LABEL in the file is ...)', or nothing where no text is close to what we accept.

    A message repeats no other text of a file: it may be about a person.
    """
    folded = {fold(text): text for text in present if text}
    for text in accepted:
        if close := difflib.get_close_matches(fold(text), folded, n=1, cutoff=CLOSE):
            found = folded[close[0]]
            return f" (the nearest {what} in the file is {quoted(found)}{_unseen(found)})"
    return ""


def _unseen(text: str) -> str:
    """Return a character of a text that is invisible or only looks like a Latin letter, if there is one."""
    for place, letter in enumerate(text, start=1):
        name = unicodedata.name(letter, f"U+{ord(letter):04X}")
        if unicodedata.category(letter) in ("Cf", "Cc", "Cn", "Co"):
            return f": character {place} is invisible ({name}); delete it"
        if letter.isalpha() and not name.startswith(("LATIN", "FEMININE", "MASCULINE")):
            return f": character {place} only looks like a Latin letter ({name}); type it again"
    return ""


def plural(count: int, thing: str) -> str:
    """Return a count with its noun and verb: '1 further column is', '2 further columns are'."""
    return f"{count} {thing} is" if count == 1 else f"{count} {thing}s are"
