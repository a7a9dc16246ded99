"""Digests of a warehouse that has these findings and nothing else."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from mail_server import PASSWORD, USER

from alerting import facts
from alerting.digest import RunEnd, compose
from data_quality import findings
from ingestion import ledger

MAIL_SETTINGS = {
    "CSC_ALERT_MAIL_TO": "performance@council.example",
    "CSC_ALERT_MAIL_FROM": "csc@council.example",
    "CSC_ALERT_SMTP_HOST": "127.0.0.1",
    "CSC_ALERT_SMTP_USER": USER.decode(),
    "CSC_ALERT_SMTP_PASSWORD": PASSWORD.decode(),
}
NOW = datetime(2014, 1, 17, 9, 30, tzinfo=UTC)
CROYDON, DECEMBER = "E09000008", date(2013, 12, 1)
AT = "croydon/2013-12/overview.csv, row 9, column YTD (cell K9)"
NEW_CPP = {
    "finding_id": "f1",
    "check_id": "ytd_agrees_with_months",
    "severity": "warning",
    "authority_code": CROYDON,
    "extract": "overview",
    "reporting_month": DECEMBER,
    "month": DECEMBER,
    "measure_id": "cpp_new",
    "observed": 14.0,
    "expected": 268.0,
    "message": "any words",
    "source_ref": AT,
    "status": "open",
    "first_seen_at": datetime(2014, 1, 5, 6),
    "last_seen_at": datetime(2014, 1, 5, 6),
}
LATE = NEW_CPP | {
    "finding_id": "f2",
    "check_id": "extracts_are_delivered",
    "severity": "info",
    "extract": "cpp_duration",
    "measure_id": None,
    "observed": None,
    "expected": None,
    "source_ref": None,
}
REFUSED = LATE | {
    "finding_id": "f3",
    "check_id": "files_are_accepted",
    "severity": "error",
    "extract": None,
    "source_ref": "croydon/2013-12/overview_final.xlsx, sheet Overview",
}


def warehouse(path: Path, *rows: dict) -> None:
    """A private warehouse with these findings and nothing else."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        ledger.prepare(con)
        findings.prepare(con)
        if rows:
            con.begin()
            marks = ", ".join("?" * len(NEW_CPP))
            con.executemany(f"insert into quality.findings values ({marks})", [list(row.values()) for row in rows])
            con.commit()


def known(path: Path) -> list[facts.Finding]:
    with duckdb.connect(str(path), read_only=True) as con:
        return facts.read(con)


def ended(outcome: str = "published", run_id: str = "a-run", **other) -> RunEnd:
    return RunEnd(run_id, NOW, outcome, **other)


def composed(found: list[facts.Finding], told=None, now=NOW, runs=None, readers_see=None):
    return compose(f"{now:%Y%m%dT%H%M%S%f}", now, [ended()] if runs is None else runs, found, told or {}, readers_see)
