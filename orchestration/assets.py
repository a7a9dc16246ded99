"""Assets: the ledger, a raw table per contract, every dbt model, the publication, the scrutiny pack."""

import json
import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context

from data_quality import findings
from data_quality.checks import Check, blocking_checks, isolating_checks
from data_quality.contracts import Contract, load_contracts, raw_columns
from data_quality.unjudged import idle
from ingestion import commentary
from ingestion.load import load
from ingestion.receive import receive
from orchestration import dbt
from orchestration.settings import settings
from orchestration.warehouse import connect, prepare, run_lock
from publication.holding import HeldBack
from publication.publish import publish

warnings.simplefilter("ignore", dg.BetaWarning)  # backfill policies are Dagster's beta; the version is pinned
log = logging.getLogger("csc")

LEDGER = dg.AssetKey(["quality", "ingest_ledger"])
PUBLICATION = dg.AssetKey(["published", "csc"])
PACK = dg.AssetKey(["packs", "scrutiny_pack"])
FULL_REFRESH = "csc/full_refresh"  # a run with this tag makes every model anew from the raw tables
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


landing_files = dg.AssetSpec(
    ["landing", "files"],
    description="What councils drop: <authority>/<YYYY-MM>/, any CSV or XLSX. Read, never modified.",
    group_name="ingestion",
    kinds={"csv", "excel"},
)


calendar_day = dg.AssetSpec(
    ["quality", "as_of"],
    description="The day that counts as today for what is due; every run sets it.",
    group_name="ingestion",
    kinds={"duckdb"},
)


@dg.asset(key=LEDGER, deps=[landing_files], group_name="ingestion", kinds={"duckdb"})
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
            say=log.info,
        )
        findings.set_today(con, settings().today)
    counts = {status: [s for _, s in received].count(status) for status in {s for _, s in received}}
    return dg.MaterializeResult(metadata={"parts received": len(received)} | counts)


commentaries = dg.AssetSpec(
    ["commentary", "files"],
    description="What officers write of a month: commentary/<YYYY-MM>.md. Read, never modified.",
    group_name="ingestion",
    kinds={"markdown"},
)


@dg.asset(key=["commentary", "typed_figures"], deps=[commentaries], group_name="ingestion", kinds={"duckdb"})
def typed_figures(warehouse: Warehouse) -> dg.MaterializeResult:
    """One row per number typed by hand in a sentence about a measure, and month that it may be of."""
    with connect(settings().warehouse) as con:
        return dg.MaterializeResult(metadata={"numbers": commentary.load(con, settings().commentary)})


