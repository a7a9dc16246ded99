"""Everything found wrong, also what readers do not see because it holds a publication back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from publication import file_names, queries
from publication.authorities import names
from publication.file_names import Names

HERE = Path(__file__).parent
SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """One row of `quality.findings`.

    `holds_back` is set for an open error: the name of the authority whose new data readers do not see, or 'everything'.
    """

    finding_id: str
    check_id: str
    severity: str
    authority_code: str | None
    extract: str | None
    reporting_month: date | None
    month: date | None
    measure_id: str | None
    observed: float | None
    expected: float | None
    message: str
    source_ref: str | None
    status: str
    first_seen_at: datetime
    last_seen_at: datetime
    holds_back: str | None
    published_as: str | None = None
    """Where readers are told it is, if the name of its file or sheet may not leave."""


@dataclass(frozen=True)
class WorstFinding:
    """The worst finding of one check, and how many `found` there are of that check."""

    check_id: str
    severity: str
    found: int
    message: str
    source_ref: str | None


def open_findings(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the open findings of each severity."""
    counted = dict(queries.run(con, HERE / "open_findings.sql").fetchall())
    return {severity: counted.get(severity, 0) for severity in SEVERITIES}


def worst(con: duckdb.DuckDBPyConnection) -> list[WorstFinding]:
    """Return one open finding of each check, the most serious first."""
    return queries.rows(con, HERE / "worst_findings.sql", WorstFinding, {"lost": lost(con)})


def lost(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the ids of the open findings that are told first: figures of the latest month that cannot be read."""
    return [finding_id for (finding_id,) in queries.run(con, HERE / "lost_figures.sql").fetchall()]


def findings(
    con: duckdb.DuckDBPyConnection,
    isolating: Iterable[str],
    severity: str | None = None,
    check_id: str | None = None,
    with_resolved: bool = False,
    file: str | None = None,
) -> list[Finding]:
    """Return findings, the most serious first, of one file if it is given by its path.

    `isolating` names the checks that hold back one authority only.
    """
    asked = {
        "severity": severity,
        "check_id": check_id,
        "with_resolved": with_resolved,
        "isolating": sorted(isolating),
    }
    known, outside = names(con), file_names.of(con)
    found = queries.rows(con, HERE / "findings.sql", Finding, asked)
    return [
        replace(
            finding,
            holds_back=known.get(finding.holds_back or "", finding.holds_back),
            published_as=_published_as(finding.source_ref, outside),
        )
        for finding in found
        if file is None or f"{finding.source_ref}, ".startswith(f"{file}, ")
    ]


def _published_as(source_ref: str | None, outside: Names) -> str | None:
    shown = source_ref and outside.shown(source_ref)
    return shown if shown != source_ref else None
