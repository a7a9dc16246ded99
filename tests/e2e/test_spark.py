"""A run whose models Spark builds publishes what a run on DuckDB does. Needs .venv-spark and Java."""

import os
import shutil
import subprocess

import duckdb
import pytest
from conftest import ROOT, SECRET
from golden import VOLATILE

pytestmark = pytest.mark.long
BIN = ROOT / ".venv-spark" / "bin"
MONTHS = ("2013-11", "2013-12")


@pytest.fixture(scope="module")
def remote():
    """The address of a Spark cluster, which ends with the tests."""
    if not (BIN.parent / "installed").exists():
        pytest.skip("make .venv-spark/installed sets up what this needs")
    with subprocess.Popen([BIN / "python", "-m", "engines", "--serve"], cwd=ROOT, stdout=subprocess.PIPE) as served:
        yield served.stdout.readline().decode().strip()
        served.terminate()


def csc(home, *arguments, **settings):
    own = {"CSC_HOME": str(home), "CSC_CHILD_KEY_SECRET": SECRET, "CSC_SETTLED_SECONDS": "0", "CSC_PACKS_FOR": "none"}
    env = os.environ | own | {"CSC_AS_OF": "2014-01-20"} | settings
    done = subprocess.run([BIN / "csc", *arguments], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def published(home):
    """Of each published table: its columns with their types and meaning, and its rows."""
    tables = {}
    with duckdb.connect(str(home / "published/csc.duckdb"), read_only=True) as con:
        columns = con.execute(
            "select schema_name || '.' || table_name, column_name, data_type, comment from duckdb_columns() "
            "where database_name = current_database() and not internal order by all"
        ).fetchall()
        for table in {name for name, *_ in columns}:
            kept = [(name, kind, said) for of, name, kind, said in columns if of == table]
            values = ", ".join(
                f'round("{name}", 9)' if kind == "DOUBLE" else f'"{name}"'
                for name, kind, _ in kept
                if name not in VOLATILE
            )
            parquet = home / "published/parquet" / f"{table.replace('.', '/')}.parquet"
            rows = con.execute(f"select {values} from {table} order by all").fetchall()
            assert con.execute(f"select count(*) from '{parquet}'").fetchone() == (len(rows),)
            tables[table] = (kept, rows)
    return tables


def test_both_engines_publish_the_same(remote, tmp_path):
    on_duckdb, on_spark = tmp_path / "duckdb", tmp_path / "spark"
    made = ("--months", ":".join(MONTHS), "--rows", "40")
    csc(on_duckdb, "synthesise", "--out", str(on_duckdb / "landing"), *made)
    shutil.copytree(ROOT / "seeds/extracts", on_duckdb / "landing", dirs_exist_ok=True)
    shutil.copytree(on_duckdb / "landing", on_spark / "landing")
    csc(on_duckdb, "run")
    csc(on_spark, "run", CSC_ENGINE="spark", CSC_SPARK_REMOTE=remote)
    expected, found = published(on_duckdb), published(on_spark)
    assert found.keys() == expected.keys()
    assert [table for table in expected if found[table] != expected[table]] == []
    assert not any((on_spark / "spark" / "read").glob("*")), "children's rows stay where they were sent from"
