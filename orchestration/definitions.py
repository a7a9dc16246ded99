"""The code location: everything Dagster shows and runs."""

import dagster as dg

from orchestration.alert_sensors import alert_sensors
from orchestration.assets.dbt_models import dbt_models
from orchestration.assets.ingestion import (
    calendar_day,
    commentaries,
    decisions,
    erased,
    findings_before,
    ingest_ledger,
    landing_files,
    months_known,
    raw,
    spellings_judged,
    spellings_met,
    typed_figures,
    values_known,
)
from orchestration.assets.publication import publication, scrutiny_pack
from orchestration.assets.resources import Warehouse
from orchestration.checks import audit, contracts
from orchestration.schedules import landing_folder, month_just_ended, monthly_refresh, packs_again

defs = dg.Definitions(
    assets=[
        calendar_day,
        decisions,
        *erased,
        findings_before,
        months_known,
        values_known,
        spellings_met,
        spellings_judged,
        landing_files,
        ingest_ledger,
        commentaries,
        typed_figures,
        raw,
        dbt_models,
        publication,
        scrutiny_pack,
    ],
    asset_checks=[contracts, audit],
    jobs=[monthly_refresh, packs_again],
    schedules=[month_just_ended],
    sensors=[landing_folder, *alert_sensors],
    resources={"warehouse": Warehouse()},
    executor=dg.in_process_executor,  # two steps would fight for the one file, and each process imports for seconds
)
