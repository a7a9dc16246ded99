"""Text tables as councils send them: any usual encoding and delimiter, one line in memory at a time."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ingestion.tables import A_TABLE, HEAD_ROWS, SAVE_AGAIN, SEND_AGAIN, Refused, Table, make_table

MAX_LINE_BYTES = 1 << 20  # one line longer than this is refused before it is read into memory
END = "\0"  # stands after the last line; a line that holds it is refused
ENCODINGS = {  # without a mark, UTF-16 shows as NULs between letters
    "utf-8-sig": rb"\xEF\xBB\xBF",
    "utf-16": rb"\xFF\xFE|\xFE\xFF",
    "utf-16-le": rb"([\t\r\n -\xFF]\0){2}",
    "utf-16-be": rb"(\0[\t\r\n -\xFF]){2}",
}
SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?[\r\n]*', re.IGNORECASE)
csv.field_size_limit(MAX_LINE_BYTES)  # lines are shorter, so only an open quote can exceed it


def read_text(path: Path, head: bytes) -> list[Table]:
    named, is_odd = path.suffix.lower(), path.stat().st_size % 2
    marked = [encoding for encoding, start in ENCODINGS.items() if re.match(start, head)]
    is_text = head.strip() and (marked or END.encode() not in head)
    if is_text and named in (".xlsx", ".xlsm", ".xls"):
        raise Refused(
            f"The file is named {named} but its content is text",
            A_TABLE,
            "Save it as an Excel workbook, or rename it to .csv",
        )
    if marked and "16" in marked[0] and is_odd:
        raise Refused("The file is truncated: it ends in half a character", A_TABLE, SEND_AGAIN)
    for encoding in marked or ["utf-8", "cp1252"]:
        try:
            delimiter = _delimiter(path, encoding)
            records = _records(path, encoding, delimiter)
            table = make_table(None, re.sub("-[lb]e$", "", encoding), delimiter, records)
            if table.rows and table.is_complete and _is_cut(path, encoding, delimiter):
                raise Refused("The file is truncated: its last row stops before the others do", A_TABLE, SEND_AGAIN)
            return [table]
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
    last = 0
    try:
        for record in csv.reader(_lines(path, encoding), delimiter=delimiter):
            if record == [END]:
                return
            last += 1
            yield record
            if any(END in cell for cell in record):
                break
    except csv.Error:
        last += 1
    raise Refused(f"The file is truncated: a quotation mark opens in row {last} and never closes", A_TABLE, SEND_AGAIN)


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


def _is_cut(path: Path, encoding: str, delimiter: str) -> bool:
    """Whether the last row breaks off: no line end after it, figures in it, fewer cells than most rows. (A footnote
    stands apart or holds no figures.)"""
    with path.open("rb") as file:
        file.seek(-min(4, path.stat().st_size), 2)
        if file.read().rstrip(b"\0")[-1:] in (b"\n", b"\r"):
            return False
    records = list(islice(_records(path, encoding, delimiter), HEAD_ROWS))
    usual, _ = Counter(len(record) for record in records if any(record)).most_common(1)[0]
    holds_figures = any(cell.strip()[:1].isdigit() for cell in records[-1][1:])
    return holds_figures and len(records[-1]) < usual and any(records[-2:-1][0])
