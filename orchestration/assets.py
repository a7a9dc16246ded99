"""Assets: the ledger, a raw table per contract, every dbt model, the publication."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context

from data_quality import findings
from data_quality.checks import Check
from data_quality.contracts import Contract, load_contracts
from ingestion.load import load
from ingestion.receive import receive
from orchestration import dbt
from orchestration.settings import settings
from orchestration.warehouse import connect, prepare, run_lock
from publication.publish import HeldBack, publish

log = logging.getLogger("csc")

LEDGER = dg.AssetKey(["quality", "ingest_ledger"])
PUBLICATION = dg.AssetKey(["published", "csc"])
READERS_SCHEMAS = {"core", "marts", "quality", "reference"}

reporting_months = dg.MonthlyPartitionsDefinition(
    start_date=settings().first_month.isoformat(),
    timezone="Europe/London",
    end_offset=1,  # the current month too, for councils that deliver before it ends
)


class Warehouse(dg.ConfigurableResource):
    """The private warehouse for one run: made where there is none, and locked against any other run."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        with run_lock(settings().home_dir):
            prepare(settings().warehouse)
            yield self


@dg.asset(key=LEDGER, group_name="ingestion", kinds={"duckdb"})
def ingest_ledger(warehouse: Warehouse) -> dg.MaterializeResult:
    """One row per file delivered: new files go to the vault, are identified and entered, before any row is loaded."""
    log.info("Receiving files from %s", settings().landing_dir)
    with connect(settings().warehouse) as con:
        received = receive(
            con,
            settings().landing_dir,
            settings().vault,
            load_contracts(),
            settings().first_month,
            retry_refused=True,
            say=log.info,
        )
    counts = {status: [s for _, s in received].count(status) for status in {s for _, s in received}}
    return dg.MaterializeResult(metadata={"parts received": len(received)} | counts)


def raw_asset(contract: Contract) -> dg.AssetsDefinition:
    """The asset raw/<extract> of a contract: what the ledger accepted for these months, as text, every version kept."""

    @dg.asset(
        key=["raw", contract.extract],
        deps=[LEDGER],
        group_name="ingestion",
        kinds={"duckdb"},
        description=f"{contract.title}: {contract.description}",
        partitions_def=reporting_months,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def raw(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        months = [date.fromisoformat(key) for key in context.partition_keys]
        with connect(settings().warehouse) as con:
            rows = load(con, contract, settings().vault, months)
        if rows:
            log.info("Loaded %s rows into raw.%s", rows, contract.extract)
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return raw


translator = DagsterDbtTranslator()
project = DbtProject(project_dir=dbt.PROJECT, profiles_dir=dbt.PROJECT, target_path=settings().dbt_target)
manifest_path = dbt.manifest()


@dbt_assets(
    manifest=manifest_path,
    project=project,
    dagster_dbt_translator=translator,
    exclude="resource_type:unit_test",
)
def dbt_models(context: dg.AssetExecutionContext, warehouse: Warehouse):
    """Every model, seed and data test in one `dbt build` in this process."""
    manifest = json.loads(manifest_path.read_text())
    params = get_updated_cli_invocation_params_for_context(context, manifest, translator)
    built = _Progress()
    result = dbt.invoke("build", *params.selection_args, "--exclude-resource-type", "unit_test", callbacks=[built])
    tests = []
    for node_result in result.result.results:
        node, status = node_result.node, str(node_result.status)
        if node.resource_type in ("model", "seed") and status == "success":
            yield dg.MaterializeResult(asset_key=_asset_key(manifest, node.unique_id))
        elif node.resource_type == "test" and node.attached_node and status in ("pass", "fail", "warn"):
            severity = node.config.severity.lower()
            passed = status == "pass"
            check = Check(
                check_id=node.name,
                table=".".join(_asset_key(manifest, node.attached_node).path),
                severity="warning" if severity == "warn" else "error",
                reason=node.description or f"dbt test {node.name}",
            )
            tests.append((check, "passed" if passed else "failed", node_result.failures or 0))
            yield dg.AssetCheckResult(
                asset_key=_asset_key(manifest, node.attached_node),
                check_name=node.name,
                passed=passed,
                metadata={"failures": node_result.failures or 0},
                severity=dg.AssetCheckSeverity.WARN if severity == "warn" else dg.AssetCheckSeverity.ERROR,
            )
    with connect(settings().warehouse) as con:
        findings.record(con, context.run.run_id, "dbt", tests)
    if broken := [r for r in result.result.results if str(r.status) == "error"]:
        raise dg.Failure("; ".join(f"{r.node.name}: {_first_line(r.message)}" for r in broken))
    if failed := [check.check_id for check, status, _ in tests if status == "failed" and check.severity == "error"]:
        raise dg.Failure(f"dbt tests failed: {', '.join(failed)}")


def _asset_key(manifest: dict, unique_id: str) -> dg.AssetKey:
    return translator.get_asset_spec(manifest, unique_id, project).key


def _first_line(message: str | None) -> str:
    lines = [line.strip() for line in (message or "").splitlines() if line.strip()]
    return ": ".join(lines[:2])


class _Progress:
    """Says how far a `dbt build` has come."""

    def __call__(self, event) -> None:
        if event.info.name == "LogStartLine" or event.info.name == "NodeStart":
            log.debug("dbt: %s", event.info.msg)
        if event.info.name == "ConcurrencyLine":
            log.info("Building the marts")


@dg.asset(
    key=PUBLICATION,
    group_name="publication",
    kinds={"duckdb", "parquet"},
    deps=[key for key in dbt_models.keys if key.path[0] in READERS_SCHEMAS],
)
def publication(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """What readers see: the published schemas in one file and as Parquet, replaced in one atomic step."""
    try:
        made = publish(settings().warehouse, settings().published, context.run.run_id, say=log.info)
    except HeldBack as held:
        raise dg.Failure(f"publication held back: {held}") from None
    return dg.MaterializeResult(
        metadata={"publication": made.publication_id, "tables": made.tables, "months": made.months}
    )


raw_assets = [raw_asset(contract) for contract in load_contracts().values()]
