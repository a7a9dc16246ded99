"""Dagster's event log in one SQLite file, behind one engine for the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from sqlalchemy import Connection, Engine, NullPool, create_engine


class OneEngineEventLogStorage(ConsolidatedSqliteEventLogStorage):
    """Dagster's own storage makes an engine for every event, which compiles every statement anew: for the 400 events
    of a run, 3 of its seconds. Connections are still made and closed one by one."""

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self._conn_string, poolclass=NullPool, connect_args={"timeout": 60})

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection
