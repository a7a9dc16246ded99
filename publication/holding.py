"""What is held back: everything new, or the authorities whose own rows break a blocking check."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from publication import good_months, queries
from publication.good_months import Held

HERE = Path(__file__).parent


class HeldBack(Exception):  # noqa: N818 (it is an outcome of a run, not an error in it)
    """A blocking check failed: the previous publication stays."""


@dataclass(frozen=True)
class FailedCheck:
    """A check, the status of its latest verdict and how many breaches it counted."""

    check_id: str
    status: str
    breaches: int

    def __str__(self) -> str:
        """Return the check, why it did not pass and how much it found."""
        return f"{self.check_id} {self.status} ({self.breaches} found)"


@dataclass(frozen=True)
class _Breaches:
    check_id: str
    authority_code: str | None
    breaches: int


def not_passed(con: duckdb.DuckDBPyConnection, blocking: Iterable[str]) -> list[FailedCheck]:
    """Return the blocking checks, and dbt's tests, that did not pass after the last file came and the last build."""
    return queries.rows(con, HERE / "not_passed.sql", FailedCheck, {"blocking": sorted(blocking)})


def authorities(
    con: duckdb.DuckDBPyConnection, failed: list[FailedCheck], isolating: Collection[str], published: Path
) -> dict[str, Held]:
    """Return, for each authority held back alone, its code, the checks that hold it back and what readers get of it.

    Raises `HeldBack` where everything is: a check failed that is not one of `isolating`, or could not run; a breach
    names no authority; or nothing would be new, of another authority or of its own good months.
    """
    if not failed:
        return {}
    checks = {"check_ids": [check.check_id for check in failed]}
    found = queries.rows(con, HERE / "open_breaches.sql", _Breaches, checks)
    named = {check.check_id: 0 for check in failed}
    for row in found:
        named[row.check_id] += row.breaches if row.authority_code else 0
    isolated = all(
        check.check_id in isolating and check.status == "failed" and named[check.check_id] == check.breaches
        for check in failed
    )
    at_fault: dict[str, list[str]] = {}
    for row in found if isolated else []:
        at_fault.setdefault(row.authority_code or "", []).append(row.check_id)
    held = good_months.held(con, at_fault, published) if at_fault else {}
    delivering = {code for (code,) in queries.run(con, HERE / "delivering_authorities.sql").fetchall()}
    if not held or not (delivering - held.keys() or any(one.is_new for one in held.values())):
        raise HeldBack("; ".join(map(str, failed)))
    return held
