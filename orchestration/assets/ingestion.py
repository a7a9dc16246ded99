"""From files to raw tables: the ledger, the commentaries, and a raw table for each contract."""

import logging
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import date

import dagster as dg

from data_quality import findings
from data_quality.contracts import Contract, load_contracts, raw_columns
from ingestion import commentary, limits
from ingestion.load import load
from ingestion.receive import receive
from orchestration import logs
from orchestration.assets.resources import Warehouse
from orchestration.settings import settings

warnings.simplefilter("ignore", dg.BetaWarning)  # backfill policies are Dagster's beta; the version is pinned
log = logging.getLogger("csc")

LEDGER = dg.AssetKey(["quality", "ingest_ledger"])
reporting_months = dg.MonthlyPartitionsDefinition(
    start_date=settings().first_month.isoformat(),
    timezone="Europe/London",
    end_offset=1,  # the current month too, for councils that deliver before it ends
)
landing_files = dg.AssetSpec(
    ["landing", "files"],
    description="What councils drop: <authority>/<YYYY-MM>/, any CSV or XLSX. Read, never modified.",
    group_name="ingestion",
    kinds={"csv", "excel"},
)
calendar_day = dg.AssetSpec(
    ["quality", "as_of"],
    description="The day that counts as today for what is due. Every run sets it.",
    group_name="ingestion",
    kinds={"duckdb"},
)
findings_before = dg.AssetSpec(
    ["quality", "findings"],
    description="What the checks of the runs before found. A list that was overdue stays awaited by it.",
    group_name="ingestion",
    kinds={"duckdb"},
)
decisions = dg.AssetSpec(
    ["decisions", "accepted"],
    description="What people accepted with csc accept. Kept as long as the private warehouse.",
    group_name="ingestion",
    kinds={"duckdb"},
)
erased = [
    dg.AssetSpec(
        ["decisions", table],
        description=f"{what} From the receipts that csc erase and csc retention leave in the vault.",
        group_name="ingestion",
        kinds={"duckdb"},
    )
    for table, what in (
        ("erased_children", "Whose data was erased, under the keyed hash of their ids."),
        ("erased_counts", "How often they had counted in each measure."),
    )
]
months_known = dg.AssetSpec(
    ["history", "reporting_months"],
    description="Of which reporting months it is kept what they knew of the measures. Each run adds the latest.",
    group_name="ingestion",
    kinds={"duckdb"},
)
values_known = dg.AssetSpec(
    ["history", "kpi_values"],
    deps=[months_known],
    description="What each of these reporting months knew of the measures. Readers see it as marts.kpi_as_at.",
    group_name="ingestion",
    kinds={"duckdb"},
)
spellings_met = dg.AssetSpec(
    ["spelling", "spellings_met"],
    description="How often a delivery has a spelling that code_spellings.csv does not know. Readers do not see it.",
    group_name="ingestion",
    kinds={"duckdb"},
)
spellings_judged = dg.AssetSpec(
    ["spelling", "spellings_judged"],
    deps=[spellings_met],
    description="What the rules make of each of these spellings: a code with its evidence, or suggestions.",
    group_name="ingestion",
    kinds={"duckdb"},
)
commentaries = dg.AssetSpec(
    ["commentary", "files"],
    description="What officers write about a month: commentary/<YYYY-MM>.md. Read, never modified.",
    group_name="ingestion",
    kinds={"markdown"},
)


@dg.asset(key=LEDGER, deps=[landing_files], group_name="ingestion", kinds={"duckdb"})
def ingest_ledger(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """One row per file delivered: new files go to the vault, are identified and entered, before any row is loaded."""
    logs.write_down()  # of a run that Dagster's daemon started, this is the first step
    log.info("Receiving files from %s", settings().landing_dir)
    limits.use(settings().limits)
    with warehouse.connect() as con:
        received = receive(
            con,
            settings().landing_dir,
            settings().vault,
            load_contracts(),
            settings().first_month,
            say=log.info,
            settled_seconds=settings().settled_seconds,
        )
        findings.set_today(con, settings().today)
    return dg.MaterializeResult(metadata={"parts received": len(received), **Counter(status for _, status in received)})


@dg.asset(key=["commentary", "typed_figures"], deps=[commentaries], group_name="ingestion", kinds={"duckdb"})
def typed_figures(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """One row per number typed by hand in a sentence about a measure, and month that it may be for."""
    with warehouse.connect() as con:
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
def raw(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Load what the ledger accepted for these months, as text, every version kept: raw/<extract> for each contract.

    One step for all of them, so that files are loaded side by side.
    """
    months = [date.fromisoformat(key) for key in context.partition_keys]
    selected = [c for c in load_contracts().values() if dg.AssetKey(["raw", c.extract]) in context.selected_asset_keys]
    limits.use(settings().limits)
    with warehouse.connect() as con:
        loaded = load(con, selected, settings().vault, months, say=log.info)
    for extract, rows in loaded.items():
        yield dg.MaterializeResult(asset_key=["raw", extract], metadata={"dagster/row_count": rows})
