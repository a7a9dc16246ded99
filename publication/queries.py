"""Queries kept in `.sql` files: read the file, run it, and return a dataclass for each row."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import duckdb

Row = TypeVar("Row")


def run(
    con: duckdb.DuckDBPyConnection, file: Path, parameters: Mapping[str, object] | None = None
) -> duckdb.DuckDBPyConnection:
    """Run the statement of a `.sql` file. `parameters` fill its `$names`."""
    return con.execute(file.read_text(), dict(parameters or {}))


def rows(
    con: duckdb.DuckDBPyConnection, file: Path, row: type[Row], parameters: Mapping[str, object] | None = None
) -> list[Row]:
    """Return the rows of a query, each as a `row`, whose fields are the columns of the query."""
    result = run(con, file, parameters)
    names = [column[0] for column in result.description]
    return [row(**dict(zip(names, values, strict=True))) for values in result.fetchall()]


def value(con: duckdb.DuckDBPyConnection, file: Path, parameters: Mapping[str, object] | None = None) -> Any:
    """Return the first column of the first row of a query; None where it has no row."""
    row = run(con, file, parameters).fetchone()
    return row[0] if row else None
