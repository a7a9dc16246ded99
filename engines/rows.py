"""The rows that the models read, and those that they make, between the private DuckDB file and Spark: as Parquet."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from publication.tables import literal

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from pyspark.sql.connect.session import SparkSession


def read_by_models(manifest: "Manifest") -> list[str]:
    """Return the tables that the models read and do not make, `schema.name`: dbt's sources and its seeds.

    dbt-spark would insert seeds as SQL texts, where a blank becomes the word None and an apostrophe ends the text.
    """
    seeds = [node for node in manifest.nodes.values() if node.resource_type.value == "seed"]
    sources = [f"{source.schema}.{source.identifier}" for source in manifest.sources.values()]
    return sorted({*sources, *(f"{seed.schema}.{seed.alias}" for seed in seeds)})


def remembered(manifest: "Manifest", con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables of the warehouse that models add to and never make again: what earlier builds found."""
    models = [node for node in manifest.nodes.values() if node.config.get("full_refresh") is False]
    return [table for table in sorted(f"{model.schema}.{model.alias}" for model in models) if is_there(con, table)]


def export(con: duckdb.DuckDBPyConnection, tables: Iterable[str], to: Path) -> None:
    """Write each table to the folder `to`/schema.name."""
    for table in tables:
        (to / table).mkdir(parents=True, exist_ok=True)
        con.execute(f"copy (select * from {table}) to {literal(to / table / 'rows.parquet')} (format parquet)")  # noqa: S608 (named by dbt)


def is_there(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Return whether the private warehouse has the table."""
    schema, name = table.split(".")
    asked = "from duckdb_tables() where database_name = current_database() and schema_name = ? and table_name = ?"
    return con.execute(asked, [schema, name]).fetchone() is not None


def register(session: "SparkSession", tables: Iterable[str], at: Path) -> None:
    """Make the exported tables known to Spark."""
    for table in tables:
        schema, _ = table.split(".")
        session.sql(f"create schema if not exists {schema}").collect()
        session.sql(f"drop table if exists {table}").collect()
        session.sql(f"create table {table} using parquet location '{(at / table).as_uri()}'").collect()


def files_of(session: "SparkSession", table: str) -> list[str]:
    """Return the Parquet files of a table that Spark made."""
    return [file.removeprefix("file://") for file in session.table(table).inputFiles()]


def bring(con: duckdb.DuckDBPyConnection, table: str, files: list[str]) -> None:
    """Put the rows of Parquet files in place of those that a table has."""
    con.execute("set timezone = 'UTC'")  # where Spark wrote times with a zone
    con.execute(f"delete from {table}")  # noqa: S608 (named by dbt)
    if files:
        con.execute(f"insert into {table} by name select * from read_parquet(?)", [files])  # noqa: S608 (named by dbt)
