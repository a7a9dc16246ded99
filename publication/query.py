"""Read-only SQL on the published warehouse."""

import csv
import difflib
import json
import re
import sys
from contextlib import nullcontext
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
SHOW_TABLES = re.compile(r"\s*show\s+tables\s*;?\s*", re.IGNORECASE)
WHAT_IS_PUBLISHED = """
    select schema_name || '.' || table_name as table_name, estimated_size as row_count, comment as description
    from duckdb_tables() order by all
"""
NO_TABLE = re.compile(r"Table with name (\S+) does not exist")
NO_COLUMN = re.compile(r'Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"')


class QueryError(ValueError):
    """What is wrong with a reader's SQL, in one paragraph, with the nearest name where one is misspelt."""


def connect(published: Path) -> duckdb.DuckDBPyConnection:
    """Open the current publication read-only. Raises `LookupError` when nothing has been published."""
    file = published / "csc.duckdb"
    if not file.exists():
        raise LookupError("nothing has been published yet; run `csc run` first")
    # the file behind the link, so that this reader stays on one publication
    return duckdb.connect(str(file.resolve()), read_only=True, config={"enable_external_access": False})


def query(published: Path, sql: str) -> pa.Table:
    """The rows of one SELECT, with their types; `show tables` lists what is published, with its grain.

    Raises `QueryError` for SQL that DuckDB cannot run, with the nearest name where one is misspelt, and for SQL that
    writes.
    """
    with connect(published) as con:
        try:
            statements = con.extract_statements(sql)
            if len(statements) != 1:
                raise QueryError("one statement is expected: write a single SELECT")
            if statements[0].type not in READING:
                raise QueryError(
                    f"{statements[0].type.name} is not for readers, who cannot change what is published: write a "
                    "SELECT. A wrong figure is put right by a corrected file in the landing folder"
                )
            return con.sql(WHAT_IS_PUBLISHED if SHOW_TABLES.fullmatch(sql) else sql).to_arrow_table()
        except duckdb.Error as error:
            raise QueryError(_explained(con, sql, str(error))) from None


def _explained(con: duckdb.DuckDBPyConnection, sql: str, error: str) -> str:
    """DuckDB's message; for a table or column that is not there, the nearest one, and those there are."""
    columns = _columns(con)
    if missing := NO_TABLE.search(error):
        name = missing[1].lower()
        # a schema is easily left out or mixed up
        near = [table for table in columns if table.endswith(f".{name}")]
        near = near or _near(name, {table.split(".")[1]: table for table in columns})
        return f'there is no table {missing[1]}{_or(near)}. `csc query "show tables"` lists what is published'
    if missing := NO_COLUMN.search(error):
        name = (missing[1] or missing[2]).lower()
        # by their names in the text: DuckDB cannot name the tables of a query that it cannot bind
        tables = [table for table in columns if re.search(rf"\b{re.escape(table)}\b", sql, re.IGNORECASE)]
        near = _near(name, {column: column for table in tables for column in columns[table]})
        listed = "; ".join(f"{table} has {', '.join(columns[table])}" for table in tables)
        return f"there is no column {missing[1] or missing[2]}{_or(near)}" + (f". {listed}" if listed else "")
    return error


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Every published table, with its schema, and its columns."""
    rows = con.execute(
        """
        select schema_name || '.' || table_name, list(column_name order by column_index)
        from duckdb_columns() where not internal group by all order by 1
        """
    )
    return dict(rows.fetchall())


def _near(name: str, known: dict[str, str]) -> list[str]:
    return [known[close] for close in difflib.get_close_matches(name, known, n=1)]


def _or(near: list[str]) -> str:
    return f"; the nearest is {' or '.join(near)}" if near else ""


def python_rows(rows: pa.Table) -> list[list]:
    """The rows as Python values."""
    return [list(row.values()) for row in rows.to_pylist()]


def write(rows: pa.Table, form: str, output: Path | None) -> None:
    """Write rows as csv, json or parquet to a file, or as csv or json to the terminal."""
    if form == "parquet":
        pq.write_table(rows, output)
        return
    with output.open("w", newline="") if output else nullcontext(sys.stdout) as target:
        if form == "json":
            json.dump(rows.to_pylist(), target, indent=1, default=str)
            target.write("\n")
        else:
            lines = csv.writer(target, lineterminator="\n")
            lines.writerow(rows.column_names)
            lines.writerows(python_rows(rows))
