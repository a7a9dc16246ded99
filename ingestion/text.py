"""Text tables as councils send them: any usual encoding and delimiter, one line in memory at a time.

charset-normalizer could recognise the encoding too, but reads the whole file into memory (0.5 GB for a list of 42 MB),
takes 0.34 s for a list in Windows-1252 where this takes 0.02, and 9 s unless it is told which encodings to expect;
without being told, it takes "£" in a short return for the "Ł" of Windows-1250.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np

from ingestion import limits
from ingestion.tables import (
    A_TABLE,
    HEAD_ROWS,
    LAST_ROW_CUT,
    MAX_COLUMNS,
    SAVE_AGAIN,
    SEND_AGAIN,
    RefusedError,
    Table,
    make_table,
)

MAX_LINE_BYTES = 1 << 20  # one line longer than this is refused before it is read into memory
END = "\0"  # stands after the last line; a line that holds it is refused
ENCODINGS = {  # how a file in it begins: a byte order mark, or in UTF-16 without one NULs between letters
    "utf-8-sig": rb"\xEF\xBB\xBF",
    "utf-16": rb"\xFF\xFE|\xFE\xFF",
    "utf-16-le": rb"([\t\r\n -\xFF]\0){2}",
    "utf-16-be": rb"(\0[\t\r\n -\xFF]){2}",
}
UNMARKED = ["utf-8", "cp1252"]
BLOCK = 1 << 20
TAIL = 4096  # a blank row is shorter
BLANK_LINE = re.compile(rb'\n(?:[,;\t\r "]|\xC2\xA0)*\n')
SEPARATOR_LINE = re.compile(r'"?sep=([,;|\t])"?[\r\n]*', re.IGNORECASE)
csv.field_size_limit(MAX_LINE_BYTES)  # lines are shorter, so only an open quote can exceed it


def read_text(path: Path, head: bytes) -> list[Table]:
    """Return the table of a text file, whose first bytes are `head`. Raises `RefusedError`."""
    named, is_odd = path.suffix.lower(), path.stat().st_size % 2
    marked = _marked(head)
    is_text = head.strip() and (marked or END.encode() not in head)
    if is_text and named in (".xlsx", ".xlsm", ".xls"):
        raise RefusedError(
            f"The file is named {named} but its content is text",
            A_TABLE,
            "Save it as an Excel workbook, or rename it to .csv",
        )
    if marked and "16" in marked[0] and is_odd:
        raise RefusedError("The file is truncated: it ends in half a character", A_TABLE, SEND_AGAIN)
    for encoding in marked or UNMARKED:
        try:
            delimiter = delimiter_of(path, encoding)
            records = text_records(path, encoding, delimiter)
            table = make_table(None, shown(encoding), delimiter, records)
            if table.rows and table.is_complete and _is_cut(path, encoding, delimiter):
                raise RefusedError(LAST_ROW_CUT, A_TABLE, SEND_AGAIN)
            return [table]
        except UnicodeDecodeError:
            continue
    raise RefusedError("The file has characters that are not text", A_TABLE, SAVE_AGAIN)


def _marked(head: bytes) -> list[str]:
    """Return the encodings that the first bytes of a file show."""
    return [encoding for encoding, start in ENCODINGS.items() if re.match(start, head)]


def shown(encoding: str) -> str:
    """Return the name that people know an encoding by."""
    return re.sub("-[lb]e$", "", encoding)


def encoding_throughout(path: Path) -> str:
    """Return the encoding that can read every byte of a text file. Raises `RefusedError` where none can.

    The head of the file is not enough: the first letter outside ASCII may be far below it.
    """
    with path.open("rb") as file:
        marked = _marked(file.read(BLOCK))
        for encoding in marked or UNMARKED:
            file.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)()
            try:
                while block := file.read(BLOCK):
                    # a block of ASCII needs no decoding, except in UTF-16 or after half a character
                    if not block.isascii() or "16" in encoding or decoder.getstate()[0]:
                        decoder.decode(block)
                decoder.decode(b"", final=True)
                return encoding
            except UnicodeDecodeError:
                continue
    raise RefusedError("The file has characters that are not text", A_TABLE, SAVE_AGAIN)


def plain_records(path: Path, skipped: int) -> int | None:
    """Count the records below the first `skipped` lines, by the line ends outside quotation marks.

    Return None where that would be wrong: the file has a blank row, a NUL, or an odd number of quotation marks.
    """
    records = quotes = 0
    tail = b"\n"
    with path.open("rb") as file:
        for _ in range(skipped):
            file.readline()
        while block := file.read(BLOCK):
            seen = tail + block
            if b"\0" in block or BLANK_LINE.search(seen):
                return None
            records += _line_ends(block, is_quoted=quotes % 2 == 1)
            limits.check_time()
            limits.check_rows(records)
            quotes += block.count(b'"')
            tail = seen[-TAIL:]
    if not tail.endswith(b"\n"):
        records += 1
        if BLANK_LINE.search(tail + b"\n"):
            return None
    return records if quotes % 2 == 0 else None


def _line_ends(block: bytes, is_quoted: bool) -> int:
    """Count the line feeds outside quotation marks; `is_quoted` says whether the block begins inside them."""
    if b'"' not in block:
        return 0 if is_quoted else block.count(b"\n")
    characters = np.frombuffer(block, np.uint8)
    quoted = np.bitwise_xor.accumulate(characters == ord('"')) ^ is_quoted
    return int(np.count_nonzero((characters == ord("\n")) & ~quoted))


def delimiter_of(path: Path, encoding: str) -> str:
    """Return the delimiter that 'sep=' declares, else the one that makes most records equally wide, and over 1 cell.

    If two are equal, prefer the wider records, then tab and semicolon: commas also occur in prose and numbers.
    """
    with path.open(encoding=encoding, newline="") as file:
        if declared := SEPARATOR_LINE.fullmatch(file.readline(16)):
            return declared[1]
    scores = {}
    for delimiter in "\t;,|":
        widths: Counter[int] = Counter()
        try:
            for record in islice(text_records(path, encoding, delimiter), HEAD_ROWS):
                # an odd number of quotation marks: the wrong delimiter has cut a quoted cell
                is_cut = '"' in "".join(record) and any(cell.count('"') % 2 for cell in record)
                widths[len(record)] += not is_cut
        except RefusedError:
            pass  # if this delimiter is chosen, reading the table raises it again
        widths[0] = widths[1] = 0
        scores[delimiter] = max((count, width) for width, count in widths.items())
    return max(scores, key=lambda delimiter: scores[delimiter]) if any(count for count, _ in scores.values()) else ","


def text_records(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Yield every record, a blank one as []. Raises `RefusedError` after one whose quotation mark never closes."""
    last = 0
    ended: list[bool] = []
    try:
        for record in csv.reader(_lines(path, encoding, ended), delimiter=delimiter):
            if record == [END]:
                return
            last += 1
            if len(record) > MAX_COLUMNS:
                limits.check_columns(len(record))
            if last % HEAD_ROWS == 0:
                limits.check_time()
                limits.check_rows(last)
            yield record
            if ended:  # an open quotation mark has taken END into the record
                break
    except csv.Error:
        last += 1
    found = f"The file is truncated: a quotation mark opens in row {last} and never closes"
    raise RefusedError(found, A_TABLE, SEND_AGAIN)


