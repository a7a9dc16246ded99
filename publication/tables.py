"""Tables for readers: which there are, whose rows they hold, and copies of them with their comments and as Parquet."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

SCHEMAS = ("core", "marts", "quality", "reference")


@dataclass(frozen=True)
class Table:
    """A table or view of a published schema. `columns` has each column's type and comment."""

    schema: str
    name: str
    comment: str | None
    columns: dict[str, tuple[str, str | None]]

    @property
    def has_authorities(self) -> bool:
        """Whether each row is of one authority, and no table of reference, which all of them share."""
        return "authority_code" in self.columns and self.schema != "reference"

    @property
    def types(self) -> dict[str, str]:
        return {name: kind for name, (kind, _) in self.columns.items()}

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def of(con: duckdb.DuckDBPyConnection, catalog: str) -> list[Table]:
    """Every table and view that the published schemas of an attached database have, by name."""
    relations = con.execute(
        """
        with relations as (
            select database_name, schema_name, table_name, comment from duckdb_tables() where not temporary
            union all
            select database_name, schema_name, view_name, comment from duckdb_views() where not internal
        )
        select
            schema_name,
            table_name,
            relations.comment,
            list((column_name, data_type, columns.comment) order by column_index)
        from relations
        inner join duckdb_columns() as columns using (database_name, schema_name, table_name)
        where database_name = $catalog and list_contains($schemas, schema_name)
        group by all
        order by all
        """,
        {"catalog": catalog, "schemas": list(SCHEMAS)},
    ).fetchall()
    return [Table(*named, {name: (kind, text) for name, kind, text in columns}) for *named, columns in relations]


def copy(con: duckdb.DuckDBPyConnection, table: Table, rows: str, catalog: str) -> None:
    """Make the table in `catalog` of the `rows` of a query, with its comments."""
    made = f"{catalog}.{table}"
    con.execute(f"create schema if not exists {catalog}.{table.schema}")
    con.execute(f"create table {made} as {rows}")
    commented = [(f"table {made}", table.comment)]
    commented += [(f"column {made}.{name}", text) for name, (_, text) in table.columns.items()]
    for target, text in commented:
        if text:
            con.execute(f"comment on {target} is {literal(text)}")


def write_parquet(con: duckdb.DuckDBPyConnection, table: Table, catalog: str, parquet: Path) -> None:
    """Write the table to `<parquet>/<schema>/<name>.parquet`."""
    (parquet / table.schema).mkdir(parents=True, exist_ok=True)
    file = literal(parquet / table.schema / f"{table.name}.parquet")
    con.execute(f"copy {catalog}.{table} to {file} (format parquet, compression zstd, compression_level 1)")


def literal(text: object) -> str:
    """An SQL string literal, for statements that take no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


def one_of(names: list[str]) -> str:
    """The right side of an SQL `in`. Of no names it is true of nothing."""
    return f"({', '.join(map(literal, names)) or 'null'})"
