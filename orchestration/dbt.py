"""dbt inside the process of the run: its project, one parse and one `build`."""

import json
import logging
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

from orchestration.settings import REPOSITORY, settings

log = logging.getLogger("csc")
PROJECT = REPOSITORY / "dbt_project"
READ_BY_DBT = [PROJECT, REPOSITORY / "seeds" / "reference"]


class DbtFailed(Exception):
    """dbt could not do its work: the message is dbt's own."""


def invoke(*arguments: str, parsed=None):
    """Run one dbt command in this process, its artefacts below CSC_HOME. Raises `DbtFailed` when dbt itself breaks.

    `parsed` is the manifest of an earlier `parse`, which saves the command from parsing again.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner  # seconds to import

    settings().home_dir.mkdir(parents=True, exist_ok=True)
    places = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", settings().dbt_target]
    quiet = ["--log-level", "none", "--log-level-file", "none"]
    try:
        result = dbtRunner(manifest=parsed).invoke([*arguments, *map(str, places), *quiet])
    finally:
        # one connection for the whole command (opening the file anew for each model costs a third of a build), let go
        # here, for it would lock the next step out
        DuckDBConnectionManager.close_all_connections()
    if result.exception:
        raise DbtFailed(str(result.exception))
    return result


@cache
def prepare() -> Future:
    """Begin to import dbt and to parse the project in a thread, for while this process waits for another anyway."""
    pool = ThreadPoolExecutor(max_workers=1)
    parsing = pool.submit(_parsed)
    pool.shutdown(wait=False)
    return parsing


def _parsed():
    """dbt's manifest: as an earlier parse left it where no file of the project is newer, else parsed now."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.version import __version__

    kept, shown = settings().dbt_target / "partial_parse.msgpack", settings().dbt_target / "manifest.json"
    if _is_fresh(kept) and _is_fresh(shown):
        try:
            manifest = Manifest.from_msgpack(kept.read_bytes())
        except Exception:  # cut off by a run that was killed, or of another shape: dbt, too, parses then
            manifest = None
        if manifest and manifest.metadata.dbt_version == __version__:
            manifest.build_parent_and_child_maps()
            return manifest
    manifest = invoke("parse").result
    for file in (kept, shown):
        os.utime(file)  # dbt leaves a file as it is when a change did not change what it holds
    return manifest


def build(*selection: str, full_refresh: bool) -> list:
    """Seeds, models and data tests, in one command on one parse: the result of each node."""
    selection += ("--full-refresh",) if full_refresh else ()
    arguments = ("build", *selection, "--exclude-resource-type", "unit_test", "--no-write-json")
    return invoke(*arguments, parsed=prepare().result()).result.results


def manifest() -> Path:
    """The file of dbt's manifest, parsed again only when a file of the project is newer."""
    path = settings().dbt_target / "manifest.json"
    if not _is_fresh(path):
        log.info("Parsing the dbt project, which has changed")
        prepare().result()
    return path


def _is_fresh(path: Path) -> bool:
    """Whether what dbt made of the project is there, and no file of the project is newer."""
    return path.exists() and path.stat().st_mtime >= max(map(_modified, _project_files()))


def private_tables() -> set[str]:
    """What the published schemas hold that readers never see, as schema.table: models with `private` in their meta."""
    nodes = json.loads(manifest().read_text())["nodes"].values()
    return {f"{node['schema']}.{node['name']}" for node in nodes if node["config"].get("meta", {}).get("private")}


def _project_files() -> Iterator[Path]:
    for folder in READ_BY_DBT:
        yield folder
        yield from (path for path in folder.rglob("*") if path.suffix in {".sql", ".yml", ".md", ".csv"})


def _modified(path: Path) -> float:
    return path.stat().st_mtime
