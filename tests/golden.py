"""Golden outputs: every table that made-up deliveries give, to prove that a change of the code moves no figure.

    python tests/golden.py store ../golden/before
    python tests/golden.py store ../golden/after --inputs-from ../golden/before
    python tests/golden.py compare ../golden/before ../golden/after

`store` plays the scenarios of golden_deliveries.py with the `csc` of its own checkout, or with the one that the
variable CSC names. A store has a folder for each: `inputs/<step>/` is what is copied over its CSC_HOME before the
step's run, `outputs/<step>/published/` the tables after it, `outputs/<step>/private/` those of the private warehouse
that are not published, and `home/` is the CSC_HOME as it ended, to look into. Take both stores from the same inputs: a
workbook has the time in it at which it was made.

A change that renames something or corrects a figure says so in RENAMED_* and EXPECTED; empty them when it is merged.
"""

import argparse
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import duckdb
from golden_deliveries import CSC, SCENARIOS, csc

SAMPLE_SETTINGS = {"CSC_AS_OF": "2014-01-20"}


class Expected(NamedTuple):
    """A difference that a change means to make.

    `name` is a table ("quality.findings"; a private one without its schema) or a column ("quality.findings.message").
    A wildcard in it stands for no dot: "*.*.message". Of a table, only the `rows` that meet this SQL condition are left
    out.
    """

    name: str
    reason: str
    rows: str = "true"


EXPECTED: list[Expected] = []
RENAMED_TABLES: dict[str, str] = {}  # before -> after, written as in EXPECTED
RENAMED_COLUMNS: dict[str, str] = {}  # before -> after, in every table
RENAMED_VALUES: dict[str, str] = {}  # the text of a whole cell before -> after, in every table
# These differ between two runs of the same code: when something happened, by which run, of which code
VOLATILE = {
    *("run_id", "code_version", "loaded_at", "next_loaded_at", "received_at", "checked_at", "first_seen_at"),
    *("last_seen_at", "presence_changed_at", "modified_ns", "received_number", "since", "published_at"),
}
NOT_STORED = {"raw", "staging"}  # schemas that hold the inputs again
DECIMALS = 9  # a sum in another order differs in its last binary digits
SAMPLES, WIDTH = 3, 400  # rows printed of a table that differs, and characters of a row

# Storing


def store(to: Path, inputs_from: Path | None, only: list[str]) -> None:
    """Play the scenarios, two at a time, and print what each step gave."""
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        for said in pool.map(lambda name: _play(name, to / name, inputs_from), only):
            print("\n".join(said), flush=True)
    print(f"Stored in {to} in {time.monotonic() - began:.0f} s by {CSC}")


def _play(name: str, to: Path, inputs_from: Path | None) -> list[str]:
    inputs, home, said = to / "inputs", to / "home", []
    for folder in (inputs, home, to / "outputs"):
        shutil.rmtree(folder, ignore_errors=True)
    if inputs_from:
        shutil.copytree(inputs_from / name / "inputs", inputs)
    else:
        SCENARIOS[name](inputs)
        shutil.rmtree(inputs / ".synthetic", ignore_errors=True)
    for step in sorted(inputs.iterdir()):
        if step.name.endswith("refused_taken_out"):
            _take_out_refused(home)
        shutil.copytree(step, home, copy_function=shutil.copyfile, dirs_exist_ok=True)  # new files, with a new time
        rebuild = ["--rebuild"] if step.name.endswith("rebuild") else []
        code = csc(home, "run", *rebuild, **(SAMPLE_SETTINGS if name == "sample" else {}))
        rows: dict[str, int] = {}
        told = []
        for kind, file in (("published", home / "published/csc.duckdb"), ("private", home / "warehouse.duckdb")):
            new = _write(file, to / "outputs" / step.name / kind, rows)
            told.append(f"{sum(new.values())} rows in {len(new)} {kind} tables, {list(new.values()).count(0)} empty")
            rows |= new
        said.append(f"{name} {step.name}: csc run ended with {code}; {'; '.join(told)}")
    return said


def _take_out_refused(home: Path) -> None:
    refused = "select distinct file_path from quality.ingest_ledger where status = 'refused' and is_present"
    with duckdb.connect(str(home / "published/csc.duckdb"), read_only=True) as con:
        for (path,) in con.execute(refused).fetchall():
            (home / "landing" / path).unlink()


def _write(database: Path, to: Path, written: dict[str, int]) -> dict[str, int]:
    """Write the tables of a database that are not written yet as Parquet; the rows of each."""
    to.mkdir(parents=True)
    rows = {}
    with duckdb.connect(str(database), read_only=True) as con:
        tables = con.execute(
            """
            select schema_name, table_name, list(column_name order by column_index) from duckdb_columns()
            where database_name = current_database() and not internal group by all order by all
            """
        ).fetchall()
        for schema, table, columns in tables:
            name = f"{schema}.{table}"
            if schema not in NOT_STORED and name not in written:
                kept = ", ".join(f'"{column}"' for column in columns if column not in VOLATILE)
                file = to / f"{name if to.name == 'published' else table}.parquet"
                (rows[name],) = con.execute(f"copy (select {kept} from {name} order by all) to '{file}'").fetchone()
    return rows


# Comparing


