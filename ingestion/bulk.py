"""Rows of a list into its raw table, many at a time: DuckDB reads the file itself wherever that is exact."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

import duckdb

from data_quality.contracts import ListContract, raw_columns
from ingestion.census import census_rows, parts
from ingestion.tables import A_TABLE, SAVE_AGAIN, SEND_AGAIN, Refused
from ingestion.text import BLOCK, encoding_throughout, ends_in_mid_line, plain_records, text_records
from ingestion.workbook import sheet_records

TEMPORARY = ".reading-"


@dataclass(frozen=True)
class ListFile:
    """A list as the ledger accepted it: where its header is and which cell each column is read from."""

    path: Path
    sheet: str | None
    delimiter: str | None
    header_row: int
    columns: dict[str, int]


def insert_list(
    con: duckdb.DuckDBPyConnection, contract: ListContract, file: ListFile, provenance: dict, workspace: Path
) -> int:
    """Insert every row below the header, blank cells as null, and return their number. Raises `Refused`.

    Works in the caller's transaction, which it may roll back and begin anew: it is to be the first to write in it.

    A plain UTF-8 text goes from the file to DuckDB as it is. Of anything else (a workbook, or a text with a blank row,
    a short row or a stray quotation mark) the reader that found the header writes the records to a temporary file below
    `workspace` first. Text in another encoding is made UTF-8 before either. A census is written so part by part, for
    all of its parts at once, and they stay in `workspace` for as long as that is kept.
    """
    if contract.part:
        return _insert_part(con, contract, file, provenance, workspace)
    if file.sheet is not None:
        return _insert_records(con, contract, file, provenance, workspace, sheet_records(file.path, file.sheet))
    with _as_utf8(file.path, encoding_throughout(file.path), workspace) as path:
        inserted = _insert_plain(con, contract, file, provenance, path)
        if inserted is not None:
            return inserted
        records = text_records(path, "utf-8-sig", file.delimiter)
        return _insert_records(con, contract, file, provenance, workspace, records, path)


def workspace_in(vault: Path) -> TemporaryDirectory:
    """A folder for the temporary files of one delivered file, removed with them."""
    return TemporaryDirectory(dir=vault, prefix=TEMPORARY)


def clear(vault: Path) -> None:
    """Remove what a run that was killed while loading left behind."""
    for path in vault.glob(f"{TEMPORARY}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _insert_plain(con, contract, file: ListFile, provenance: dict, path: Path) -> int | None:
    """The rows inserted; None, and nothing inserted, where DuckDB would read other records than the header's reader."""
    above = list(islice(text_records(path, "utf-8-sig", file.delimiter), file.header_row + 1))
    expected = plain_records(path, len(above))
    if expected is None or any("\n" in cell for record in above for cell in record):
        return None
    cells = [f"c{i}" for i in range(len(above[-1]))]
    chosen = {name: cells[position] for name, position in file.columns.items()}
    number = f"{len(above)} + row_number() over ()"
    try:
        inserted = _insert(con, contract, path, file.delimiter, len(above), cells, number, chosen, provenance)
        if inserted == expected:
            return inserted
    except duckdb.Error:  # its message quotes the line, which is of a person: never repeat it
        pass
    con.rollback()
    con.begin()
    return None


def _insert_part(con, contract, file: ListFile, provenance: dict, workspace: Path) -> int:
    folder = workspace / "parts"
    if not folder.exists():
        _split(file.path, folder)
    cells = [f"c{i}" for i in range(len(contract.columns))]
    chosen = {name: cells[position] for name, position in file.columns.items()}
    return _insert_written(con, contract, folder / f"{contract.part}.csv", cells, chosen, provenance)


