"""How much of a delivered file is read: past these bounds it is refused in words, and the other files are loaded."""

import time
from dataclasses import dataclass
from threading import local

from ingestion.refused import RefusedError

SPLIT = "Check that it is the right file. Export it again with only the columns and rows of the list"
COPY = "Copy the table into a new workbook, without formats, and send that"

# most that we measured that reading a sheet takes: its XML, and as much again where all of it is texts
COPIES = 2
CELL_BYTES = 64


@dataclass(frozen=True)
class Limits:
    """The bounds of one file. The longest lists that we know are far below them."""

    file_mb: int = 4_096
    unpacked_mb: int = 1_024
    rows: int = 50_000_000
    columns: int = 2_000
    cells: int = 25_000_000
    """Cells of the rectangle of a sheet that has text in it, with the blank ones: it is held in memory."""
    merged_cells: int = 10_000
    seconds: int = 900
    memory_mb: int = 4_096
    """That the libraries may take for a sheet, by our estimate. We read two files at a time."""


_limits = Limits()
_file = local()


def use(limits: Limits) -> None:
    """Read every file of this process within these bounds."""
    global _limits
    _limits = limits


def limits() -> Limits:
    """Return the bounds in force."""
    return _limits


def begin() -> None:
    """Begin to read a file in this thread: from now on its seconds count."""
    _file.deadline = time.monotonic() + _limits.seconds


def check_time() -> None:
    """Raise `RefusedError` if the file that this thread reads has taken too long."""
    if time.monotonic() > getattr(_file, "deadline", float("inf")):
        raise RefusedError(
            f"Reading the file takes more than {_limits.seconds:,} seconds",
            "a list that can be read in that time",
            f"{SPLIT}, or set CSC_FILE_SECONDS higher",
        )


def check_bytes(size: int) -> None:
    """Raise `RefusedError` if a file is too large."""
    _check("MB", -(-size // 2**20), _limits.file_mb, "The file has", SPLIT, "CSC_FILE_MB")


def check_unpacked(size: int) -> None:
    """Raise `RefusedError` if a workbook unpacks to too much, or XML, whose names its reader remembers, is as large."""
    _check("MB", -(-size // 2**20), _limits.unpacked_mb, "The file unpacks to", COPY, "CSC_UNPACKED_MB")


def check_memory(unpacked: int, cells: int, where: str) -> None:
    """Raise `RefusedError` if reading a sheet takes too much memory: its XML, and so many cells of a table."""
    needed = (unpacked * COPIES + cells * CELL_BYTES) >> 20
    _check("MB of memory", needed, _limits.memory_mb, f"{where} takes", SPLIT, "CSC_FILE_MEMORY_MB")


def check_letters(letters: int) -> None:
    """Raise `RefusedError` if the cells of a table say too much: a workbook writes a text once for many cells."""
    _check("MB", -(-letters // 2**20), _limits.unpacked_mb, "The cells of the table have", SPLIT, "CSC_UNPACKED_MB")


def check_rows(rows: int) -> None:
    """Raise `RefusedError` if a table has too many rows."""
    _check("rows", rows, _limits.rows, "The table has", SPLIT, "CSC_FILE_ROWS")


def check_columns(columns: int, where: str = "The table") -> None:
    """Raise `RefusedError` if a table has text in too many columns."""
    _check("columns", columns, _limits.columns, f"{where} has", SPLIT, "CSC_FILE_COLUMNS")


def check_cells(rows: int, columns: int, where: str) -> None:
    """Raise `RefusedError` if the rectangle of a sheet that has text in it has too many cells."""
    found = f"{where} has text down to row {rows:,} and across {columns:,} columns, which is"
    _check("cells", rows * columns, _limits.cells, found, COPY, "CSC_SHEET_CELLS")


def check_texts(texts: int) -> None:
    """Raise `RefusedError` if the cells of a workbook share too many texts."""
    _check("texts", texts, _limits.cells, "The workbook has", COPY, "CSC_SHEET_CELLS")


def check_merged(merged: int, where: str) -> None:
    """Raise `RefusedError` if a sheet has too many merged cells."""
    _check("merged cells", merged, _limits.merged_cells, f"{where} has", COPY, "CSC_MERGED_CELLS")


def _check(what: str, count: int, most: int, found: str, action: str, setting: str) -> None:
    if count > most:
        raise RefusedError(f"{found} {count:,} {what}", f"at most {most:,}", f"{action}, or set {setting} higher")
