"""The build of a run on Spark: rows go there as Parquet, and every table that Spark makes comes back.

The private DuckDB file stays what checks and publication read, so nothing after the build knows which engine did it.
"""

import logging
import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from data_quality import findings
from engines import rows, session
from orchestration import dbt
from orchestration.dbt import Built
from orchestration.settings import settings
from orchestration.warehouse import connect

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from pyspark.sql.connect.session import SparkSession

log = logging.getLogger("csc")
SECRET_CHECK = "staging.child_key_secret"  # noqa: S105 (a table): what keys were made with before


def build(run_id: str, full_refresh: bool) -> list[Built]:
    """Run seeds on DuckDB, and models and data tests on Spark, all of them from the start; return the result of each.

    `full_refresh` takes another secret for the children's keys than before. The files that Spark reads are removed at
    the end. Raises `DbtError`, and what pyspark raises when the cluster cannot be reached.
    """
    seeded = dbt.run_nodes("build", "--resource-type", "seed", parsed=dbt.prepare().result())
    manifest: Manifest = dbt.invoke("parse", "--no-write-json", target="spark").result  # type: ignore[assignment]
    read, files = rows.read_by_models(manifest), settings().spark_files / "read"
    secret = settings().child_key_secret
    try:
        with connect(settings().warehouse, read_only=True) as con:
            read += rows.remembered(manifest, con) + [SECRET_CHECK] * rows.is_there(con, SECRET_CHECK)
            rows.export(con, read, files)
        log.info("Building on Spark")
        with session.begun(str(settings().spark_remote), secret.get_secret_value() if secret else None) as spark:
            rows.register(spark, read, files)
            refresh = ("--full-refresh",) if full_refresh else ()
            built = dbt.run_nodes("build", *refresh, "--exclude-resource-type", "seed", parsed=manifest, target="spark")
            _bring(run_id, spark, manifest, built)
    finally:
        shutil.rmtree(files, ignore_errors=True)
    return seeded + built


def _bring(run_id: str, spark: "SparkSession", manifest: "Manifest", built: Iterable[Built]) -> None:
    """Put the rows of Spark's tables into those of the private warehouse, which DuckDB makes: empty, with its types."""
    made = [manifest.nodes[each.unique_id] for each in built if each.kind == "model" and each.status == "success"]
    tables = [f"{node.schema}.{node.alias}" for node in made if node.config.materialized != "view"]
    with connect(settings().warehouse) as con:
        # what is half brought here is nothing that a later build on DuckDB may add to
        findings.record_build(con, run_id, is_whole=False)
    dbt.run_nodes("run", "--empty", "--full-refresh", parsed=dbt.prepare().result())
    with connect(settings().warehouse) as con:
        for table in tables:
            rows.bring(con, table, rows.files_of(spark, table))
    # views that were made empty stay so
    dbt.run_nodes("run", "--select", "config.materialized:view", parsed=dbt.prepare().result())
    with connect(settings().warehouse) as con:
        findings.forget_build(con, run_id)
    log.info("Took %s tables from Spark", len(tables))
