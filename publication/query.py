"""Read-only SQL on the published warehouse."""

import csv
import json
import sys
from contextlib import nullcontext
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


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
    """The rows of one SELECT, with their types. Raises `QueryError` for SQL that DuckDB cannot run."""
    with connect(published) as con:
        try:
            if len(duckdb.extract_statements(sql)) != 1:
                raise QueryError("one statement is expected: write a single SELECT")
            relation = con.sql(sql)
            if relation is None:
                raise QueryError("the published warehouse is read-only: write a SELECT")
            return relation.to_arrow_table()
        except duckdb.Error as error:
            raise QueryError(str(error)) from None


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