def compare(before: Path, after: Path, is_all: bool) -> bool:
    """Print what differs between two stores, by scenario, step and table; whether they are equal."""
    olds, news = (
        {_key(file, store == before): file for file in store.glob("*/outputs/*/*/*.parquet")}
        for store in (before, after)
    )
    con = duckdb.connect()
    differing = 0
    for (scenario, step), keys in groupby(sorted(olds.keys() | news.keys()), lambda key: key[:2]):
        tables, equal = list(keys), 0
        for key in tables:
            *_, kind, name = key
            if key in olds and key in news:
                is_equal, said = _compare(con, kind, name, olds[key], news[key])
            else:  # a private table may come with a change; none may go unnoticed
                where = "before" if key in olds else "after"
                is_equal, said = bool(_expected(name)) or (kind, where) == ("private", "after"), [f"table only {where}"]
            equal += is_equal
            if is_all or not is_equal:
                print(f"{scenario} {step} {kind} {name}: " + "\n    ".join(said))
        differing += len(tables) - equal
        print(f"{scenario} {step}: {equal} of {len(tables)} tables are equal", flush=True)
    for expected in EXPECTED:
        print(f"Expected: {expected.name} where {expected.rows}: {expected.reason}")
    return bool(olds) and not differing


def _key(file: Path, is_before: bool) -> tuple[str, ...]:
    scenario, _, step, kind, _ = file.parts[-5:]
    return scenario, step, kind, RENAMED_TABLES.get(file.stem, file.stem) if is_before else file.stem


def _expected(name: str) -> list[Expected]:
    return [e for e in EXPECTED if fnmatchcase(name, e.name) and name.count(".") == e.name.count(".")]


def _compare(con: duckdb.DuckDBPyConnection, kind: str, name: str, old: Path, new: Path) -> tuple[bool, list[str]]:
    """Whether a table is equal in both stores, and what to print: rows, columns, and some rows that differ."""
    before, after = _read(con, "before", name, old), _read(con, "after", name, new)
    shared = [column for column in before if column in after]
    wrong = [f"column {column} only before" for column in before if column not in after]
    if kind == "published":  # a private table may get more columns, or wider ones
        wrong += [f"column {column} only after" for column in after if column not in before]
        wrong += [f"column {c}: {before[c]} before, {after[c]} after" for c in shared if before[c] != after[c]]
    columns = ", ".join(f'"{column}"' for column in shared) or "null"
    found = [con.execute(f"select count(*) from {side}").fetchone()[0] for side in ("before", "after")]
    only_before, only_after = (
        con.execute(f"from (select {columns} from {a} except all select {columns} from {b}) order by all").fetchall()
        for a, b in (("before", "after"), ("after", "before"))
    )
    said = f"rows {found[0]} before, {found[1]} after; {len(only_before)} only before, {len(only_after)} only after"
    # the columns whose own values differ come first, for they say why
    columns_differ = [
        i for i in range(len(shared)) if Counter(r[i] for r in only_before) != Counter(r[i] for r in only_after)
    ]
    if columns_differ:
        wrong.append("values differ in " + ", ".join(shared[i] for i in columns_differ))
    for sign, rows in (("-", only_before), ("+", only_after)):
        for row in rows[:SAMPLES]:
            others = [i for i in range(len(shared)) if i not in columns_differ and row[i] is not None]
            wrong.append(f"{sign} " + ", ".join(f"{shared[i]}={row[i]}" for i in columns_differ + others)[:WIDTH])
    return not wrong, [said, *wrong]


def _read(con: duckdb.DuckDBPyConnection, side: str, name: str, file: Path) -> dict[str, str]:
    """Make the table `side` of what is compared of a stored table; the types of its columns."""
    types, values = {}, []
    for column, kind, *_ in con.execute(f"describe from '{file}'").fetchall():
        renamed = RENAMED_COLUMNS.get(column, column) if side == "before" else column
        if column not in VOLATILE and not _expected(f"{name}.{renamed}"):
            types[renamed] = kind
            value = f'round("{column}", {DECIMALS})' if kind == "DOUBLE" else f'"{column}"'
            if kind == "VARCHAR" and side == "before" and RENAMED_VALUES:
                value = f"coalesce((map {RENAMED_VALUES})[{value}], {value})"
            values.append(f'{value} as "{renamed}"')
    left_out = " or ".join(f"({e.rows})" for e in _expected(name)) or "false"
    query = f"from (select {', '.join(values) or 'null'} from '{file}') where ({left_out}) is not true"
    con.execute(f"create or replace temp table {side} as {query}")
    return types


def main() -> None:
    """Parse the arguments and do what they ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    storing = commands.add_parser("store", help="play the scenarios and store their tables")
    storing.add_argument("to", type=Path, help="folder to make; scenarios in it are replaced")
    storing.add_argument("--inputs-from", type=Path, help="take the inputs of this store instead of making them")
    storing.add_argument("--only", choices=SCENARIOS, action="append", help="this scenario; may be repeated")
    comparing = commands.add_parser("compare", help="compare two stores; exit code 1 when they differ")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.add_argument("--all", action="store_true", help="print the equal tables too")
    asked = parser.parse_args()
    if asked.command == "store":
        if asked.inputs_from and asked.inputs_from.resolve() == asked.to.resolve():
            parser.error("the inputs are of the store that would be replaced")
        store(asked.to.resolve(), asked.inputs_from, asked.only or list(SCENARIOS))
    elif not compare(asked.before, asked.after, asked.all):
        sys.exit(1)


if __name__ == "__main__":
    main()
