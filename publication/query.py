"""Read-only SQL on the published warehouse."""

import csv
import json
import re
import sys
from contextlib import nullcontext
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from publication import queries
from publication.nearest import did_you_mean, nearest

HERE = Path(__file__).parent
READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
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


def query(published: Path, sql: str) -> pa.Table:
    """Return the rows of one SELECT, with their types; `show tables` lists what is published.

    Raises `QueryError` for SQL that DuckDB cannot run, with the nearest name where one is misspelt, and for SQL that
    writes.
    """
    with connect(published) as con:
        try:
            statements = con.extract_statements(sql)
            if len(statements) != 1:
                raise QueryError(f"Write one SELECT. This has {len(statements)} statements.")
            if statements[0].type not in READING:
                raise QueryError(
                    f"{statements[0].type.name} is not allowed: what is published can only be read. Write a SELECT. "
                    "To correct a value, put a corrected file into the landing folder."
                )
            listed = (HERE / "what_is_published.sql").read_text()
            return con.sql(listed if SHOW_TABLES.fullmatch(sql) else sql).to_arrow_table()
        except duckdb.Error as error:
            raise QueryError(_explained(con, sql, str(error))) from None


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
    """Return the rows as Python values."""
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
