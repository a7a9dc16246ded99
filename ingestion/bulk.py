"""Put the rows of a list into its raw table: DuckDB reads the file itself wherever that gives the same rows."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import IO, Any

import duckdb

from data_quality.contracts import ListContract, raw_columns
from ingestion.other_cells import with_other_cells
from ingestion.tables import A_TABLE, LAST_ROW_CUT, SAVE_AGAIN, SEND_AGAIN, STANDS_IN, RefusedError
from ingestion.text import BLOCK, encoding_throughout, ends_in_mid_line, plain_records, text_records
from ingestion.vault import TEMPORARY
from ingestion.workbook import is_archive, sheet_records
from ingestion.xml_layout import parts
from ingestion.xml_return import part_rows


@dataclass(frozen=True)
class ListFile:
    """A list as the ledger accepted it: where its header is, and the position of the cell that each column is in."""

    path: Path
    sheet: str | None
    delimiter: str  # empty for a workbook
    header_row: int
    columns: dict[str, int]


@dataclass(frozen=True)
class _Target:
    """The raw table of a list, and what each row that goes into it says of where it came from."""

    con: duckdb.DuckDBPyConnection
    contract: ListContract
    provenance: dict[str, Any]


def insert_list(
    con: duckdb.DuckDBPyConnection, contract: ListContract, file: ListFile, provenance: dict[str, Any], workspace: Path
) -> int:
    """Insert every row below the header, blank cells as null, and return their number. Raises `RefusedError`.

    This may roll back the caller's transaction and begin it again, so it must be the first to write in it.

    DuckDB reads a plain UTF-8 text from the file itself. For anything else (a workbook, or a text with a blank row, a
    short row or a stray quotation mark) the reader that found the header first writes the records to a temporary file
    in `workspace`. Text in another encoding becomes UTF-8 before either. An XML return is split into a file for each
    of its parts, which stay in `workspace` for the parts that are loaded next.
    """
    target = _Target(con, contract, provenance)
    if contract.part and file.sheet == contract.part and not is_archive(file.path):
        return _insert_part(target, file, workspace)
    if file.sheet is not None:
        return _insert_records(target, file, workspace, sheet_records(file.path, file.sheet))
    with _as_utf8(file.path, encoding_throughout(file.path), workspace) as path:
        inserted = _insert_plain(target, file, path)
        if inserted is not None:
            return inserted
        records = text_records(path, "utf-8-sig", file.delimiter)
        return _insert_records(target, file, workspace, records, path)


def workspace_in(vault: Path) -> TemporaryDirectory[str]:
    """Return a folder for the temporary files of one delivered file, removed with them at the end."""
    return TemporaryDirectory(dir=vault, prefix=TEMPORARY)


def clear(vault: Path) -> None:
    """Remove the temporary files of a run that was killed while loading."""
    for path in vault.glob(f"{TEMPORARY}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _insert_plain(target: _Target, file: ListFile, path: Path) -> int | None:
    """Insert the rows as DuckDB reads them, and return their number.

    Insert nothing and return None where DuckDB would read other records than the reader that found the header.
    """
    if target.contract.other_cells:  # which cells these are, the header says
        return None
    above = list(islice(text_records(path, "utf-8-sig", file.delimiter), file.header_row + 1))
    expected = plain_records(path, len(above))
    if expected is None or any("\n" in cell for record in above for cell in record):
        return None
    cells = [f"c{i}" for i in range(len(above[-1]))]
    chosen = _filled({name: cells[position] for name, position in file.columns.items()})
    number = f"{len(above)} + row_number() over ()"
    try:
        inserted = _insert(target, path, file.delimiter, len(above), cells, number, chosen)
        if inserted == expected:
            return inserted
    except duckdb.Error:  # never repeat its message: it quotes the line, which is about a person
        pass
    target.con.rollback()
    target.con.begin()
    return None


def _insert_part(target: _Target, file: ListFile, workspace: Path) -> int:
    folder = workspace / "parts"
    if not folder.exists():
        _split(file.path, target.contract.dataset, folder)
    cells = [f"c{i}" for i in range(len(target.contract.columns))]
    chosen = {name: cells[position] for name, position in file.columns.items()}
    return _insert_written(target, folder / f"{target.contract.part}.csv", cells, chosen)


def _split(path: Path, dataset: str, folder: Path) -> None:
    """Write a file for each part of an XML return: for every row its number, counted with the header, and its cells."""
    writing = folder.with_suffix(".writing")  # so that a return refused halfway leaves no parts
    writing.mkdir(exist_ok=True)
    with ExitStack() as stack:
        writers = {}
        for part in parts(dataset):
            file = (writing / f"{part}.csv").open("w", encoding="utf-8", newline="")
            writers[part] = csv.writer(stack.enter_context(file))
            writers[part].writerow(range(1 + len(parts(dataset)[part])))  # see _insert_written
        numbers = dict.fromkeys(writers, 1)
        for part, cells in part_rows(path):
            numbers[part] += 1
            if any(cells):
                writers[part].writerow((numbers[part], *cells))
    writing.rename(folder)


def _insert_records(
    target: _Target, file: ListFile, workspace: Path, records: Iterator[list[str]], text: Path | None = None
) -> int:
    with NamedTemporaryFile("w", encoding="utf-8", newline="", dir=workspace, prefix=TEMPORARY) as copy:
        if others := target.contract.other_cells:
            records = with_other_cells(records, file.header_row, set(file.columns.values()))
            moved = {name: position + 1 for name, position in file.columns.items()}
            file = replace(file, columns=moved | {others: 0})
        _write_records(copy, records, file, text)
        copy.flush()
        return _insert_written(
            target, Path(copy.name), list(file.columns), _filled({name: name for name in file.columns})
        )


def _filled(cells: dict[str, str]) -> dict[str, str]:
    """Return what each column is read from: its cell, or the one that stands in for it where that is blank."""
    stand_ins = {name.removesuffix(STANDS_IN): cell for name, cell in cells.items() if name.endswith(STANDS_IN)}
    return cells | {name: f"coalesce(nullif(trim({cells[name]}), ''), {cell})" for name, cell in stand_ins.items()}


def _insert_written(target: _Target, path: Path, cells: list[str], chosen: dict[str, str]) -> int:
    """Insert the rows of a file that was written here: the number of each row, then its cells.

    DuckDB takes the line ends from the first line, and must find none within quotation marks there: so it is a header.
    """
    try:
        return _insert(target, path, ",", 1, ["source_row", *cells], "source_row", chosen)
    except duckdb.InvalidInputException:  # its message quotes the line
        raise RefusedError("The file has a row that cannot be read as one", A_TABLE, SAVE_AGAIN) from None


def _write_records(copy: IO[str], records: Iterator[list[str]], file: ListFile, text: Path | None) -> None:
    """Write the row number and the chosen cells of every record below the header that is not blank."""
    writer = csv.writer(copy, lineterminator="\r\n")
    positions = list(file.columns.values())
    writer.writerow(range(1 + len(positions)))  # see _insert_written
    chosen = itemgetter(*positions, positions[0])  # one more than needed: it gives a tuple only for two and more
    short, width, least = None, 0, max(positions) + 1
    for number, record in enumerate(records, start=1):
        if number <= file.header_row + 1:
            width = max(len(record), least)
            continue
        if not "".join(record).strip():
            continue
        if len(record) > width and text and "".join(record[width:]).strip():
            raise RefusedError(
                found=f"row {number} has {len(record)} cells under a header of {width}",
                expected="as many cells in each row as the header has",
                action="Put cells that hold the delimiter in quotation marks, or save as .xlsx, and send it again",
            )
        short = number if 1 < len(record) < width else None
        if len(record) < least:
            record = record + [""] * (least - len(record))
        writer.writerow((number, *chosen(record)[:-1]))
    if short and text and ends_in_mid_line(text):
        raise RefusedError(LAST_ROW_CUT, A_TABLE, SEND_AGAIN)


def _insert(
    target: _Target, path: Path, delimiter: str, skip: int, cells: list[str], number: str, chosen: dict[str, str]
) -> int:
    """Insert what `read_csv` reads, and return the number of rows.

    `cells` names the cells of the file, `chosen` says which of them each column is in, and `number` is the row number.
    """
    values = {"source_row": number} | {name: f"${name}" for name in target.provenance} | chosen
    columns = raw_columns(target.contract)
    selected = ", ".join(f"cast({values.get(name, 'null')} as {kind})" for name, (kind, _) in columns.items())
    types = dict.fromkeys(cells, "varchar")
    # only one thread numbers the rows in the order of the file; most of the time goes into writing the table
    [(inserted,)] = target.con.execute(
        f"""
        insert into raw.{target.contract.extract} ({", ".join(columns)})
        select {selected}
        from read_csv(
            $path, columns = {types}, skip = {skip}, delim = $delimiter, header = false, auto_detect = false,
            quote = '"', escape = '"', strict_mode = true, parallel = false
        )
        """,  # noqa: S608 (names of a contract and its columns)
        target.provenance | {"path": str(path), "delimiter": delimiter},
    ).fetchall()
    return int(inserted)


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
