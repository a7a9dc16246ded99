"""A check that could not run gives no verdict, and which verdicts and builds count."""

import duckdb
import pytest
from conftest import ask

from data_quality import findings
from data_quality.checks import CheckCouldNotRunError, audit_checks
from ingestion import ledger
from publication.holding import HeldBack
from publication.publications import current
from publication.publish import publish
from publication.visibility import Visibility


def test_a_check_that_could_not_run_is_an_error_that_names_it_and_no_verdict(tmp_path):
    from data_quality.expectations import judge  # takes seconds to import

    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create schema quality")
        con.execute("create table quality.audit_comparisons (check_id varchar, comparison_id varchar)")
    checks = [audit_checks()["components_add_up"], audit_checks()["shares_reach_100"]]
    with pytest.raises(CheckCouldNotRunError, match=r"components_add_up: .*is_agreed.*; shares_reach_100: "):
        judge(file, checks)


@pytest.mark.parametrize("status", ["failed", "could_not_run"])
def test_nothing_is_published_when_the_latest_verdict_of_a_blocking_check_is_not_passed(tmp_path, status):
    warehouse, published = tmp_path / "warehouse.duckdb", tmp_path / "published"
    check = audit_checks()["files_are_accepted"]
    with duckdb.connect(str(warehouse)) as con:
        ledger.prepare(con)
        findings.prepare(con)
        findings.record(con, "first", "great_expectations", [(check, "passed", 0)])
        findings.record(con, "second", "great_expectations", [(check, status, 3)])
    with pytest.raises(HeldBack, match="files_are_accepted"):
        publish(warehouse, published, "second", blocking={"files_are_accepted"}, visibility=Visibility())
    assert current(published) is None
    assert list(tmp_path.glob("publications/*")) == []
    assert ask(warehouse, "select count(*) from quality.check_results") == [(2,)]


def test_a_verdict_made_before_the_last_file_came_does_not_count(tmp_path):
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        ledger.prepare(con)
        findings.prepare(con)
        findings.record(con, "first", "great_expectations", [(audit_checks()["files_are_accepted"], "passed", 0)])
        con.execute(
            """
            insert into quality.ingest_ledger by name
            select 'd' as delivery_id, 'a.pdf' as file_path, 'a.pdf' as file_name, 'refused' as status,
                '' as file_sha256, 1 as file_bytes, 1 as modified_ns, true as is_present,
                checked_at + interval 1 second as received_at, received_at as presence_changed_at
            from quality.check_results
            """
        )
    with pytest.raises(HeldBack, match="files_are_accepted made before the last file came"):
        publish(warehouse, tmp_path / "published", "second", blocking={"files_are_accepted"}, visibility=Visibility())


def test_a_build_adds_to_the_last_only_where_that_still_stands(tmp_path, monkeypatch):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        ledger.prepare(con)
        findings.prepare(con)
        assert not findings.is_built_upon(con)
        for is_whole in (True, False, True):
            findings.record_build(con, "a run", is_whole)
            assert findings.is_built_upon(con) == is_whole
        con.execute(
            """
            insert into quality.ingest_ledger by name
            select 'd' as delivery_id, 'a.csv' as file_path, 'a.csv' as file_name, 'withdrawn' as status,
                'sha' as file_sha256,
                1 as file_bytes, 1 as modified_ns, now() as received_at, false as is_present,
                timestamp '2999-01-01' as presence_changed_at
            """
        )
        assert not findings.is_built_upon(con)
        con.execute("update quality.ingest_ledger set presence_changed_at = timestamp '1999-01-01'")
        assert findings.is_built_upon(con)
        monkeypatch.setattr(findings, "code_version", lambda: "another")
        assert not findings.is_built_upon(con)
