"""Every model, seed and data test of the dbt project."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context

from data_quality import findings
from data_quality.checks import Check
from orchestration import dbt
from orchestration.assets.resources import Warehouse
from orchestration.settings import settings

if TYPE_CHECKING:
    from dbt.artifacts.schemas.results import NodeResult

log = logging.getLogger("csc")
FULL_REFRESH = "csc/full_refresh"  # a run with this tag makes every model again from the raw tables
VERDICT = {"pass": "passed", "warn": "failed", "fail": "failed"}
Results = Iterator[dg.MaterializeResult | dg.AssetCheckResult]


class ByLayer(DagsterDbtTranslator):
    """A group for each schema, and dbt's descriptions without the SQL that Dagster adds to them."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the schema."""
        return dbt_resource_props["schema"]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return dbt's description."""
        return dbt_resource_props["description"]


translator = ByLayer()
project = DbtProject(project_dir=dbt.PROJECT, profiles_dir=dbt.PROJECT, target_path=settings().dbt_target)
manifest_path = dbt.manifest()


@dbt_assets(
    manifest=manifest_path, project=project, dagster_dbt_translator=translator, exclude="resource_type:unit_test"
)
def dbt_models(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Results:
    """Build every model, seed and data test in one `dbt build` in this process."""
    manifest = json.loads(manifest_path.read_text())
    selection: Sequence[str] = ()
    if context.is_subset:
        selection = get_updated_cli_invocation_params_for_context(context, manifest, translator).selection_args
    with warehouse.connect() as con:
        full_refresh = context.run.tags.get(FULL_REFRESH) == "true" or not findings.is_built_upon(con)
    log.info("Building the marts%s", " from the raw tables" if full_refresh else "")
    results = dbt.build(*selection, full_refresh=full_refresh)
    tests = {result.node.unique_id: _check(result) for result in results if result.node.resource_type == "test"}
    judged = [result for result in results if result.node.unique_id in tests and result.status in VERDICT]
    with warehouse.connect() as con:
        verdicts = [(tests[r.node.unique_id], VERDICT[r.status], r.failures or 0) for r in judged]
        findings.record(con, context.run.run_id, "dbt", verdicts)
        if not context.is_subset:
            findings.record_build(con, context.run.run_id, is_whole=not any(r.status == "error" for r in results))
    for result in results:
        if result.node.resource_type in ("model", "seed") and result.status == "success":
            yield dg.MaterializeResult(asset_key=_asset_key(manifest, result.node.unique_id))
    for result in judged:
        if result.node.attached_node:  # a singular test has none; its verdict is recorded all the same
            yield _check_result(manifest, result, tests[result.node.unique_id])
    if broken := [r for r in results if r.status == "error"]:
        raise dg.Failure("; ".join(f"{r.node.name}: {_first_lines(r.message)}" for r in broken))
    if failed := [check.check_id for check, status, _ in verdicts if status == "failed" and check.severity == "error"]:
        raise dg.Failure(f"dbt tests failed: {', '.join(failed)}")


def _check(result: "NodeResult") -> Check:
    """Return a dbt test in the words of the check register."""
    node = result.node
    return Check(
        check_id=node.name,
        table=node.attached_node.split(".")[-1] if node.attached_node else "the project",
        severity="warning" if node.config.severity.lower() == "warn" else "error",
        reason=node.description or node.name.replace("_", " "),
    )


def _check_result(manifest: Mapping[str, Any], result: "NodeResult", check: Check) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=_asset_key(manifest, result.node.attached_node),
        check_name=result.node.name,
        passed=result.status == "pass",
        metadata={"breaches": result.failures or 0, "reason": check.reason},
        severity=dg.AssetCheckSeverity.ERROR if check.severity == "error" else dg.AssetCheckSeverity.WARN,
    )


def _asset_key(manifest: Mapping[str, Any], unique_id: str) -> dg.AssetKey:
    return translator.get_asset_spec(manifest, unique_id, project).key


def _first_lines(message: str | None) -> str:
    lines = [line.strip() for line in (message or "").splitlines() if line.strip()]
    return ": ".join(lines[:2])
