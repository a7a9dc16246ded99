"""Build every model on DuckDB and on Spark from the same rows, and compare what they made."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engines import rows, session
from engines.cluster import Size, cluster
from engines.compare import Compared, compare
from orchestration import dbt
from orchestration.settings import settings
from orchestration.warehouse import connect

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

Say = Callable[[str], None]


@dataclass(frozen=True)
class Node:
    """What became of a model or data test on one engine: dbt's word for it, and seconds."""

    name: str
    kind: str
    status: str
    seconds: float
    message: str = ""


@dataclass
class Result:
    """Both builds and the comparison. Nodes are by dbt's id; `not_compared` are the tables that an engine lacks."""

    duckdb: dict[str, Node] = field(default_factory=dict)
    spark: dict[str, Node] = field(default_factory=dict)
    tables: dict[str, Compared] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        """Whether every model and test ended in the same way on both engines, and every table has the same rows."""
        ends = {
            node_id: [side[node_id].status if node_id in side else "missing" for side in (self.duckdb, self.spark)]
            for node_id in self.duckdb | self.spark
        }
        return all(a == b for a, b in ends.values()) and not any(t.differing for t in self.tables.values())


def build_both(folder: Path, size: Size, say: Say, *selection: str) -> Result:
    """Build on both engines in CSC_HOME, whose files have been loaded; Spark's tables and logs are put into `folder`.

    The tables of the private warehouse are made anew by DuckDB: nothing else in the home changes.
    """
    result = Result()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    manifest = _parsed("duckdb")
    with connect(settings().warehouse, read_only=True) as con:  # before DuckDB adds to what earlier builds found
        read = rows.read_by_models(manifest) + rows.remembered(manifest, con)
        rows.export(con, read, folder / "read")
    say("Building on DuckDB")
    began = time.monotonic()
    result.duckdb = _build("duckdb", manifest, *selection)
    result.seconds["DuckDB"] = time.monotonic() - began
    say("Starting Spark")
    began = time.monotonic()
    secret = settings().child_key_secret
    with (
        cluster(folder, size) as remote,
        session.begun(remote, secret.get_secret_value() if secret else None) as spark,
    ):
        rows.register(spark, read, folder / "read")
        result.seconds["Spark: start and rows"] = time.monotonic() - began
        say("Building on Spark")
        parsed = _parsed("spark")
        began = time.monotonic()
        result.spark = _build("spark", parsed, *selection)
        result.seconds["Spark"] = time.monotonic() - began
        made = {node_id: rows.files_of(spark, name) for node_id, name in _tables(manifest, result.spark).items()}
    say("Comparing")
    with connect(settings().warehouse) as con:
        result.tables = {node_id: compare(con, result.spark[node_id].name, files) for node_id, files in made.items()}
    return result


def _parsed(target: str) -> "Manifest":
    done = dbt.invoke("parse", "--no-write-json", target=target)
    return done.result  # type: ignore[return-value]  # what `parse` gives


def _build(target: str, manifest: "Manifest", *selection: str) -> dict[str, Node]:
    arguments = ["build", "--full-refresh", "--no-write-json", *selection]
    excluded = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "seed"]
    done = dbt.invoke(*arguments, *excluded, parsed=manifest, target=target)
    if done.result is None:
        raise dbt.DbtError(f"dbt did not build on {target}")
    return {
        each.node.unique_id: Node(
            f"{each.node.schema}.{each.node.name}", str(each.node.resource_type), str(each.status),
            each.execution_time, each.message or "",
        )
        for each in done.result.results  # type: ignore[union-attr]  # a `build` has results
    }  # fmt: skip


def _tables(manifest: "Manifest", built: dict[str, Node]) -> dict[str, str]:
    """Return the tables that were made, by dbt's id. A view is seen through the tables that read it."""
    made = {node_id: node for node_id, node in built.items() if (node.kind, node.status) == ("model", "success")}
    return {
        node_id: node.name for node_id, node in made.items() if manifest.nodes[node_id].config.materialized != "view"
    }
