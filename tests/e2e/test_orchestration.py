"""The code location as `csc ui` serves it: its assets and checks, and when its schedule and sensor ask for a run."""

import importlib
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb
import pytest
import yaml
from conftest import ROOT
from dagster._utils.schedules import schedule_execution_time_iterator

from data_quality import judging
from data_quality.checks import audit_checks, blocking_checks, contract_checks, isolating_checks
from data_quality.contracts import load_contracts
from ingestion.load import load
from ingestion.receive import receive
from orchestration import dbt

OVERVIEW = ROOT / "seeds" / "extracts" / "croydon" / "2013-12" / "overview.csv"
LONDON = ZoneInfo("Europe/London")


class Location:
    """The code location of workspace.yaml, loaded with settings of its own."""

    def __init__(self, home: Path):
        (target,) = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"]
        module = target["python_module"]
        assert (ROOT / module["working_directory"]).resolve() == ROOT
        self.defs = importlib.import_module(module["module_name"]).defs
        self.graph = self.defs.resolve_asset_graph()
        self.schedule = self.defs.resolve_schedule_def("month_just_ended")
        self.sensor = self.defs.resolve_sensor_def("landing_folder")
        self.settings = importlib.import_module("orchestration.settings").settings()
        self.warehouse = importlib.import_module("orchestration.warehouse")
        self.landing = home / "landing"

    def assets(self) -> set[str]:
        return {key.to_user_string() for key in self.graph.get_all_asset_keys()}

    def parents(self, asset: str) -> set[str]:
        return {key.to_user_string() for key in self.graph.get(_key(asset)).parent_keys}

    def upstream(self, asset: str) -> set[str]:
        found = dg.AssetSelection.assets(_key(asset)).upstream().resolve(self.graph)
        return {key.to_user_string() for key in found}

    def months_asked_for(self, tick: datetime) -> tuple[str, str]:
        request = self.schedule(dg.build_schedule_context(scheduled_execution_time=tick))
        return _range(request)

    def look(self, instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
        return self.sensor(dg.build_sensor_context(instance))

    def drop(self, month: str, seconds_ago: float = 60, name: str = "overview.csv") -> Path:
        """Put a file into the landing folder as if it had come some time ago."""
        file = self.landing / "croydon" / month / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(OVERVIEW, file)
        then = time.time() - seconds_ago
        os.utime(file, (then, then))
        return file

    def take_in(self) -> None:
        """What a run does with the landing folder, without what it does after."""
        settings, contracts = self.settings, load_contracts()
        self.warehouse.prepare(settings.warehouse)
        with self.warehouse.connect(settings.warehouse) as con:
            receive(con, self.landing, settings.vault, contracts, settings.first_month)
            load(con, contracts.values(), settings.vault, [date(2013, 11, 1), date(2013, 12, 1)])

    def check(self) -> None:
        """Leave a verdict, as every run does that comes as far as its checks."""
        findings = importlib.import_module("data_quality.findings")
        check = next(iter(contract_checks().values()))
        with self.warehouse.connect(self.settings.warehouse) as con:
            findings.record(con, "a run", "great_expectations", [(check, "passed", 0)])


@contextmanager
def loaded(home: Path, **variables: str) -> Iterator[Location]:
    """Settings are read once a process, and by the schedule when it is defined, so the package is imported anew."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("CSC_", "DAGSTER"))]:
            patch.delenv(name)
        for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "DO_NOT_TRACK", "GX_ANALYTICS_ENABLED"):
            patch.setenv(name, "")  # the settings write them; this puts them back
        patch.setenv("CSC_HOME", str(home))
        patch.setenv("CSC_LANDING", str(home / "landing"))
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.syspath_prepend(ROOT)
        ours = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "orchestration"}
        for name in ours:
            del sys.modules[name]
        try:
            yield Location(home)
        finally:
            for name in [name for name in sys.modules if name.split(".")[0] == "orchestration"]:
                del sys.modules[name]
            sys.modules.update(ours)


@pytest.fixture(scope="module")
def home(tmp_path_factory, seeded) -> Path:
    home = tmp_path_factory.mktemp("orchestration")
    shutil.copytree(seeded / "dbt", home / "dbt")
    return home


@pytest.fixture(scope="module")
def location(home) -> Iterator[Location]:
    with loaded(home, CSC_SCHEDULE_DAY="5", CSC_SCHEDULE_HOUR="6") as found:
        yield found


@pytest.fixture
def empty(location) -> Iterator[Location]:
    """The location with an empty landing folder and no warehouse."""
    location.settings.warehouse.unlink(missing_ok=True)
    shutil.rmtree(location.landing, ignore_errors=True)
    location.landing.mkdir()
    return location


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def _key(asset: str) -> dg.AssetKey:
    return dg.AssetKey.from_user_string(asset)


def _range(request: dg.RunRequest) -> tuple[str, str]:
    return tuple(request.tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end"))


def test_location_loads(location):
    dg.Definitions.validate_loadable(location.defs)
    job = location.defs.resolve_job_def("monthly_refresh")
    made = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
    assert made == {key for key in location.assets() if location.graph.get(_key(key)).is_executable}
    assert location.schedule.job_name == "monthly_refresh"
    assert [job.name for job in location.sensor.jobs] == ["monthly_refresh", "packs_again"]
    assert location.schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert location.sensor.default_status == dg.DefaultSensorStatus.RUNNING


def test_every_contract_has_a_raw_table_that_staging_reads(location):
    extracts = set(load_contracts())
    raw = {f"raw/{extract}" for extract in extracts}
    assert {key for key in location.assets() if key.startswith("raw/")} == raw
    staged = {key for key in location.assets() if key.startswith("staging/")}
    assert {parent for key in staged for parent in location.parents(key) if parent.startswith("raw/")} == raw
    for extract in extracts:
        assert "quality/ingest_ledger" in location.parents(f"raw/{extract}")
        assert location.graph.get(_key(f"raw/{extract}")).is_partitioned


def test_every_file_of_the_project_is_an_asset(location):
    folder = ROOT / "dbt_project" / "models"
    models = {f"{path.relative_to(folder).parts[0]}/{path.stem}" for path in folder.rglob("*.sql")}
    seeds = {f"reference/{path.stem}" for path in (ROOT / "seeds" / "reference").glob("*.csv")}
    assert {"core/fct_contacts", "marts/kpi_monthly"} <= models
    assert "reference/measures" in seeds
    of_runs = {"landing/files", "quality/ingest_ledger", "quality/as_of", "published/csc", "packs/scrutiny_pack"}
    of_runs |= {"history/reporting_months", "history/kpi_values", "quality/findings"}
    of_runs |= {"decisions/erased_children", "decisions/erased_counts"}
    of_runs |= {"decisions/accepted", "spelling/spellings_met", "spelling/spellings_judged"}
    of_texts = {"commentary/files", "commentary/typed_figures"}
    raw = {f"raw/{extract}" for extract in load_contracts()}
    assert location.assets() == models | seeds | raw | of_runs | of_texts


def test_lineage_leads_from_every_raw_table_to_the_publication(location):
    raw = {f"raw/{extract}" for extract in load_contracts()}
    of_texts = {f"raw/{extract}" for extract, contract in load_contracts().items() if contract.kind == "quotes"}
    compared = location.upstream("marts/mart_comparators")
    assert {key for key in compared if key.startswith("raw/")} == raw - of_texts
    assert {key for key in location.upstream("published/csc") if key.startswith("raw/")} == raw
    assert "reference/measures" in location.upstream("published/csc")
    readable = {key for key in location.assets() if key.split("/")[0] in ("core", "marts", "quality")}
    public = {key for key in readable if dbt.readers_see().schema_of(key.replace("/", "."))}
    monthly = {key for key in location.assets() if key.startswith("measures/fct_")}
    assert location.parents("published/csc") == (public | monthly) - {
        "quality/ingest_ledger",
        "quality/as_of",
        "quality/findings",
    }


def test_every_asset_is_described_and_in_a_group(location):
    for key in location.graph.get_all_asset_keys():
        node = location.graph.get(key)
        assert node.description and node.group_name, key
    for found in (location.defs.resolve_job_def("monthly_refresh"), location.schedule, location.sensor):
        assert found.description, found.name


@pytest.mark.parametrize("register", [audit_checks, contract_checks])
def test_every_check_is_on_the_asset_it_judges_and_faults_of_the_warehouse_block(location, register):
    shown = {key.name: key for key in location.graph.asset_check_keys}
    for check in register().values():
        key = shown[check.check_id]
        assert ".".join(key.asset_key.path) == check.table
        spec = location.graph.get_check_spec(key)
        assert spec.blocking == (check.check_id in blocking_checks() - isolating_checks()), check.check_id
        assert spec.description == check.reason
    # what comes next waits for a step of checks only where one of them blocks
    assert (blocking_checks() - isolating_checks()) & register().keys()
    of = "quality.audit_" if register is audit_checks else "raw."
    assert {check.table for check in register().values() if not check.table.startswith(of)} == set()


@pytest.mark.parametrize(
    ("tick", "month"),
    [
        (datetime(2014, 1, 5, 6, tzinfo=LONDON), "2013-12-01"),
        (datetime(2014, 2, 5, 6, tzinfo=LONDON), "2014-01-01"),
        (datetime(2014, 7, 5, 6, tzinfo=LONDON), "2014-06-01"),
        (datetime(2014, 12, 5, 6, tzinfo=LONDON), "2014-11-01"),
    ],
)
def test_schedule_asks_for_the_month_just_ended(location, tick, month):
    assert location.months_asked_for(tick) == (month, month)


def ticks(schedule: dg.ScheduleDefinition, start: datetime, count: int) -> list[datetime]:
    """The moments at which Dagster's own scheduler would tick."""
    moments = schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone, ascending=True
    )
    return [next(moments).astimezone(LONDON) for _ in range(count)]


