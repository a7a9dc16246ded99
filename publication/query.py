"""Read-only SQL on the published warehouse."""

import csv
import json
import math
import queue
import re
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from typing import IO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data_quality.our_words import visible_lines
from publication import queries
from publication.nearest import did_you_mean, nearest

HERE = Path(__file__).parent
READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
PIVOT = [duckdb.StatementType.CREATE, duckdb.StatementType.SELECT]
BATCH_ROWS = 10_000
UNITS = {"M": 10**6, "MI": 2**20, "G": 10**9, "GI": 2**30}
TOO_BIG = "The query needs more than its {memory} of memory. Ask for fewer rows or columns, or set CSC_MEMORY higher."
# inside a nested type, too; a field of that name only makes the column text
NOT_IN_PYTHON = re.compile(r"DATE|TIME|INTERVAL|BLOB|BIT|UNION|UUID|VARIANT|GEOMETRY|BIGNUM|VARINT|MAP")
NOT_IN_PARQUET = re.compile(r"INTERVAL|WITH TIME ZONE|TIMETZ|BIT|UNION|VARIANT|GEOMETRY|BIGNUM|VARINT|UUID")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
A_NUMBER = re.compile(r"[+-]?[0-9.,]+%?")
SHOW_TABLES = re.compile(r"\s*show\s+tables\s*;?\s*", re.IGNORECASE)
NO_TABLE = re.compile(r"Table with name (\S+) does not exist")
NO_COLUMN = re.compile(r'Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"')


class QueryError(ValueError):
    """What is wrong with a reader's SQL, in one paragraph, with the nearest name where one is misspelt."""


def connect(published: Path) -> duckdb.DuckDBPyConnection:
    """Open the current publication read-only. Raises `LookupError` when nothing has been published."""
    file = published / "csc.duckdb"
    if not file.exists():
        raise LookupError(f"Nothing has been published in {published} yet. Run `csc run` first.")
    # the file behind the link, so that this reader stays on one publication
    return duckdb.connect(str(file.resolve()), read_only=True, config={"enable_external_access": False})


def query(published: Path, sql: str, form: str = "arrow", memory: str | None = None, seconds: int = 0) -> pa.Table:
    """Return the rows of one SELECT, each column under a name of its own; `show tables` lists what is published.

    Args:
        published: The folder of the publication.
        sql: One SELECT.
        form: "arrow" keeps every type; "parquet" and the others give as text what they cannot hold.
        memory: How much the query and its rows may take, such as 800MB; no limit when None.
        seconds: How long it may take; no limit when 0.

    Raises:
        QueryError: SQL that DuckDB cannot run, with the nearest name where one is misspelt; SQL that writes; a limit.
    """
    con = connect(published)
    if memory:
        # a reader writes nothing, so work that does not fit into memory does not go to disk either
        con.execute(f"set memory_limit = '{memory}'")
        con.execute("set max_temp_directory_size = '0B'")
    return run_within(con, lambda: _answer(con, sql, form, memory), seconds)


def _answer(con: duckdb.DuckDBPyConnection, sql: str, form: str, memory: str | None) -> pa.Table:
    with con:
        try:
            return _rows(con, sql, form, bytes_of(memory))
        except (duckdb.OutOfMemoryException, MemoryError):
            raise QueryError(TOO_BIG.format(memory=memory)) from None
        except duckdb.Error as error:
            raise QueryError(_explained(con, sql, str(error))) from None


def _rows(con: duckdb.DuckDBPyConnection, sql: str, form: str, limit: int | None) -> pa.Table:
    _refuse_unless_reading(con.extract_statements(sql))
    found = con.sql((HERE / "what_is_published.sql").read_text() if SHOW_TABLES.fullmatch(sql) else sql)
    names = distinct(found.columns)
    held = [_held(f"#{n}", str(kind), form) for n, kind in enumerate(found.types, start=1)]
    if any(" as " in column for column in held):
        found = found.project(", ".join(held))
    batches: list[pa.RecordBatch] = []
    size = 0
    # closed, too, when the rows are too many: an open one keeps the file's next reader waiting
    with found.to_arrow_reader(BATCH_ROWS) as reader:
        for batch in reader:
            batches.append(batch)
            size += batch.nbytes
            if limit and size > limit:
                raise QueryError(TOO_BIG.format(memory=f"{limit:,} bytes"))
        schema = reader.schema
    return pa.Table.from_batches(batches, schema).rename_columns(names)


def _refuse_unless_reading(statements: list[duckdb.Statement]) -> None:
    # for a pivot without `in` DuckDB itself writes a CREATE TYPE in front, whose text is empty
    if [s.type for s in statements] == PIVOT and not any(s.query for s in statements):
        return
    if len(statements) != 1:
        raise QueryError(f"Write one SELECT. This has {len(statements)} statements.")
    if statements[0].type not in READING:
        raise QueryError(
            f"{statements[0].type.name} is not allowed: what is published can only be read. Write a SELECT. "
            "To correct a value, put a corrected file into the landing folder."
        )


