"""dbt inside the process of the run: its project, its manifest and one `build`."""

import logging
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion import encryption
from orchestration.modes import make_home
from orchestration.settings import REPOSITORY, settings
from publication import visibility
from publication.visibility import Visibility

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

log = logging.getLogger("csc")
PROJECT = REPOSITORY / "dbt_project"
PARSED = ("models", "macros", "tests")
SEEDS = REPOSITORY / "seeds" / "reference"
PRIVATE = ("path:models/staging", "path:models/intermediate", "path:models/measures", "config.meta.private:true")
PRIVATE_VIEWS = [f"config.materialized:view,{where}" for where in PRIVATE]
OVERRIDES = REPOSITORY / "orchestration" / "overrides"


class DbtError(Exception):
    """dbt could not do its work: the message is dbt's own."""


@dataclass(frozen=True)
class Built:
    """What became of one seed, model or data test. `kind` and `status` are dbt's words.

    `failures` counts the rows that a test found. `tested` is the id of the model that a test is attached to; a singular
    test has none.
    """

    unique_id: str
    name: str
    kind: str
    status: str
    failures: int
    message: str
    description: str
    tested: str | None
    is_warning: bool


def invoke(*arguments: str, parsed: "Manifest | None" = None, target: str | None = None) -> "dbtRunnerResult":
    """Run one dbt command in this process, with its artefacts below CSC_HOME, on what was `parsed` before if given.

    `target` is one of profiles.yml; the profile's own when None.

    Raises `DbtError` when dbt itself breaks; a model that fails is in the result.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner  # seconds to import

    make_home(settings().home_dir)
    # what dbt parsed for one engine is of no use for another
    artefacts = settings().dbt_target / "spark" if target == "spark" else settings().dbt_target
    places = ["--project-dir", PROJECT, "--profiles-dir", PROJECT]
    places += ["--target-path", artefacts, "--log-path", artefacts / "logs"]
    if key := encryption.key():  # dbt leaves variables of this prefix out of all that it writes
        os.environ["DBT_ENV_SECRET_CSC_KEY"] = key.hex()
        if arguments[0] != "parse" and target is None:  # parse opens nothing, and nobody looks at other targets' files
            _wait_until_free()
        target = f"encrypted_{target}" if target == "replay" else target
    engine = ["--target", target] if target else []
    quiet = ["--log-level", "none", "--log-level-file", "none"]
    try:
        result = dbtRunner(manifest=parsed).invoke([*arguments, *engine, *map(str, places), *quiet])
    finally:
        # dbt keeps its connection open until its process ends, and would lock the next step out of the file
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if result.exception:
        raise DbtError(str(result.exception))
    return result


def _wait_until_free() -> None:
    """Wait while somebody looks at the warehouse: dbt tries once to attach a file, and a plain one again and again."""
    from orchestration.warehouse import connect

    if settings().warehouse.exists():
        with connect(settings().warehouse):
            pass


@cache
def prepare() -> "Future[Manifest]":
    """Begin to import dbt and to parse the project in a thread, while this process waits for another anyway."""
    pool = ThreadPoolExecutor(max_workers=1)
    parsing = pool.submit(lambda: invoke("parse", "--no-write-json").result)
    pool.shutdown(wait=False)
    return parsing  # type: ignore[return-value]  # what `parse` gives


def build(*selection: str, full_refresh: bool = False, target: str | None = None) -> list[Built]:
    """Run seeds, models and data tests in one command; return the result of each."""
    selection += ("--full-refresh",) if full_refresh else ()
    return run_nodes("build", *selection, parsed=prepare().result(), target=target)


def run_nodes(*arguments: str, parsed: "Manifest", target: str | None = None) -> list[Built]:
    """Run a command of dbt that runs nodes, without unit tests; return the result of each node."""
    left_out = ("--exclude-resource-type", "unit_test") if arguments[0] == "build" else ()
    done = invoke(*arguments, *left_out, "--no-write-json", parsed=parsed, target=target)
    return [_built(result) for result in done.result.results]  # type: ignore[union-attr]  # such a command has results


def build_measures(*selection: str) -> list[Built]:
    """Run what `marts.kpi_as_at` is made of, without tests, in the warehouse of a replay; return the result of each."""
    arguments = ("build", "--select", "+kpi_as_at", *selection, "--resource-type", "model", "--resource-type", "seed")
    return run_nodes(*arguments, parsed=prepare().result(), target="replay")


def without_what_stays(empty: Iterable[str]) -> list[str]:
    """Return the arguments of a build by the code of the last one: no seeds, private views or models of these datasets.

    A seed or a view stays as it is until the code changes, and a dataset that never came has no rows. Dagster would
    leave out what follows a published view, and dbt the tests of a view alone.
    """
    models = [pattern for name in sorted(empty) for pattern in (f"path:models/staging/{name}", f"int_*__{name}")]
    return ["--exclude", "resource_type:seed", *PRIVATE_VIEWS, *models]


def _built(result: Any) -> Built:
    node = result.node
    return Built(
        unique_id=node.unique_id,
        name=node.name,
        kind=str(node.resource_type),
        status=str(result.status),
        failures=result.failures or 0,
        message=result.message or "",
        description=node.description,
        tested=getattr(node, "attached_node", None),
        is_warning=str(getattr(node.config, "severity", "error")).lower() == "warn",
    )


def manifest() -> Path:
    """Return the file of dbt's manifest, parsed again only where a file of the project has changed."""
    path, parsed = settings().dbt_target / "manifest.json", settings().dbt_target / "parsed"
    here = sha256("".join(sorted(map(_as_it_is, _project_files()))).encode()).hexdigest()
    if not path.exists() or not parsed.exists() or parsed.read_text() != here:
        log.info("Parsing the dbt project, which has changed")
        invoke("parse")
        parsed.write_text(here)
    return path


def readers_see() -> Visibility:
    """Return what readers see of the tables that dbt builds."""
    return visibility.of_manifest(manifest())


def _project_files() -> Iterator[Path]:
    yield from (path for path in PROJECT.iterdir() if path.suffix == ".yml")
    for folder in [*(PROJECT / name for name in PARSED), SEEDS, OVERRIDES]:
        yield folder
        yield from (path for path in folder.rglob("*") if path.suffix in {".sql", ".yml", ".md", ".csv"})


def _as_it_is(path: Path) -> str:
    """Return a file's place, time and size: whether it is newer than another the clock may tell wrongly."""
    stat = path.stat()
    return f"{path}@{stat.st_mtime_ns}:{stat.st_size if path.is_file() else 0}\n"
