"""Dagster's event log in one SQLite file, behind one engine for the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event, inspect


class OneEngineEventLogStorage(ConsolidatedSqliteEventLogStorage):
    """Dagster's own storage, which makes an engine for every event and waits for the disk at each.

    Here connections stay open, tables are looked for once, and the disk is waited for when the log is tidied. After a
    power cut the last events may be missing, never the log.
    """

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(self._conn_string, connect_args={"timeout": 60})
        event.listen(engine, "connect", lambda connection, _: connection.execute("pragma synchronous = normal"))
        return engine

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    @cached_property
    def _tables(self) -> set[str]:
        return set(inspect(self._engine).get_table_names())

    def has_table(self, table_name: str) -> bool:
        """Return whether the log has the table."""
        return table_name in self._tables