def _lines(path: Path, encoding: str, ended: list[bool]) -> Iterator[str]:
    """Yield every line, then END, with one line in memory at a time; append to `ended` before END."""
    size = f"{path.stat().st_size / 2**20:,.1f} MB"
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(MAX_LINE_BYTES + 1)
        lines = iter(lambda: file.readline(MAX_LINE_BYTES + 1), "")
        for line in chain(["\n" if SEPARATOR_LINE.fullmatch(first) else first], lines) if first else ():
            if END in line:
                raise RefusedError(f"The file ({size}) is binary data, not text", A_TABLE, SAVE_AGAIN)
            if len(line) > MAX_LINE_BYTES:
                raise RefusedError(f"The file ({size}) has a line over 1 MB", A_TABLE, SEND_AGAIN)
            yield line.rstrip("\r\n") + "\n"
    ended.append(True)
    yield END


def ends_in_mid_line(path: Path) -> bool:
    """Return whether the last row has no line end."""
    with path.open("rb") as file:
        file.seek(-min(4, path.stat().st_size), 2)
        return file.read().rstrip(b"\0")[-1:] not in (b"\n", b"\r")


def _is_cut(path: Path, encoding: str, delimiter: str) -> bool:
    """Return whether the last row is cut off: it has figures, no line end, and fewer cells than most rows.

    A footnote has no figures, or follows a blank row.
    """
    if not ends_in_mid_line(path):
        return False
    records = list(islice(text_records(path, encoding, delimiter), HEAD_ROWS))
    usual, _ = Counter(len(record) for record in records if any(record)).most_common(1)[0]
    holds_figures = any(cell.strip()[:1].isdigit() for cell in records[-1][1:])
    return holds_figures and len(records[-1]) < usual and any(records[-2:-1][0])