def test_schedule_ticks_at_six_in_winter_and_summer(location):
    year = ticks(location.schedule, datetime(2014, 1, 1, tzinfo=LONDON), 12)
    assert [(t.month, t.day, t.hour, t.minute) for t in year] == [(month, 5, 6, 0) for month in range(1, 13)]


def test_schedule_follows_the_settings(home):
    with loaded(home, CSC_SCHEDULE_DAY="1", CSC_SCHEDULE_HOUR="0") as location:
        april, may = ticks(location.schedule, datetime(2014, 3, 20, tzinfo=LONDON), 2)
        assert (april, may) == (datetime(2014, 4, 1, tzinfo=LONDON), datetime(2014, 5, 1, tzinfo=LONDON))
        assert location.months_asked_for(april) == ("2014-03-01", "2014-03-01")


def test_sensor_skips_an_empty_folder(empty, instance):
    assert empty.look(instance).skip_message == "Nothing new"


def test_sensor_skips_a_folder_that_is_not_there(empty, instance):
    empty.landing.rmdir()
    assert str(empty.landing) in empty.look(instance).skip_message


def test_sensor_waits_for_a_file_that_may_still_be_copied(empty, instance):
    empty.drop("2013-11")
    empty.drop("2013-12", seconds_ago=2)
    assert "within the last 10 seconds" in empty.look(instance).skip_message


