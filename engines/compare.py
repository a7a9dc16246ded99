"""Whether a table that Spark made has the rows that DuckDB made: each way, every column, duplicates counted."""

from dataclasses import dataclass

import duckdb

from publication.tables import literal

DECIMALS = 9  # a sum in another order differs in its last binary digits
MAY_DIFFER: dict[tuple[str, str], str] = {}  # (table, column): the reason, shown with the result


@dataclass(frozen=True)
class Compared:
    """The rows of a table in DuckDB and in Spark, and how many rows of each the other does not have."""

    table: str
    duckdb: int
    spark: int
    only_duckdb: int
    only_spark: int
    columns: tuple[str, ...] = ()

    @property
    def differing(self) -> int:
        """Rows of either that the other does not have."""
        return self.only_duckdb + self.only_spark


def compare(con: duckdb.DuckDBPyConnection, table: str, files: list[str]) -> Compared:
    """Compare a table of the open warehouse with Parquet files, and say which columns differ.

    Raises `ValueError` when the columns are not the same ones.
    """
    made = f"read_parquet([{', '.join(map(literal, files))}])"
    types = {name: kind for name, kind, *_ in con.execute(f"describe from {table}").fetchall()}
    found = [name for name, *_ in con.execute(f"describe from {made}").fetchall()]
    if sorted(found) != sorted(types):
        raise ValueError(f"{table}: DuckDB has the columns {sorted(types)}, Spark {sorted(found)}")
    compared = [name for name in types if (table, name) not in MAY_DIFFER]
    con.execute(f"create or replace temp table in_duckdb as {_select(types, compared, table)}")
    con.execute(f"create or replace temp table in_spark as {_select(types, compared, made)}")
    only_duckdb = _count(con, "from in_duckdb except all from in_spark")
    only_spark = _count(con, "from in_spark except all from in_duckdb")
    differs = only_duckdb + only_spark > 0
    columns = [name for name in compared if differs and _column_differs(con, name)]
    rows = {side: _count(con, f"from in_{side}") for side in ("duckdb", "spark")}
    return Compared(table, rows["duckdb"], rows["spark"], only_duckdb, only_spark, tuple(columns))


def _select(types: dict[str, str], columns: list[str], rows: str) -> str:
    values = []
    for name in columns:
        value = f'try_cast("{name}" as {types[name]})'  # what is no such value differs
        values.append(f'round({value}, {DECIMALS}) as "{name}"' if types[name] == "DOUBLE" else f'{value} as "{name}"')
    return f"select {', '.join(values)} from {rows}"  # noqa: S608 (names of our own tables)


def _column_differs(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Return whether a column has other values, whatever rows they stand in."""
    sides = [f'select "{name}" from {side}' for side in ("in_duckdb", "in_spark")]  # noqa: S608
    return bool(_count(con, f"{sides[0]} except all {sides[1]}") + _count(con, f"{sides[1]} except all {sides[0]}"))


def _count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    counted = con.execute(f"select count(*) from ({rows})").fetchone()  # noqa: S608
    return int(counted[0]) if counted else 0
