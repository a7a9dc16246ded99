"""Whatever some authorities deliver, the others are published with the same figures, and every row is accounted for.

`make fuzz RUNS=10 SEED=1` does it for more seeds and authorities.
"""

import csv
import os
import shutil

import duckdb
import pytest
from conftest import ROOT
from mutations import deliver_broken, write_base

pytestmark = pytest.mark.long

# each delivers one dataset as it should be
GOOD = {"annex-a": "croydon", "ssd": "barnet", "903": "camden", "cin": "ealing"}
BROKEN = int(os.environ.get("CSC_FUZZ_AUTHORITIES", "16"))
FIRST_SEED = int(os.environ.get("CSC_FUZZ_SEED", "20131201"))
SEEDS = range(FIRST_SEED, FIRST_SEED + int(os.environ.get("CSC_FUZZ_RUNS", "1")))
SKIPPED = {"loaded_at"}  # when, not what


def folders() -> dict[str, str]:
    """The folder of each authority there is today, and its code."""
    with (ROOT / "seeds/reference/authorities.csv").open(newline="") as file:
        return {row["folder"]: row["authority_code"] for row in csv.DictReader(file) if not row["valid_to"]}


def figures(published) -> dict[str, set[tuple]]:
    """Every row of the facts and marts of the good authorities."""
    good = [folders()[name] for name in GOOD.values()]
    with duckdb.connect(str(published), read_only=True) as con:
        tables = con.execute(
            """
            select table_schema, table_name, list(column_name) as columns
            from information_schema.columns
            where table_schema in ('core', 'marts')
            group by all
            having list_contains(columns, 'authority_code')
            """
        ).fetchall()
        of_the_good = "from {}.{} where list_contains(?, authority_code)"
        return {
            f"{schema}.{table}": set(
                con.execute(
                    f"select {', '.join(sorted(set(columns) - SKIPPED))} {of_the_good.format(schema, table)}", [good]
                ).fetchall()
            )
            for schema, table, columns in tables
        }


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    write_base(folder)
    return folder


@pytest.fixture(scope="module")
def alone(new_home, base):
    """The good authorities, before anybody else delivers."""
    home = new_home("isolation")
    for dataset, authority in GOOD.items():
        shutil.copytree(base / dataset / "croydon", home.landing / authority)
    done = home.csc("run")
    assert done.returncode == 0, done.stdout + done.stderr
    before = figures(home.published)
    assert len(before["marts.kpi_monthly"]) > 300
    return home, before


@pytest.mark.parametrize("seed", SEEDS)
def test_broken_deliveries_of_some_do_no_harm_to_others(alone, base, tmp_path, seed):
    made, before = alone
    home = type(made)(tmp_path / "home")
    shutil.copytree(made.path, home.path)
    done_to = deliver_broken(
        base, home.landing, [name for name in folders() if name not in GOOD.values()][:BROKEN], seed
    )
    assert len(done_to) > 9 * BROKEN
    done = home.csc("run")
    said = "\n".join([done.stdout[-3_000:], done.stderr[-3_000:], *done_to])
    assert "The run failed" not in done.stdout + done.stderr, said

    after = figures(home.published)
    assert {name for name, rows in before.items() if rows != after[name]} == set(), said

    lost = home.ask(
        "select extract, source_ref, rows_unaccounted from quality.row_accounting where rows_unaccounted <> 0"
    )
    assert lost == [], said
