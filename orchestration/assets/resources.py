"""What assets and checks run with: the private warehouse, made where there is none, and locked."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import dagster as dg
import duckdb

from orchestration.run_lock import run_lock
from orchestration.settings import settings
from orchestration.warehouse import connect, prepare


class Warehouse(dg.ConfigurableResource["Warehouse"]):
    """The private warehouse for one run: made where there is none, and locked against any other run."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:  # noqa: ARG002 (Dagster's)
        """Hold the lock while the run lasts."""
        with run_lock(settings().home_dir):
            prepare(self.path)
            yield self

    @property
    def path(self) -> Path:
        """The file."""
        return settings().warehouse

    def connect(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Open the file."""
        return connect(self.path)
