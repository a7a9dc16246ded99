"""What readers see depends only on the latest version of each file, not on the order or the runs in which files came.

`make fuzz RUNS=10 SEED=1` does it for more seeds.
"""

import csv
import os
import random
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zlib import crc32

import duckdb
import pytest
from golden import DECIMALS, VOLATILE
from golden_deliveries import CORRECTED_DATES, synthesise
from returns import clean_returns, write_all_csv, write_csv

pytestmark = pytest.mark.long

COUNCILS = {"croydon": "annex-a", "barnet": "ssd", "camden": "903", "ealing": "cin"}
RUNS = 3
FEW = 11  # many rows that change would be held back until somebody accepts it
FIRST_SEED = int(os.environ.get("CSC_FUZZ_SEED", "1"))
SEEDS = range(FIRST_SEED, FIRST_SEED + int(os.environ.get("CSC_FUZZ_RUNS", "1")))
# these tell of versions, of runs, or of what was known when
OF_HISTORY = {
    *("marts.kpi_as_at", "quality.ingest_ledger", "quality.check_results", "quality.row_accounting"),
    *("quality.rejected_rows", "quality.restatements", "quality.audit_restatements", "quality.withdrawals"),
    *("quality.audit_deliveries", "quality.audit_comparisons", "quality.date_forms"),
}
ORDINALS = {"first_reporting_month", "version"}
OPEN = "status = 'open' and check_id <> 'figures_are_not_restated'"
COUNTED = "not is_withdrawn"  # what a correction took back stays, and is marked


@pytest.fixture(scope="module")
def versions(tmp_path_factory) -> dict[str, list[bytes]]:
    """The versions of each file, by its place in the landing folder: the first, a correction, and another one."""
    folder = tmp_path_factory.mktemp("deliveries")
    for council, dataset in COUNCILS.items():
        synthesise(folder, dataset, council, "2013-04:2013-06", rows=20).rename(folder / council)
    for contacts in ("2,010", "2,004", "2,001"):
        printed = clean_returns(date(2013, 6, 1)).set("overview", "contacts", "APR", contacts)
        write_all_csv(printed, folder / "returns" / contacts)
    found = {
        str(file.relative_to(folder)): corrections(file)
        for council in COUNCILS
        for file in sorted((folder / council).rglob("*.*"))
        if file.suffix in (".csv", ".xml")
    }
    for name in ("overview", "cpp_duration"):
        of_return = [next((folder / "returns" / v).glob(f"*{name}*")) for v in ("2,010", "2,004", "2,001")]
        found[f"croydon/2013-06/{of_return[0].name}"] = [file.read_bytes() for file in of_return]
    return found


def corrections(file: Path) -> list[bytes]:
    """A file; it with a date in eleven a day on, and without a child; it with others a day on."""
    made = [file.read_bytes()]
    if file.suffix == ".xml":
        for need in (b"N2", b"N5"):
            made.append(re.sub(rb"(<PrimaryNeedCode>)N\d", rb"\1" + need, made[0], count=3))
    elif file.name in CORRECTED_DATES:
        with file.open(newline="", encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
        child = next(c for c in rows[0] if c in ("Child Unique ID", "CHILD") or c.endswith("person_id"))
        column = CORRECTED_DATES[file.name]
        for part, left_out in ((0, 1), (1, 0)):
            changed = [{**row, column: _moved(row[column], crc32(row[child].encode()) % FEW == part)} for row in rows]
            kept = [row for row in changed if not left_out or row[child] != rows[0][child]]
            write_csv([list(rows[0]), *(list(row.values()) for row in kept)], file)
            made.append(file.read_bytes())
    return made


def _moved(text: str, is_moved: bool) -> str:
    if not text or not is_moved:
        return text
    form = "%d/%m/%Y" if "/" in text else "%Y-%m-%d"
    return (datetime.strptime(text, form) + timedelta(days=1)).strftime(form)


def histories(versions: dict[str, list[bytes]], chance: random.Random) -> dict[str, list[int]]:
    """The versions in which each file comes one after another: once, repeated, corrected, twice, and back."""
    kinds = [[0], [0, 0], [0, 1], [0, 1, 2], [0, 1, 0], [1, 0, 1], [2, 0]]
    return {place: [v for v in chance.choice(kinds) if v < len(of_file)] for place, of_file in versions.items()}


def in_runs(history: dict[str, list[int]], chance: random.Random) -> list[dict[str, int]]:
    """Deal what comes out to the runs, each file's versions in their order; a run sees the last that came before it."""
    runs: list[dict[str, int]] = [{} for _ in range(RUNS)]
    for place, of_file in sorted(history.items(), key=lambda _: chance.random()):
        for number, version in zip(sorted(chance.choices(range(RUNS), k=len(of_file))), of_file, strict=True):
            runs[number][place] = version
    return runs


def land(home, versions, which: dict[str, int], clock: list[int]) -> None:
    for place, version in which.items():
        file = home.landing / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(versions[place][version])
        clock[0] += 1
        os.utime(file, (clock[0], clock[0]))


def run(home) -> None:
    done = home.csc("run")
    assert done.returncode in (0, 2), done.stdout + done.stderr


def published(home) -> dict[str, set[tuple]]:
    """Every row of every published table that does not tell of history."""
    with duckdb.connect(str(home.published), read_only=True) as con:
        columns = con.execute(
            """
            select schema_name || '.' || table_name, list((column_name, data_type) order by column_name)
            from duckdb_columns() where database_name = current_database() and not internal group by all
            """
        ).fetchall()
        found = {}
        for table, of_table in columns:
            if table not in OF_HISTORY:
                kept = [
                    f'round("{name}", {DECIMALS}) as "{name}"' if kind == "DOUBLE" else f'"{name}"'
                    for name, kind in of_table
                    if name not in VOLATILE | ORDINALS
                ]
                is_marked = any(name == "is_withdrawn" for name, _ in of_table)
                rows = OPEN if table == "quality.findings" else COUNTED if is_marked else "true"
                query = f"select count(*), {', '.join(kept)} from {table} where {rows} group by all"
                found[table] = {str(row) for row in con.execute(query).fetchall()}
        return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_published_depends_only_on_the_latest_version_of_each_file(new_home, versions, seed):
    chance = random.Random(seed)
    history = histories(versions, chance)
    shuffled, ordinary = new_home(f"shuffled-{seed}"), new_home(f"ordinary-{seed}")
    for home in (shuffled, ordinary):
        home.as_of = "2013-07-12"
        home.settings["CSC_PACKS_FOR"] = "none"
    clock = [1_700_000_000]
    for which in in_runs(history, chance):
        land(shuffled, versions, which, clock)
        run(shuffled)
    land(ordinary, versions, {place: of_file[-1] for place, of_file in history.items()}, clock)
    run(ordinary)
    after, wanted = published(shuffled), published(ordinary)
    assert len(wanted["marts.kpi_monthly"]) > 500
    differing = {
        table: (sorted(after[table] - rows)[:2], sorted(rows - after[table])[:2])
        for table, rows in wanted.items()
        if after[table] != rows
    }
    assert not differing, differing
