"""Take the rows of erased children out of the publications that are kept. Tables without a child's key stay."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from publication import readers, tables
from publication.publications import clear
from publication.tables import Table, literal, one_of

SCRATCH = ".erasing-"


def databases(published: Path) -> list[Path]:
    """Return the file of every publication that is kept, and those of its authorities."""
    found = (published.parent / "publications").glob("[!.]*/**/csc.duckdb")
    return sorted(file for file in found if not file.parent.name.startswith(SCRATCH))


def count(published: Path, child_keys: set[str]) -> dict[str, int]:
    """Return the rows of these children in all publications that are kept, by table."""
    found: Counter[str] = Counter()
    for file in databases(published):
        with duckdb.connect(str(file), read_only=True) as con:
            for table in _of_children(con, file.stem):
                query = f"select count(*) from {table} where {_theirs(child_keys)}"  # noqa: S608 (a table of ours)
                [(rows,)] = con.execute(query).fetchall()
                found[str(table)] += rows
    return {table: rows for table, rows in sorted(found.items()) if rows}


def erase(published: Path, child_keys: set[str], say: Callable[[str], None]) -> None:
    """Write each database and Parquet file that has rows of these children again without them.

    Each file is replaced at once; a reader that has the old one open keeps it until it closes it. The new one has no
    trace of the rows, as one from which they were only deleted would have.
    """
    clear(published)
    for left in (published.parent / "publications").glob(f"*/**/{SCRATCH}*"):  # by an erasure that was killed
        shutil.rmtree(left)
    for file in databases(published):
        with TemporaryDirectory(dir=file.parent, prefix=SCRATCH) as scratch:
            made = Path(scratch) / file.name
            changed = _write(file, made, child_keys)
            if not changed:
                continue
            for parquet in sorted(Path(scratch).rglob("*.parquet")):
                _put(parquet, file.parent / parquet.relative_to(scratch))
            _put(made, file)
        say(f"Took the rows out of publication {file.relative_to(published.parent / 'publications').parts[0]}")


def _write(file: Path, made: Path, child_keys: set[str]) -> list[Table]:
    """Write a database without these children, and Parquet of the tables that change; return these."""
    with duckdb.connect(str(made)) as con:
        con.execute(f"attach {literal(file)} as old (read_only)")
        theirs = f"coalesce({_theirs(child_keys)}, false)"
        changed = [
            table
            for table in _of_children(con, "old")
            if con.execute(f"select 1 from old.{table} where {theirs} limit 1").fetchone()  # noqa: S608 (a table of ours)
        ]
        if changed:
            for table in tables.of(con, "old"):
                rows = f"from old.{table}" + (f" where not {theirs}" if table in changed else "")
                tables.copy(con, table, rows, made.stem)
                if table in changed:
                    tables.write_parquet(con, table, made.stem, made.parent / "parquet")
    return changed


def _of_children(con: duckdb.DuckDBPyConnection, catalog: str) -> list[Table]:
    return [table for table in tables.of(con, catalog) if "child_key" in table.columns]


def _theirs(child_keys: set[str]) -> str:
    return f"child_key in {one_of(sorted(child_keys))}"


def _put(made: Path, to: Path) -> None:
    readers.open_to(made, readers.PUBLISHED, to.stat().st_gid)
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(to)
