"""Data Docs of the last run: no network, no value of a row, and the results of this run only."""

import re
from datetime import date

import duckdb
import pytest

from data_quality.checks import CheckCouldNotRunError, audit_checks, contract_checks
from data_quality.contracts import load_contracts, raw_columns

CHECKS = {**audit_checks(), **contract_checks()}
GOOD, BAD = CHECKS["components_add_up"], CHECKS["ytd_agrees_with_months"]
CHILD = "SECRET-CHILD-7"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """A comparison that disagrees, and a return with two rows of one measure that no contract knows."""
    file = tmp_path_factory.mktemp("data_docs") / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create schema quality; create schema raw")
        con.execute(
            f"""
            create table quality.audit_comparisons as
            select 'ytd_agrees_with_months' as check_id, false as is_agreed, '{CHILD}' as message
            union all select 'components_add_up', true, '{CHILD}'
            """
        )
        columns = raw_columns(load_contracts()["overview"]).items()
        con.execute(f"create table raw.overview ({', '.join(f'{name} {kind}' for name, (kind, _) in columns)})")
        row = {"authority_code": "E09000008", "reporting_month": date(2013, 12, 1), "version": 1}
        _insert(con, "raw.overview", row | {"measure_id": CHILD, "file_path": "a.csv", "source_row": 2})
        _insert(con, "raw.overview", row | {"measure_id": CHILD, "file_path": "a.csv", "source_row": 3})
    return file


def _insert(con: duckdb.DuckDBPyConnection, table: str, row: dict) -> None:
    marks = ", ".join("?" * len(row))
    con.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))


def judge(warehouse, *checks, docs, run_id):
    from data_quality import data_docs
    from data_quality.expectations import judge as judge_here  # takes seconds to import

    try:
        return judge_here(warehouse, checks, run_id=run_id)
    finally:
        data_docs.write(docs)


def pages(docs) -> dict[str, str]:
    """The text of each page, by the table that it is about."""
    read = {file: file.read_text() for file in docs.rglob("*.html")}
    titles = {file: re.search(r"<title>(.*?)</title>", text)[1] for file, text in read.items()}
    return {titles[file]: text for file, text in read.items()}


def test_the_pages_say_what_was_kept_and_what_was_not(warehouse, tmp_path):
    docs = tmp_path / "data_docs"
    verdicts = judge(warehouse, GOOD, BAD, docs=docs, run_id="first run")
    assert [(verdict.check, verdict.passed) for verdict in verdicts] == [(GOOD, True), (BAD, False)]
    rows = re.findall(r"<tr>(.*?)</tr>", pages(docs)["quality.audit_comparisons"], re.DOTALL)
    [good, bad] = (next(row for row in rows if f"{check.check_id}: {check.reason}" in row) for check in (GOOD, BAD))
    assert "text-success" in good
    assert "text-danger" in bad
    assert ">1<" in bad, "how many rows break it"
    index = (docs / "index.html").read_text()
    assert "first run" in index
    assert 'class="failed">Failed<' in index


def test_every_link_leads_to_a_page_and_nothing_is_loaded_from_anywhere(warehouse, tmp_path):
    docs = tmp_path / "data_docs"
    judge(warehouse, GOOD, *_of_overview(), docs=docs, run_id="links")
    files = list(docs.rglob("*.html"))
    assert len(files) == 3
    assert [file for file in docs.rglob("*") if file.is_file() and file not in files] == []
    for file in files:
        text = file.read_text()
        assert not re.search(r"https?:|//|<script|<img|<link|@import|url\(", text), file
        for link in re.findall(r'href="([^"]*)"', text):
            assert (file.parent / link).resolve().is_file(), link


def _of_overview():
    return [check for check in contract_checks().values() if check.table == "raw.overview"]


def test_no_value_of_a_row_is_in_them(warehouse, tmp_path):
    docs = tmp_path / "data_docs"
    verdicts = judge(warehouse, BAD, *_of_overview(), docs=docs, run_id="private")
    failed = {verdict.check.check_id for verdict in verdicts if not verdict.passed}
    assert failed >= {"overview_measures_match_contract", "overview_each_row_appears_once", BAD.check_id}
    assert [file for file in docs.rglob("*") if file.is_file() and CHILD.encode() in file.read_bytes()] == []


def test_a_check_that_could_not_run_is_shown_without_what_it_said(warehouse, tmp_path):
    docs = tmp_path / "data_docs"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("alter table quality.audit_comparisons rename is_agreed to gone")
    try:
        with pytest.raises(CheckCouldNotRunError, match=GOOD.check_id):
            judge(warehouse, GOOD, docs=docs, run_id="broken")
    finally:
        with duckdb.connect(str(warehouse)) as con:
            con.execute("alter table quality.audit_comparisons rename gone to is_agreed")
    page = pages(docs)["quality.audit_comparisons"]
    assert "The log of the run says why." in page
    assert "is_agreed" not in page


def test_one_run_has_the_results_of_all_its_steps_and_the_next_run_only_its_own(warehouse, tmp_path):
    docs = tmp_path / "data_docs"
    judge(warehouse, *_of_overview(), docs=docs, run_id="one")
    judge(warehouse, GOOD, docs=docs, run_id="one")
    assert pages(docs).keys() > {"raw.overview", "quality.audit_comparisons"}
    judge(warehouse, GOOD, docs=docs, run_id="two")
    assert "raw.overview" not in pages(docs)
    assert "two" in (docs / "index.html").read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["data_docs"]


def test_pages_that_cannot_be_drawn_leave_the_verdicts_and_the_pages_before(warehouse, tmp_path, monkeypatch, caplog):
    from data_quality import data_docs

    docs = tmp_path / "data_docs"
    judge(warehouse, GOOD, docs=docs, run_id="before")
    monkeypatch.setattr(data_docs.Page, "_template", "nowhere.j2")
    assert [verdict.passed for verdict in judge(warehouse, GOOD, docs=docs, run_id="after")] == [True]
    assert "The Data Docs could not be written" in caplog.text
    assert "before" in (docs / "index.html").read_text()
