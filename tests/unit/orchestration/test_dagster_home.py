"""The settings that Dagster gets: where it keeps its record of runs."""

import sqlite3

import dagster as dg
import pytest
import yaml

from orchestration import dagster_home
from orchestration.overrides import event_log

URL = "postgresql+psycopg2://csc:topsecret@127.0.0.1/dagster"


def written(settings) -> dict:
    dagster_home.prepare(settings)
    return yaml.safe_load((settings.dagster_home / "dagster.yaml").read_text())


def test_the_record_of_runs_is_below_the_home(configured):
    given = configured()
    config = written(given)
    assert {config[s]["config"]["base_dir"] for s in dagster_home.STORAGES} == {
        str(given.dagster_home / folder) for folder in ("history", "schedules", "")
    }


def test_a_database_takes_the_place_of_every_file_and_its_password_is_in_none(configured, monkeypatch):
    monkeypatch.setattr(dagster_home, "find_spec", lambda name: name == "dagster_postgres")
    given = configured(CSC_DAGSTER_POSTGRES_URL=URL)
    config = written(given)
    assert config["storage"] == {"postgres": {"postgres_url": {"env": "CSC_DAGSTER_POSTGRES_URL"}}}
    assert not config.keys() & dagster_home.STORAGES.keys()
    assert config["concurrency"]["runs"] == {"max_concurrent_runs": 1}
    assert "topsecret" not in (given.dagster_home / "dagster.yaml").read_text() + repr(given)


def test_a_database_without_its_package_is_a_plain_mistake(configured, monkeypatch):
    monkeypatch.setattr(dagster_home, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match="dagster-postgres is not installed"):
        dagster_home.prepare(configured(CSC_DAGSTER_POSTGRES_URL=URL))


def test_another_driver_is_a_mistake_told_without_the_password(configured):
    with pytest.raises(ValueError, match=r"^CSC_DAGSTER_POSTGRES_URL: it should be an address such as") as told:
        configured(CSC_DAGSTER_POSTGRES_URL=URL.replace("+psycopg2", ""))
    assert "topsecret" not in str(told.value)


@pytest.mark.parametrize(
    ("variables", "told"),
    [({}, "CSC_DAGSTER_POSTGRES_URL is not set"), ({"CSC_DAGSTER_POSTGRES_URL": URL}, "is not installed")],
)
def test_a_status_without_what_it_takes_to_read_the_database_says_so(configured, monkeypatch, variables, told):
    with monkeypatch.context() as patch:
        patch.setattr(dagster_home, "find_spec", lambda _: True)
        dagster_home.prepare(configured(CSC_DAGSTER_POSTGRES_URL=URL))
    monkeypatch.delenv("CSC_DAGSTER_POSTGRES_URL")
    monkeypatch.setattr(dagster_home, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=told):
        dagster_home.last_runs(configured(**variables), set(), set())


def test_the_record_keeps_the_newest_runs_and_of_these_what_was_made_and_checked(configured):
    @dg.asset(check_specs=[dg.AssetCheckSpec("adds_up", asset="table")])
    def table():
        yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])

    given = configured()
    dagster_home.prepare(given)
    with dg.DagsterInstance.from_config(str(given.dagster_home)) as instance:
        runs = [dg.materialize([table], instance=instance).run_id for _ in range(4)]
        dagster_home.tidy(instance, keep=2)
        assert [run.run_id for run in instance.get_runs()] == [runs[3], runs[2]]
    with sqlite3.connect(given.dagster_home / "event_log.db") as con:
        kinds = con.execute("select dagster_event_type, run_id from event_logs").fetchall()
        verdicts = con.execute("select run_id, execution_status from asset_check_executions").fetchall()
    assert {run for _, run in kinds} == set(runs[2:])
    assert {kind for kind, _ in kinds} >= {"ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION", "PIPELINE_SUCCESS"}
    assert not {kind for kind, _ in kinds} & set(event_log.PASSING)
    assert sorted(verdicts) == sorted((run, "SUCCEEDED") for run in runs[2:])


def test_a_database_that_cannot_be_opened_is_told_in_a_line_without_the_password(configured, monkeypatch):
    monkeypatch.setattr(dagster_home, "find_spec", lambda _: True)
    given = configured(CSC_DAGSTER_POSTGRES_URL=URL)
    dagster_home.prepare(given)
    with pytest.raises(dagster_home.RecordError, match="cannot be opened .*: look at CSC_DAGSTER_POSTGRES_URL") as told:
        dagster_home.last_runs(given, set(), set())
    assert "topsecret" not in str(told.value)