def test_sensor_takes_a_file_whose_clock_runs_ahead(empty, instance):
    empty.drop("2013-12", seconds_ago=-3600)
    assert _range(empty.look(instance)) == ("2013-12-01", "2013-12-01")


def test_sensor_asks_for_one_run_for_all_new_months(empty, instance):
    empty.drop("2013-10")
    empty.drop("2013-12")
    first, second = empty.look(instance), empty.look(instance)
    assert _range(first) == ("2013-10-01", "2013-12-01")
    assert first.run_key == second.run_key


def test_sensor_asks_for_a_run_for_a_file_in_no_month(empty, instance):
    empty.drop("December")
    *_, just_ended, _ = empty.graph.get(_key("raw/overview")).partitions_def.get_partition_keys()
    assert _range(empty.look(instance)) == (just_ended, just_ended)


def test_sensor_asks_once_a_day_for_packs_that_were_not_made(empty, instance, monkeypatch):
    schedules = importlib.import_module("orchestration.schedules")
    empty.take_in()
    monkeypatch.setattr(schedules.commentary, "is_changed", lambda *_: False)
    owed = empty.settings.home_dir / "packs-to-make"
    owed.write_text("Croydon: no room")
    assert isinstance(empty.look(instance), dg.SkipReason)  # nothing is published that they could be of
    shown = empty.settings.published
    (shown.parent / "publications" / "20140105T060000000000").mkdir(parents=True)
    shown.symlink_to(Path("publications") / "20140105T060000000000")
    first, again = empty.look(instance), empty.look(instance)
    assert (first.job_name, first.run_key) == ("packs_again", again.run_key)
    owed.unlink()
    assert isinstance(empty.look(instance), dg.SkipReason)


