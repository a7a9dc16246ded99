"""A folder for each authority, with the same tables and only its rows: for councils that share a warehouse."""

import shutil
from pathlib import Path

import duckdb

from publication import queries, tables
from publication.tables import Table, literal

HERE = Path(__file__).parent
OF_ALL_AUTHORITIES = {"quality.check_results"}  # a verdict is on the rows of all authorities together


def write(con: duckdb.DuckDBPyConnection, whole: list[Table], folder: Path) -> None:
    """Write a folder for each authority that ever delivered. `con` has the whole publication open as `csc`."""
    delivering = queries.run(con, HERE / "delivering_folders.sql").fetchall()
    folder.mkdir()
    empty = folder / "empty.duckdb"  # tables and comments, a thousand statements, are made once
    parted = [table for table in whole if str(table) not in OF_ALL_AUTHORITIES]
    con.execute(f"attach {literal(empty)} as own")
    for table in parted:
        tables.copy(con, table, f"from csc.{table} limit 0", "own")
    con.execute("detach own")
    for code, name in delivering:
        own = folder / name
        own.mkdir()
        con.execute(f"attach {literal(shutil.copy(empty, own / 'csc.duckdb'))} as own")
        con.begin()
        for table in parted:
            condition = f" where authority_code = {literal(code)}" if table.has_authorities else ""
            con.execute(f"insert into own.{table} from csc.{table}{condition}")
            tables.write_parquet(con, table, "own", own / "parquet")
        con.commit()
        con.execute("detach own")
    empty.unlink()
