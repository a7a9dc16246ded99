"""Dagster's event log in one SQLite file, behind one engine for the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from sqlalchemy import Connection, Engine, bindparam, create_engine, event, inspect, text

# what a run says it will do and what it hands from step to step: of one that ended well nobody asks again, and it is
# two thirds of what a run adds. What was made and what was checked stays
PASSING = ("ASSET_MATERIALIZATION_PLANNED", "ASSET_CHECK_EVALUATION_PLANNED", "STEP_OUTPUT")
TRIM = (
    text("delete from event_logs where run_id = :run_id and dagster_event_type in :passing").bindparams(
        bindparam("passing", expanding=True)
    ),
    text("delete from asset_check_executions where run_id = :run_id and execution_status = 'PLANNED'"),
)


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

    def trim(self, run_id: str) -> None:
        """Remove what is of no use once a run has ended well. The file uses the room again."""
        with self._connect() as connection:
            for statement in TRIM:
                asked = {"run_id": run_id, "passing": PASSING}
                connection.execute(statement, {name: asked[name] for name in statement.compile().params})

    def delete_events(self, run_id: str) -> None:
        """Remove everything of a run, the verdicts of its checks too, which Dagster itself would keep for ever."""
        super().delete_events(run_id)
        with self._connect() as connection:
            connection.execute(text("delete from asset_check_executions where run_id = :run_id"), {"run_id": run_id})
