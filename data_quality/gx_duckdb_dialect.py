"""SQLAlchemy dialect `duckdb+gx`: DuckDB as Great Expectations needs it.

Great Expectations fetches a result after it has closed the connection; DuckDB drops a pending result then, and every
expectation would err. Here each result is buffered as soon as it is made.
"""

from duckdb_sqlalchemy import Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy


class _BufferedContext(Dialect.execution_ctx_cls):  # type: ignore[misc]  # it comes without types
    def post_exec(self) -> None:
        super().post_exec()
        if self.cursor is not None and self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor,
                alternate_description=self.cursor.description,
                initial_buffer=self.cursor.fetchall(),
            )


class GxDuckDBDialect(Dialect):  # type: ignore[misc]
    """DuckDB's dialect whose results outlive their connection."""

    driver = "gx"
    supports_statement_cache = True
    execution_ctx_cls = _BufferedContext


registry.register("duckdb.gx", __name__, "GxDuckDBDialect")