def _split(path: Path, folder: Path) -> None:
    """A file for each part of a census: the numbers of its rows, which count its header, and their cells."""
    writing = folder.with_suffix(".writing")  # refused halfway, the census has no parts
    writing.mkdir(exist_ok=True)
    with ExitStack() as stack:
        writers = {}
        for part in parts():
            file = (writing / f"{part}.csv").open("w", encoding="utf-8", newline="")
            writers[part] = csv.writer(stack.enter_context(file))
        numbers = dict.fromkeys(writers, 1)
        for part, cells in census_rows(path):
            numbers[part] += 1
            if any(cells):
                writers[part].writerow((numbers[part], *cells))
    writing.rename(folder)


def _insert_records(con, contract, file: ListFile, provenance, workspace, records, text: Path | None = None) -> int:
    with NamedTemporaryFile("w", encoding="utf-8", newline="", dir=workspace, prefix=TEMPORARY) as copy:
        _write_records(copy, records, file, text)
        copy.flush()
        chosen = {name: name for name in file.columns}
        return _insert_written(con, contract, Path(copy.name), list(chosen), chosen, provenance)


def _insert_written(con, contract, path: Path, cells: list[str], chosen: dict[str, str], provenance: dict) -> int:
    """Of a file written here: the number of each row, then its cells."""
    try:
        return _insert(con, contract, path, ",", 0, ["source_row", *cells], "source_row", chosen, provenance)
    except duckdb.InvalidInputException:  # its message quotes the line
        raise Refused("The file has a row that cannot be read as one", A_TABLE, SAVE_AGAIN) from None


def _write_records(copy, records: Iterator[list[str]], file: ListFile, text: Path | None) -> None:
    """Row number and chosen cells of every record below the header that is not blank."""
    writer = csv.writer(copy, lineterminator="\r\n")
    positions = list(file.columns.values())
    chosen = itemgetter(*positions, positions[0])  # of two and more it makes a tuple
    short, width, least = None, 0, max(positions) + 1
    for number, record in enumerate(records, start=1):
        if number <= file.header_row + 1:
            width = max(len(record), least)
            continue
        if not "".join(record).strip():
            continue
        if len(record) > width and text and "".join(record[width:]).strip():
            raise Refused(
                found=f"row {number} has {len(record)} cells under a header of {width}",
                expected="as many cells in each row as the header has",
                action="Put cells that hold the delimiter in quotation marks, or save as .xlsx, and send it again",
            )
        short = number if 1 < len(record) < width else None
        if len(record) < least:
            record = record + [""] * (least - len(record))
        writer.writerow((number, *chosen(record)[:-1]))
    if short and text and ends_in_mid_line(text):
        raise Refused("The file is truncated: its last row stops before the others do", A_TABLE, SEND_AGAIN)


def _insert(con, contract, path: Path, delimiter, skip, cells, number: str, chosen: dict[str, str], provenance) -> int:
    """One `insert ... select from read_csv`: `cells` are the file's, `chosen` says which of them each column is."""
    values = {"source_row": number} | {name: f"${name}" for name in provenance} | chosen
    columns = raw_columns(contract)
    selected = ", ".join(f"cast({values.get(name, 'null')} as {kind})" for name, (kind, _) in columns.items())
    types = dict.fromkeys(cells, "varchar")
    # one thread keeps the rows in order and numbers them; writing the table is what takes the time
    (inserted,) = con.execute(
        f"""
        insert into raw.{contract.extract} ({", ".join(columns)})
        select {selected}
        from read_csv(
            $path, columns = {types}, skip = {skip}, delim = $delimiter, header = false, auto_detect = false,
            quote = '"', escape = '"', strict_mode = true, parallel = false
        )
        """,
        provenance | {"path": str(path), "delimiter": delimiter},
    ).fetchone()
    return inserted


@contextmanager
def _as_utf8(path: Path, encoding: str, workspace: Path) -> Iterator[Path]:
    if encoding in ("utf-8", "utf-8-sig"):
        yield path
        return
    with (
        path.open(encoding=encoding, newline="") as source,
        NamedTemporaryFile("w", encoding="utf-8", newline="", dir=workspace, prefix=TEMPORARY) as copy,
    ):
        shutil.copyfileobj(source, copy, BLOCK)
        copy.flush()
        yield Path(copy.name)
