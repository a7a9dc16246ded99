"""What the drills share: a small made-up population in two deliveries, and tables, files and readers to compare."""

import hashlib
import os
import shutil
import sys
import time
from pathlib import Path

import duckdb
from conftest import Home
from golden import DECIMALS, NOT_STORED, VOLATILE
from golden_deliveries import deliver, synthesise
from returns import clean_returns, write_all_csv

from ingestion.arrivals import RECORD

COUNCIL, MONTHS, ROWS = "croydon", ("2013-04", "2013-05", "2013-06"), 60
HIDDEN = ".*"  # how everything is named that is still being written
MOMENTS = VOLATILE | {"changed_at"}  # when something happened differs between two runs of the same code
LAST_RUN = {  # of a table that gets rows with each run, a killed one too, those of the last
    "quality.check_results": "run_id = (select arg_max(run_id, checked_at) from quality.check_results)"
}
MEANT_TO_BE_HIDDEN = {".telemetry", ".user.yml"}  # Dagster's and dbt's own


class NotKeptError(Exception):
    """A promise that did not hold."""


def promise(is_kept: bool, what: str) -> None:
    if not is_kept:
        raise NotKeptError(what)


def say(text: str) -> None:
    print(text, flush=True)


def population(folder: Path) -> None:
    """Write a council's printed returns and Annex A lists: `first/` two months, `second/` a third and a correction."""
    shutil.rmtree(folder, ignore_errors=True)
    made = synthesise(folder, "annex-a", COUNCIL, f"{MONTHS[0]}:{MONTHS[-1]}", rows=ROWS)
    for marker in made.rglob("SYNTHETIC.txt"):  # no delivery
        marker.unlink()
    deliver(folder / "first", made, *MONTHS[:2])
    deliver(folder / "second", made, MONTHS[2])
    for delivery, contacts in (("first", "2,010"), ("second", "2,004")):
        returns = clean_returns().set("overview", "contacts", "APR", contacts)
        write_all_csv(returns, folder / delivery / "landing" / COUNCIL / "2013-12")
    shutil.rmtree(folder / ".synthetic")


def home_at(path: Path) -> Home:
    path.mkdir(parents=True)
    home = Home(path)
    home.as_of = "2014-01-20"
    scratch = path.with_name("scratch")  # what a killed process leaves in the system's folder for temporary files
    scratch.mkdir(exist_ok=True)
    home.settings["TMPDIR"] = str(scratch)
    return home


def land(home: Home, delivery: Path) -> None:
    shutil.copytree(delivery, home.path, copy_function=shutil.copyfile, dirs_exist_ok=True)


def run(home: Home, *options: str) -> float:
    """Run `csc` until it has published; the seconds that it took."""
    began = time.monotonic()
    done = home.csc("run", *options)
    promise(done.returncode == 0, f"csc run ended with {done.returncode}: {done.stderr}{done.stdout}")
    return time.monotonic() - began


def tables(database: Path) -> dict[str, tuple]:
    """Return the rows and a sum of the hashes of every table, without what differs between two runs of the same code."""
    found = {}
    with duckdb.connect(str(database), read_only=True) as con:
        columns = con.execute(
            """
            select schema_name || '.' || table_name, list((column_name, data_type) order by column_index)
            from duckdb_columns() where database_name = current_database() and not internal group by all
            """
        ).fetchall()
        for table, of_table in columns:
            if table.split(".")[0] not in NOT_STORED:
                kept = [
                    f'round("{name}", {DECIMALS})' if kind == "DOUBLE" else f'"{name}"'
                    for name, kind in of_table
                    if name not in MOMENTS
                ]
                query = f"select count(*), sum(hash({', '.join(kept) or 'null'})) from {table} where {LAST_RUN.get(table, True)}"
                found[table] = con.execute(query).fetchone()
    return found


def differing(one: dict[str, tuple], other: dict[str, tuple]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file below a folder."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def vault_files(home: Home) -> dict[str, str]:
    """Return the SHA-256 of each file that came; the record of what came has moments, which differ."""
    kept = files(home.path / "vault")
    kept.pop(RECORD, None)
    return kept


def promise_whole_vault(home: Home) -> None:
    """Every file of the vault has the bytes that its name says, and every version that the ledger knows is there."""
    kept = vault_files(home)
    wrong = [path for path, sha256 in kept.items() if Path(path).name.split(".")[0] != sha256]
    promise(not wrong, f"files of the vault that are not what their names say: {wrong}")
    doubled = len(kept) - len(set(kept.values()))
    promise(not doubled, f"{doubled} files stand twice in the vault")
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        known = {
            sha256 for (sha256,) in con.execute("select distinct file_sha256 from quality.ingest_ledger").fetchall()
        }
    promise(known - {""} == set(kept.values()), "the ledger and the vault know different files")


def unfinished(home: Home) -> list[str]:
    """Return what a run leaves half written below its home: each such file and folder has a hidden name."""
    found = [path for path in home.path.rglob(HIDDEN) if path.name not in MEANT_TO_BE_HIDDEN]
    return sorted(str(path.relative_to(home.path)) for path in found)


def copy_home(home: Home, to: Path) -> None:
    """Copy a home with its modes, times and links, as a backup does."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home.path, to, symlinks=True)


def put_back(copy: Path, home: Home) -> None:
    shutil.rmtree(home.path)
    shutil.copytree(copy, home.path, symlinks=True)


def workplace(name: str) -> Path:
    """Return an empty folder for a drill: of DRILLS, or below data/."""
    root = Path(os.environ.get("DRILLS") or Path(__file__).resolve().parents[2] / "data" / "drills")
    place = root.resolve() / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def finish(failed: list[str]) -> None:
    for line in failed:
        say(f"NOT KEPT: {line}")
    sys.exit(bool(failed))
