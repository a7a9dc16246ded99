"""Tables for readers: which there are, whose rows they hold, and copies of them with their comments and as Parquet."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb

from publication import queries
from publication.visibility import SCHEMAS, Visibility

HERE = Path(__file__).parent
__all__ = ["SCHEMAS", "Table", "copy", "literal", "of", "one_of", "write_parquet"]


class Column(NamedTuple):
    """The type of a column and what it means."""

    type: str
    comment: str | None


@dataclass(frozen=True)
class Table:
    """A table or view as readers see it: `schema.name`. `source` is where the private warehouse has it."""

    schema: str
    name: str
    comment: str | None
    columns: dict[str, Column]
    source: str

    @property
    def has_authorities(self) -> bool:
        """Whether each row is of one authority. A table of `reference` is shared by all of them."""
        return "authority_code" in self.columns and self.schema != "reference"

    @property
    def types(self) -> dict[str, str]:
        """The type of each column."""
        return {name: column.type for name, column in self.columns.items()}

    @property
    def column_list(self) -> str:
        """Its columns, for a `select`."""
        return ", ".join(f'"{name}"' for name in self.columns)

    def __str__(self) -> str:
        """Return the name that readers know it by."""
        return f"{self.schema}.{self.name}"


def of(con: duckdb.DuckDBPyConnection, catalog: str, visibility: Visibility | None = None) -> list[Table]:
    """Return what readers see of an attached database, by name.

    Without a `visibility`, every column of every table and view in a published schema. Raises `ValueError` for two
    tables that would be published under one name.
    """
    visible = visibility or Visibility()
    found = queries.run(con, HERE / "tables.sql", {"catalog": catalog}).fetchall()
    made = [_table(visible, *relation) for relation in found if visible.schema_of(f"{relation[0]}.{relation[1]}")]
    if twice := [name for name, count in Counter(map(str, made)).items() if count > 1]:
        raise ValueError(f"two tables would be published as {', '.join(twice)}")
    return sorted(made, key=str)


def _table(
    visible: Visibility, schema: str, name: str, comment: str | None, columns: list[tuple[str, str, str | None]]
) -> Table:
    source = f"{schema}.{name}"
    private = visible.private_columns.get(source, frozenset())
    shown = {column: Column(kind, text) for column, kind, text in columns if column not in private}
    return Table(visible.schema_of(source) or schema, name, comment, shown, source)


def copy(con: duckdb.DuckDBPyConnection, table: Table, rows: str, catalog: str) -> None:
    """Make the table in `catalog` of the `rows` of a query, with its comments."""
    made = f"{catalog}.{table}"
    con.execute(f"create schema if not exists {catalog}.{table.schema}")
    con.execute(f"create table {made} as {rows}")
    commented = [(f"table {made}", table.comment)]
    commented += [(f"column {made}.{name}", column.comment) for name, column in table.columns.items()]
    if said := [f"comment on {target} is {literal(text)}" for target, text in commented if text]:
        con.execute("; ".join(said))


def write_parquet(con: duckdb.DuckDBPyConnection, table: Table, catalog: str, parquet: Path) -> None:
    """Write the table to `<parquet>/<schema>/<name>.parquet`."""
    (parquet / table.schema).mkdir(parents=True, exist_ok=True)
    file = literal(parquet / table.schema / f"{table.name}.parquet")
    con.execute(f"copy {catalog}.{table} to {file} (format parquet, compression zstd, compression_level 1)")


def literal(text: object) -> str:
    """Return an SQL string literal, for statements that take no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


def one_of(names: list[str]) -> str:
    """Return the right side of an SQL `in`. Of no names it is true of nothing."""
    return f"({', '.join(map(literal, names)) or 'null'})"
