"""Read-only SQL on the published warehouse."""

import sys
from pathlib import Path

import duckdb
import pandas as pd


class QueryError(ValueError):
    """What is wrong with a reader's SQL, in one paragraph, with the nearest name where one is misspelt."""


def connect(published: Path) -> duckdb.DuckDBPyConnection:
    """Open the current publication read-only. Raises `LookupError` when nothing has been published."""
    file = published / "csc.duckdb"
    if not file.exists():
        raise LookupError("nothing has been published yet; run `csc run` first")
    # the file behind the link, so that this reader stays on one publication
    return duckdb.connect(str(file.resolve()), read_only=True, config={"enable_external_access": False})


def query(published: Path, sql: str) -> pd.DataFrame:
    """The rows of one SELECT. Raises `QueryError` for SQL that DuckDB cannot run, with the nearest name."""
    with connect(published) as con:
        try:
            if len(duckdb.extract_statements(sql)) != 1:
                raise QueryError("one statement is expected: write a single SELECT")
            relation = con.sql(sql)
            if relation is None:
                raise QueryError("the published warehouse is read-only: write a SELECT")
            return relation.to_df()
        except duckdb.Error as error:
            raise QueryError(str(error)) from None


def write(rows: pd.DataFrame, form: str, output: Path | None) -> None:
    """Write rows as csv, json or parquet to a file, or as csv or json to the terminal."""
    target = output or sys.stdout
    if form == "csv":
        rows.to_csv(target, index=False)
    elif form == "json":
        rows.to_json(target, orient="records", date_format="iso", date_unit="s", indent=1)
    else:
        rows.to_parquet(target, index=False)
