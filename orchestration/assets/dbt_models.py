"""Every model, seed and data test of the dbt project."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context

from data_quality import findings, history
from data_quality.checks import Check
from data_quality.contracts import load_contracts
from data_quality.never_delivered import never_delivered
from data_quality.spellings.judge import judge
from orchestration import dbt
from orchestration.assets.resources import Warehouse
from orchestration.dbt import Built
from orchestration.replay import replay
from orchestration.settings import settings

log = logging.getLogger("csc")
FULL_REFRESH = "csc/full_refresh"  # a run with this tag makes every model again from the raw tables
HISTORY = "csc/history"  # a run with this tag also works out what earlier reporting months knew
VERDICT = {"pass": "passed", "warn": "failed", "fail": "failed"}
Results = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


class ByLayer(DagsterDbtTranslator):
    """A group for each schema, and dbt's descriptions without the SQL that Dagster adds to them."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the schema."""
        return str(dbt_resource_props["schema"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return dbt's description."""
        return str(dbt_resource_props["description"])


translator = ByLayer()
project = DbtProject(project_dir=dbt.PROJECT, profiles_dir=dbt.PROJECT, target_path=settings().dbt_target)
MANIFEST: dict[str, Any] = json.loads(dbt.manifest().read_text())


@dbt_assets(manifest=MANIFEST, project=project, dagster_dbt_translator=translator, exclude="resource_type:unit_test")
def dbt_models(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Results:
    """Build every model, seed and data test in one `dbt build` in this process."""
    selection: Sequence[str] = []
    if context.is_subset:
        selection = get_updated_cli_invocation_params_for_context(context, MANIFEST, translator).selection_args
    with warehouse.connect() as con:
        judge(con, load_contracts().values())
    if context.run.tags.get(HISTORY) == "true" and not context.is_subset:
        replay()
    with warehouse.connect() as con:
        if not context.is_subset:
            _begin_history(con)
        is_built_upon = findings.is_built_upon(con)
        full_refresh = context.run.tags.get(FULL_REFRESH) == "true" or not is_built_upon
        if is_built_upon and not context.is_subset and settings().engine == "duckdb":  # on Spark nothing is left
            selection = dbt.without_what_stays(never_delivered(con))
    log.info("Building the marts%s", " from the raw tables" if full_refresh else "")
    results = _build(context, selection, full_refresh)
    tests = [(result, _check(result)) for result in results if result.kind == "test" and result.status in VERDICT]
    verdicts = [(check, VERDICT[result.status], result.failures) for result, check in tests]
    broken = [result for result in results if result.status == "error"]
    with warehouse.connect() as con:
        findings.record(con, context.run.run_id, "dbt", verdicts)
        if not context.is_subset:
            _record(con, context.run.run_id, is_whole=not broken)
    for result in results:
        if result.kind in ("model", "seed") and result.status == "success":
            yield dg.MaterializeResult(asset_key=_asset_key(result.unique_id))
    for result, check in tests:
        if result.tested:  # the verdict of a singular test is recorded, but is on no asset
            yield _check_result(_asset_key(result.tested), result, check)
    _stop_at(broken, [check for check, status, _ in verdicts if status == "failed" and check.severity == "error"])


def _build(context: dg.AssetExecutionContext, selection: Sequence[str], full_refresh: bool) -> list[Built]:
    if settings().engine == "duckdb":
        return dbt.build(*selection, full_refresh=full_refresh)
    if context.is_subset:
        raise dg.Failure("On Spark every model is made. Run the job monthly_refresh instead of single models.")
    from orchestration import on_spark  # pyspark is there only where Spark is set up

    return on_spark.build(context.run.run_id, context.run.tags.get(FULL_REFRESH) == "true")


def _begin_history(con: duckdb.DuckDBPyConnection) -> None:
    """Open the history of the latest months, and say which earlier ones are missing."""
    if month := history.missing(con):
        log.info("marts.kpi_as_at is missing, or by earlier rules, from %s on. Try csc run --history", f"{month:%B %Y}")
    history.begin(con)


def _record(con: duckdb.DuckDBPyConnection, run_id: str, is_whole: bool) -> None:
    findings.record_build(con, run_id, is_whole)
    if is_whole:
        history.keep(con)


def _stop_at(broken: Sequence[Built], failed: Sequence[Check]) -> None:
    if broken:
        raise dg.Failure("; ".join(f"{result.name}: {_first_lines(result.message)}" for result in broken))
    if failed:
        raise dg.Failure(f"dbt tests failed: {', '.join(check.check_id for check in failed)}")


def _check(test: Built) -> Check:
    """Return a dbt test in the words of the check register."""
    return Check(
        check_id=test.name,
        table=test.tested.split(".")[-1] if test.tested else "the project",
        severity="warning" if test.is_warning else "error",
        reason=test.description or test.name.replace("_", " "),
    )


def _check_result(asset_key: dg.AssetKey, test: Built, check: Check) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_key,
        check_name=test.name,
        passed=test.status == "pass",
        metadata={"breaches": test.failures, "reason": check.reason},
        severity=dg.AssetCheckSeverity.WARN if test.is_warning else dg.AssetCheckSeverity.ERROR,
    )


def _asset_key(unique_id: str) -> dg.AssetKey:
    return translator.get_asset_spec(MANIFEST, unique_id, project).key


def _first_lines(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return ": ".join(lines[:2])