def _column_schema(contract: Contract) -> dg.TableSchema:
    columns = raw_columns(contract).items()
    return dg.TableSchema([dg.TableColumn(name, kind, description) for name, (kind, description) in columns])


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["raw", contract.extract],
            deps=[LEDGER],
            group_name="ingestion",
            kinds={"duckdb"},
            description=f"{contract.title}: {contract.description}",
            metadata={"dagster/column_schema": _column_schema(contract)},
        )
        for contract in load_contracts().values()
    ],
    partitions_def=reporting_months,
    backfill_policy=dg.BackfillPolicy.single_run(),
    can_subset=True,
)
def raw(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
    """What the ledger accepted for these months, as text, every version kept: raw/<extract> for each contract.

    One step for all of them, so that files are loaded beside each other.
    """
    months = [date.fromisoformat(key) for key in context.partition_keys]
    selected = [c for c in load_contracts().values() if dg.AssetKey(["raw", c.extract]) in context.selected_asset_keys]
    with connect(settings().warehouse) as con:
        loaded = load(con, selected, settings().vault, months, say=log.info)
    for extract, rows in loaded.items():
        yield dg.MaterializeResult(asset_key=["raw", extract], metadata={"dagster/row_count": rows})


class ByLayer(DagsterDbtTranslator):
    """A group for each schema, and dbt's descriptions without the SQL that Dagster adds to them."""

    def get_group_name(self, dbt_resource_props: Mapping) -> str:
        return dbt_resource_props["schema"]

    def get_description(self, dbt_resource_props: Mapping) -> str:
        return dbt_resource_props["description"]


translator = ByLayer()
project = DbtProject(project_dir=dbt.PROJECT, profiles_dir=dbt.PROJECT, target_path=settings().dbt_target)
manifest_path = dbt.manifest()


@dbt_assets(
    manifest=manifest_path, project=project, dagster_dbt_translator=translator, exclude="resource_type:unit_test"
)
def dbt_models(context: dg.AssetExecutionContext, warehouse: Warehouse):
    """Every model, seed and data test in one `dbt build` in this process."""
    manifest = json.loads(manifest_path.read_text())
    selection = []
    if context.is_subset:
        selection = get_updated_cli_invocation_params_for_context(context, manifest, translator).selection_args
    with connect(settings().warehouse) as con:
        full_refresh = context.run.tags.get(FULL_REFRESH) == "true" or not findings.is_built_upon(con)
    log.info("Building the marts%s", " anew" if full_refresh else "")
    results = dbt.build(*selection, full_refresh=full_refresh)
    tests = [r for r in results if r.node.resource_type == "test" and r.status in ("pass", "warn", "fail")]
    with connect(settings().warehouse) as con:
        verdicts = [(_dbt_check(r.node), "passed" if r.status == "pass" else "failed", r.failures or 0) for r in tests]
        findings.record(con, context.run.run_id, "dbt", verdicts)
        if not context.is_subset:
            findings.record_build(con, context.run.run_id, is_whole=not any(r.status == "error" for r in results))
    for result in results:
        if result.node.resource_type in ("model", "seed") and result.status == "success":
            yield dg.MaterializeResult(asset_key=_asset_key(manifest, result.node.unique_id))
    for result, (check, status, breaches) in zip(tests, verdicts, strict=True):
        if result.node.attached_node:  # a singular test has none; its verdict is recorded all the same
            yield dg.AssetCheckResult(
                asset_key=_asset_key(manifest, result.node.attached_node),
                check_name=result.node.name,
                passed=status == "passed",
                metadata={"breaches": breaches, "reason": check.reason},
                severity=dg.AssetCheckSeverity.ERROR if check.severity == "error" else dg.AssetCheckSeverity.WARN,
            )
    if broken := [r for r in results if r.status == "error"]:
        raise dg.Failure("; ".join(f"{r.node.name}: {_first_lines(r.message)}" for r in broken))
    if failed := [check.check_id for check, status, _ in verdicts if status == "failed" and check.severity == "error"]:
        raise dg.Failure(f"dbt tests failed: {', '.join(failed)}")


def _dbt_check(node) -> Check:
    """A dbt test in the words of the check register."""
    tested = node.attached_node.split(".")[-1] if node.attached_node else "the project"
    return Check(
        check_id=node.name,
        table=tested,
        severity="warning" if node.config.severity.lower() == "warn" else "error",
        reason=node.description or node.name.replace("_", " "),
    )


def _asset_key(manifest: dict, unique_id: str) -> dg.AssetKey:
    return translator.get_asset_spec(manifest, unique_id, project).key


def _first_lines(message: str | None) -> str:
    lines = [line.strip() for line in (message or "").splitlines() if line.strip()]
    return ": ".join(lines[:2])


@dg.asset(
    key=PUBLICATION,
    group_name="publication",
    kinds={"duckdb", "parquet"},
    deps=[key for key in dbt_models.keys if key.path[0] in READERS_SCHEMAS],
    # what the schedule began is to be with readers by the end of its day; Dagster's pages show when it is not
    freshness_policy=dg.FreshnessPolicy.cron(
        deadline_cron=f"59 23 {settings().schedule_day} * *",
        lower_bound_delta=timedelta(hours=24),
        timezone="Europe/London",
    ),
)
def publication(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """What readers see: the published schemas in one file and as Parquet, replaced in one atomic step."""
    with connect(settings().warehouse) as con:
        blocking = blocking_checks() - idle(con)
    try:
        made = publish(
            settings().warehouse,
            settings().published,
            context.run.run_id,
            blocking,
            dbt.private_tables(),
            settings().memory,
            isolating_checks(),
            settings().publish_per_authority,
            say=log.info,
        )
    except HeldBack as held:
        raise dg.Failure(f"publication held back: {held}") from None
    return dg.MaterializeResult(
        metadata={
            "publication": made.publication_id,
            "tables": made.tables,
            "months": made.months,
            "held back": [authority.authority_name for authority in made.held_back],
        }
    )


@dg.asset(key=PACK, group_name="publication", kinds={"html", "excel"}, deps=[PUBLICATION])
def scrutiny_pack() -> dg.MaterializeResult:
    """What members look at: the scrutiny pack of each authority's latest month, as HTML, PDF and XLSX, for the team."""
    from reporting.pack.make import make  # seconds of imports that only a pack needs
    from reporting.pack.published import authorities

    codes = {folder: code for code, _, folder, _ in authorities(settings().published)}
    wanted = codes.keys() if settings().pack_folders is None else settings().pack_folders
    for unknown in sorted(wanted - codes.keys()):
        log.warning("CSC_PACKS_FOR names %s, which has no figures; those that have: %s", unknown, ", ".join(codes))
    made = [
        make(settings().published, codes[folder], None, "internal", None, settings().packs, settings().commentary)
        for folder in codes
        if folder in wanted
    ]
    for pack in made:
        is_made = "Made the scrutiny pack of" if pack.is_new else "Nothing changes the scrutiny pack of"
        log.info("%s %s in %s", is_made, f"{pack.month:%B %Y}", pack.files[0].parent)
        for problem in pack.problems:
            log.warning("%s", problem)
    return dg.MaterializeResult(metadata={"files": [str(file) for pack in made for file in pack.files]})