def test_sensor_skips_what_the_ledger_knows(empty, instance):
    file = empty.drop("2013-12")
    empty.take_in()
    assert empty.look(instance).skip_message == "Nothing new"
    os.utime(file, (time.time() - 30, time.time() - 30))  # touched, but the same bytes
    assert empty.look(instance).skip_message == "Nothing new"


def test_sensor_asks_anew_for_a_correction_and_for_a_file_taken_away(empty, instance):
    file = empty.drop("2013-12")
    arrival = empty.look(instance)
    empty.take_in()
    file.write_text(file.read_text().replace("752", "753"))
    os.utime(file, (time.time() - 30, time.time() - 30))
    correction = empty.look(instance)
    assert _range(correction) == ("2013-12-01", "2013-12-01")
    file.unlink()
    removal = empty.look(instance)
    assert _range(removal) == ("2013-12-01", "2013-12-01")
    assert len({arrival.run_key, correction.run_key, removal.run_key}) == 3


def test_sensor_asks_for_accepted_files_that_a_killed_run_did_not_load(empty, instance):
    empty.drop("2013-12")
    empty.warehouse.prepare(empty.settings.warehouse)
    with empty.warehouse.connect(empty.settings.warehouse) as con:
        receive(con, empty.landing, empty.settings.vault, load_contracts(), empty.settings.first_month)
    assert _range(empty.look(instance)) == ("2013-12-01", "2013-12-01")


def test_sensor_sees_the_same_change_again_as_news_once_a_run_has_checked(empty, instance):
    """Dagster starts no second run with a key it has seen: a file taken away, put back and taken away is news twice."""
    file = empty.drop("2013-12")
    empty.take_in()
    kept = file.rename(file.parent.parent.parent.parent / "kept.csv")
    away = empty.look(instance)
    empty.take_in()
    empty.check()
    kept.rename(file)
    empty.take_in()
    file.unlink()
    assert empty.look(instance).run_key != away.run_key


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTED])
def test_sensor_waits_for_the_run_under_way(empty, instance, status):
    empty.drop("2013-12")
    job = empty.defs.resolve_job_def("monthly_refresh")
    run = instance.create_run_for_job(job, status=status)
    assert "under way" in empty.look(instance).skip_message
    instance.report_run_failed(run)
    assert isinstance(empty.look(instance), dg.RunRequest)


def _judge_one(warehouse: Path):
    (verdict,) = judging.judge(warehouse, [audit_checks()["components_add_up"]])
    assert (verdict.passed, verdict.breaches) == (False, 1)
    assert "great_expectations" not in sys.modules, "the verdict takes its import with it, which is seconds"


def test_a_process_that_judged_ends_as_a_child_of_multiprocessing_too(tmp_path):
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create schema quality")
        con.execute(
            "create table quality.audit_comparisons as select 'components_add_up' as check_id, false as is_agreed"
        )
    child = multiprocessing.get_context("spawn").Process(target=_judge_one, args=[file])
    child.start()
    child.join(60)
    left = child.is_alive()
    child.kill()
    assert not left, "the process waits for its Great Expectations process for ever"
    assert child.exitcode == 0


def test_a_run_whose_process_was_killed_no_longer_holds_up_the_queue(location):
    dead_runs = importlib.import_module("orchestration.dead_runs")
    processes = importlib.import_module("orchestration.processes")
    job = location.defs.resolve_job_def("monthly_refresh")
    with dg.DagsterInstance.ephemeral() as instance:

        def started(pid: int) -> str:
            tags = {processes.PROCESS_TAG: str(pid)}
            return instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=tags).run_id

        dead, alive = started(2**22 + 1), started(os.getpid())  # no process has a number that high
        dead_runs.end_dead_runs(instance)
        assert instance.get_run_by_id(dead).status == dg.DagsterRunStatus.FAILURE
        assert instance.get_run_by_id(alive).status == dg.DagsterRunStatus.STARTED
