"""What readers see: the publication, and the scrutiny pack made from it."""

import logging
from datetime import timedelta

import dagster as dg

from data_quality.checks import blocking_checks, isolating_checks
from data_quality.unjudged import idle
from orchestration import dbt, modes, packs
from orchestration.assets.dbt_models import dbt_models
from orchestration.assets.resources import Warehouse
from orchestration.good_months import without
from orchestration.packs import PackError
from orchestration.settings import settings
from publication.holding import HeldBack
from publication.publish import publish

log = logging.getLogger("csc")
PUBLICATION = dg.AssetKey(["published", "csc"])
PACK = dg.AssetKey(["packs", "scrutiny_pack"])
visibility = dbt.readers_see()


@dg.asset(
    key=PUBLICATION,
    group_name="publication",
    kinds={"duckdb", "parquet"},
    # Dagster leaves out what follows an asset that was not made, and a run makes seeds only when one has changed
    deps=[key for key in dbt_models.keys if visibility.schema_of(".".join(key.path)) not in (None, "reference")],
    # what the schedule began is to be with readers by the end of its day; Dagster's pages show when it is not
    freshness_policy=dg.FreshnessPolicy.cron(
        deadline_cron=f"59 23 {settings().schedule_day} * *",
        lower_bound_delta=timedelta(hours=24),
        timezone="Europe/London",
    ),
)
def publication(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """What readers see: the published schemas in one file and as Parquet, replaced in one atomic step."""
    with warehouse.connect() as con:
        blocking = blocking_checks() - idle(con)
    modes.let_readers_through(settings().home_dir, settings().readers)
    try:
        with packs.owing():
            made = publish(
                warehouse.path,
                settings().published,
                context.run.run_id,
                blocking,
                visibility,
                settings().memory,
                isolating_checks(),
                settings().publish_per_authority,
                say=log.info,
                without=without,
                group=settings().readers,
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
def scrutiny_pack() -> dg.MaterializeResult[None]:
    """What members look at: the scrutiny pack of each authority's latest month, as HTML, PDF and XLSX, for the team."""
    try:
        made = packs.make_all()
    except PackError as failed:
        raise dg.Failure(str(failed)) from None
    return dg.MaterializeResult(metadata={"files": [str(file) for pack in made for file in pack.files]})
