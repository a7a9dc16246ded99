"""What the checks of the last runs said."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from publication import queries
from publication.holding import FailedCheck

HERE = Path(__file__).parent


@dataclass(frozen=True)
class LastChecks:
    """The run whose checks came last, and when a file last came or was loaded, or a finding was accepted.

    All None before the first checks.
    """

    run_id: str | None
    code_version: str | None
    checked_at: datetime | None
    changed_at: datetime | None


def last_checks(con: duckdb.DuckDBPyConnection) -> LastChecks:
    """Return which run checked last; none of a warehouse that older code made, for it has to be made again."""
    if not queries.value(con, HERE / "accepted_table.sql"):
        return LastChecks(None, None, None, None)
    (found,) = queries.rows(con, HERE / "last_checks.sql", LastChecks)
    return found


def errors_of_run(con: duckdb.DuckDBPyConnection, run_id: str) -> list[FailedCheck]:
    """Return the checks of severity error that did not pass in a run."""
    return queries.rows(con, HERE / "errors_of_run.sql", FailedCheck, {"run_id": run_id})


def runs_with_errors(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the ids of the runs in which a check of severity error failed."""
    return {run_id for (run_id,) in queries.run(con, HERE / "runs_with_errors.sql").fetchall()}


def open_errors(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the checks of severity error with an open finding."""
    return [check_id for (check_id,) in queries.run(con, HERE / "open_errors.sql").fetchall()]


def known(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return every check that ever gave a verdict or a finding."""
    return [check_id for (check_id,) in queries.run(con, HERE / "known_checks.sql").fetchall()]