def distinct(names: list[str]) -> list[str]:
    """Return the names of columns, a repeated one with a number behind it (`month`, `month_1`), as DuckDB does."""
    taken: set[str] = set()
    own = {name.casefold() for name in names}
    made = []
    for name in names:
        given, n = name, 0
        while given.casefold() in taken or (n and given.casefold() in own):
            n += 1
            given = f"{name}_{n}"
        taken.add(given.casefold())
        made.append(given)
    return made


def _held(column: str, kind: str, form: str) -> str:
    """Return a column's expression: as text where the form cannot hold every value of its type.

    Python has no infinite date and no year before 1; Parquet has no interval.
    """
    if form == "arrow":
        return column
    awkward = NOT_IN_PARQUET if form == "parquet" else NOT_IN_PYTHON
    return f'{column}::varchar as "{column}"' if awkward.search(kind) else column


def bytes_of(memory: str | None) -> int | None:
    """Return a size such as 800MB in bytes."""
    if not memory:
        return None
    number, unit = re.fullmatch(r"([0-9]+) ?([MG]i?)B", memory, re.IGNORECASE).groups()  # type: ignore[union-attr] # the settings check it
    return int(number) * UNITS[unit.upper()]


def run_within(con: duckdb.DuckDBPyConnection, work: Callable[[], pa.Table], seconds: int) -> pa.Table:
    """Return what the work on a connection gives, and leave it at once on Ctrl-C or after so many seconds.

    DuckDB does not look for Ctrl-C inside a long join. The work runs in a thread that the end of the process takes
    along, since it only reads.

    Raises:
        QueryError: The time is up.
        KeyboardInterrupt: The user pressed Ctrl-C.
    """
    done: queue.SimpleQueue[pa.Table | Exception] = queue.SimpleQueue()

    def answer() -> None:
        try:
            done.put(work())
        except Exception as error:
            done.put(error)

    threading.Thread(target=answer, daemon=True).start()
    try:
        result = done.get(timeout=seconds or None)
    except queue.Empty:
        con.interrupt()
        raise QueryError(
            f"The query took longer than {seconds} s and was stopped. Narrow it, for example to one month, or "
            "set CSC_QUERY_SECONDS higher."
        ) from None
    except KeyboardInterrupt:
        con.interrupt()
        raise
    if isinstance(result, Exception):
        raise result
    return result


def _explained(con: duckdb.DuckDBPyConnection, sql: str, error: str) -> str:
    """Return DuckDB's message; for a table or column that is not there, the nearest one, and those there are."""
    columns: dict[str, list[str]] = dict(queries.run(con, HERE / "published_columns.sql").fetchall())
    if missing := NO_TABLE.search(error):
        name = missing[1].lower()
        by_name = {table.split(".")[1]: table for table in columns}
        # a schema is easily left out or mixed up
        same_name = [table for table in columns if table.endswith(f".{name}")]
        near = did_you_mean(*same_name) or did_you_mean(by_name.get(nearest(name, by_name) or ""))
        return f'There is no table {missing[1]}.{near} `csc query "show tables"` lists what is published.'
    if missing := NO_COLUMN.search(error):
        name = missing[1] or missing[2]
        # by their names in the text: DuckDB cannot name the tables of a query that it cannot bind
        tables = [table for table in columns if re.search(rf"\b{re.escape(table)}\b", sql, re.IGNORECASE)]
        near = did_you_mean(nearest(name.lower(), {column for table in tables for column in columns[table]}))
        listed = "".join(f" {table} has {', '.join(columns[table])}." for table in tables)
        return f"There is no column {name}.{near}{listed}"
    return error


def python_rows(rows: pa.Table) -> list[list[object]]:
    """Return the rows as Python values: whole numbers of any size as `int`."""
    columns = [[_plain(value) for value in column.to_pylist()] for column in rows.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain(value: object) -> object:
    return int(value) if isinstance(value, Decimal) and value.as_tuple().exponent == 0 else value


def write(rows: pa.Table, form: str, output: Path | None) -> None:
    """Write rows as csv, json or parquet to a file, or as csv or json to the terminal."""
    if form == "parquet":
        pq.write_table(rows, output)
        return
    with output.open("w", newline="", encoding="utf-8") if output else nullcontext(sys.stdout) as target:
        if form == "json":
            named = [dict(zip(rows.column_names, map(_in_json, row), strict=True)) for row in python_rows(rows)]
            json.dump(named, target, indent=1, default=str)
            target.write("\n")
        else:
            lines = csv.writer(_Lines(target))
            lines.writerow(map(harmless, rows.column_names))
            lines.writerows(map(harmless, row) for row in python_rows(rows))


class _Lines:
    """Takes the lines of a CSV writer and ends each with a line feed.

    The writer itself would then put no quotation marks around a carriage return in a cell, where readers end the row.
    """

    def __init__(self, target: IO[str]) -> None:
        """Write to this file or terminal."""
        self.target = target

    def write(self, line: str) -> None:
        """Write one line; a terminal is shown what it would obey."""
        text = line.removesuffix("\r\n") + "\n"
        self.target.write(visible_lines(text) if self.target.isatty() else text)


def _in_json(value: object) -> object:
    """Return a number that JSON does not have (infinite, not a number) as text."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def harmless(value: object) -> object:
    """Return text that a spreadsheet would run as a formula with an apostrophe in front; anything else unchanged."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not A_NUMBER.fullmatch(value):
        return f"'{value}"
    return value
