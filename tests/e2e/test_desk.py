"""The analyst's desk: worked questions give what they show, the data opens as people open it, mistakes are answered."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, ask, shell

from publication import frames, query
from reporting import terminal

QUESTIONS = (ROOT / "docs" / "questions.md").read_text()
OPENING = (ROOT / "docs" / "opening.md").read_text()
WORKED = re.findall(
    r"^## (.*?)\n.*?```sql\n(.*?)```\n\n```\n(.*?)```\n\n(.*?)(?=\n## |\Z)", QUESTIONS, re.DOTALL | re.MULTILINE
)
EXAMPLES = re.findall(r"```(sh|python)\n(.*?)```\n\n```\n(.*?)```", OPENING, re.DOTALL)


@pytest.fixture(scope="module")
def published(sample):
    return sample / "published"


@pytest.fixture(scope="module")
def reader(published):
    with query.connect(published) as con:
        yield con


def as_shown(con: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """What `csc query` prints where its output goes to no terminal."""
    rows = con.sql(sql).to_arrow_table()
    out = terminal.Terminal(file=io.StringIO(), width=terminal.WIDTH_OF_A_FILE)
    out.print(terminal.table("", rows.column_names, query.python_rows(rows)))
    return [line.rstrip() for line in out.file.getvalue().splitlines() if line.strip()]


def test_there_are_ten_worked_questions():
    assert len(WORKED) == QUESTIONS.count("\n## ") == 10


@pytest.mark.parametrize(("question", "sql", "shown", "reading"), WORKED, ids=[worked[0] for worked in WORKED])
def test_a_worked_question_gives_what_it_shows(reader, question, sql, shown, reading):
    assert as_shown(reader, sql) == shown.splitlines()
    assert reading.strip()


@pytest.fixture(scope="module")
def desk(sample, tmp_path_factory):
    """A folder with `data/` in it: a copy, for a process cannot open one file in two ways, and `reader` has it open."""
    desk = tmp_path_factory.mktemp("desk")
    shutil.copytree(sample / "published", desk / "data" / "published")
    return desk


@pytest.mark.parametrize(("language", "code", "shown"), EXAMPLES, ids=[code.split()[1] for _, code, _ in EXAMPLES])
def test_the_data_opens_as_people_open_it(desk, monkeypatch, language, code, shown):
    monkeypatch.chdir(desk)
    if language == "python":
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, {})
        assert printed.getvalue() == shown
    else:
        bin_folder = Path(sys.executable).parent
        env = os.environ | {"CSC_HOME": str(desk / "data"), "PATH": f"{bin_folder}:{os.environ['PATH']}"}
        done = subprocess.run(code, shell=True, env=env, capture_output=True, text=True, check=True)
        assert done.stdout == shown


def test_the_examples_are_of_each_kind():
    assert [language for language, *_ in EXAMPLES] == ["sh", "sh", *["python"] * 6]
    assert shutil.which("duckdb", path=Path(sys.executable).parent)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("from marts.kpi_montly", "There is no table kpi_montly. Did you mean marts.kpi_monthly?"),
        ("from marts.findings", "There is no table findings. Did you mean quality.findings?"),
        ("from measures", "There is no table measures. Did you mean reference.measures?"),
        ("from marts.zzz", 'There is no table zzz. `csc query "show tables"` lists'),
        (
            "select lac_uasc, contatcs from marts.mart_lac join MARTS.mart_overview using (month)",
            "There is no column contatcs. Did you mean contacts? marts.mart_lac has authority_code, month, basis,",
        ),
        (
            "select k.lac_usc from marts.mart_lac as k",
            "There is no column lac_usc. Did you mean lac_uasc? marts.mart_lac",
        ),
        ("select zzz from marts.mart_lac", "There is no column zzz. marts.mart_lac has authority_code, month"),
        (
            "delete from marts.kpi_monthly",
            "DELETE is not allowed: what is published can only be read. Write a SELECT.",
        ),
        ("create temp table t as select 1", "CREATE is not allowed"),
        ("set threads = 1", "SET is not allowed"),
        ("select 1; select 2", "Write one SELECT. This has 2 statements."),
        ("selec 1", 'syntax error at or near "selec"'),
        ("from read_csv('/etc/hostname')", "file system operations are disabled"),
    ],
)
def test_a_mistake_in_a_query_is_answered_with_what_is_meant(published, sql, said):
    with pytest.raises(query.QueryError, match=re.escape(said)):
        query.query(published, sql)


@pytest.mark.parametrize("sql", ["show tables", " SHOW  TABLES; "])
def test_show_tables_lists_what_is_published_with_its_grain(published, reader, sql):
    listed = query.query(published, sql).to_pylist()
    there = reader.sql("select schema_name || '.' || table_name from duckdb_tables() order by all").fetchall()
    assert [row["table_name"] for row in listed] == [name for (name,) in there]
    assert all(row["description"] for row in listed)
    [measures] = [row for row in listed if row["table_name"] == "reference.measures"]
    assert measures["row_count"] == reader.sql("select count(*) from reference.measures").fetchone()[0]


def test_a_measure_as_a_dataframe_has_the_values_that_are_published(desk, reader):
    months = frames.measure(desk / "data" / "published", "referrals", "croydon", "reported")
    rows = reader.sql(
        """
        select month, value, ytd_value, is_supplied from marts.kpi_monthly
        where measure_id = 'referrals' and basis = 'reported' and authority_code = 'E09000008' order by month
        """
    ).fetchall()
    listed = months.reset_index()[["month", "value", "ytd_value", "is_supplied"]]
    assert [(row.month.date(), *row[1:]) for row in listed.itertuples(index=False)] == rows
    kinds = months.dtypes.astype(str)
    assert kinds[["authority_code", "value", "is_supplied", "reporting_month"]].tolist() == [
        "str",
        "float64",
        "boolean",
        "datetime64[us]",
    ]


def test_findings_as_a_dataframe_are_those_that_readers_see(desk, reader):
    found = frames.findings(desk / "data" / "published")
    rows = reader.sql("select finding_id, observed from quality.findings where status = 'open'").fetchall()
    assert len(rows) > 50
    listed = found.astype({"observed": object}).where(found.notna(), None)[["finding_id", "observed"]]
    assert sorted(listed.itertuples(index=False, name=None), key=str) == sorted(rows, key=str)


def test_the_data_docs_of_the_run_are_there_for_readers_and_name_no_child(sample):
    told = json.loads(shell("csc status --json", sample).stdout)
    index = Path(told["data_docs"])
    assert index == sample / "data_docs" / "index.html"
    pages = {file: file.read_text() for file in index.parent.rglob("*.html")}
    assert len(pages) > 10
    children = {child for (child,) in ask(sample / "warehouse.duckdb", "select child_id from raw.annex_a_contacts")}
    words = {word for text in pages.values() for word in re.findall(r"[\w-]+", text)}
    assert children
    assert not children & words
    assert [file for file, text in pages.items() if re.search("https?:|<script", text)] == []
