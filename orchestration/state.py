"""What the warehouse says of itself: what landed, what is settled, what was found. Reads only."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from data_quality.checks import isolating_checks
from data_quality.findings import code_version
from ingestion import commentary
from ingestion.landing import deliveries
from ingestion.ledger import news, pending
from ingestion.tables import plural
from orchestration.processes import PROCESS_TAG, is_alive
from orchestration.settings import Settings
from orchestration.warehouse import connect
from publication import holding, publish

SEVERITIES = ("error", "warning", "info")
RUNS_SHOWN = 5


def read_month(text: str) -> date:
    """YYYY-MM as the first day of that month. Raises `ValueError` for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        raise ValueError(f"'{text}' is no month; write it as YYYY-MM, such as 2013-12") from None


def parse_month(text: str, first: date) -> date:
    """As `read_month`; raises `ValueError` for a month outside `first` to today, too."""
    month = read_month(text)
    if not first <= month <= datetime.now(UTC).date():
        raise ValueError(f"'{text}' is no reporting month; it lies before {first:%B %Y} or has not begun")
    return month


def prepare_dagster(settings: Settings) -> None:
    """Give Dagster its home and settings below CSC_HOME."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).with_name("dagster.yaml"), settings.dagster_home / "dagster.yaml")


def settled(settings: Settings) -> str | None:
    """'published', 'published_in_part', 'held_back' or 'nothing_landed' when nothing is left to do, else None.

    Derived, not remembered: nothing new in the landing folder nor in the commentaries, nothing accepted but not loaded,
    the checks made after the last load by the code as it is now, and either one of them blocking or a publication of
    that very run.
    """
    if not settings.warehouse.exists():
        return None if deliveries(settings.landing_dir) else "nothing_landed"
    with connect(settings.warehouse, read_only=True) as con:
        if news(con, settings.landing_dir) or pending(con) or commentary.is_changed(con, settings.commentary):
            return None
        last_change, last_check, version, run_id = con.execute(
            """
            select
                (select max(greatest(presence_changed_at, loaded_at)) from quality.ingest_ledger),
                max(checked_at),
                max_by(code_version, checked_at),
                max_by(run_id, checked_at)
            from quality.check_results
            """
        ).fetchone()
        if last_check is None or (last_change and last_check < last_change) or version != code_version():
            return None
        failed = con.execute(
            """
            select check_id, status, breaches from quality.check_results
            where run_id = ? and severity = 'error' and status <> 'passed'
            """,
            [run_id],
        ).fetchall()
        if any(status == "could_not_run" for _, status, _ in failed):
            return None
        for publication in publish.publications(settings.published):
            if publication.run_id == run_id:
                return "published_in_part" if publication.held_back else "published"
        try:
            holding.authorities(con, failed, isolating_checks())
        except holding.HeldBack:
            return "held_back"
    return None


def report(settings: Settings) -> dict:
    """What landed last, findings by severity, the worst in full, and the publication that readers see."""
    counts = dict.fromkeys(SEVERITIES, 0)
    if not settings.warehouse.exists():
        return {"landed": [], "findings": counts, "worst": [], "publication": None, "held_back": []}
    with connect(settings.warehouse, read_only=True) as con:
        landed = _rows(
            con,
            """
            select
                file_path || coalesce(' [' || sheet || ']', '') as file, extract, version, status, row_count as rows,
                authority_code, reporting_month, found, expected, action
            from quality.ingest_ledger where is_present order by received_at, file_path, sheet
            """,
        )
        counts |= _open_findings(con)
        worst = _rows(
            con,
            """
            with ranked as (
                select
                    *,
                    abs(observed - expected) / nullif(abs(expected), 0) as distance,
                    row_number() over (
                        partition by check_id order by abs(observed - expected) desc nulls last, finding_id
                    ) as rank
                from quality.findings where status = 'open'
            )
            select
                check_id,
                severity,
                count(*) as found,
                min_by(message, rank) as message,
                min_by(source_ref, rank) as source_ref
            from ranked
            group by check_id, severity
            order by
                list_position(['error', 'warning', 'info'], severity),
                max(distance) desc nulls last,
                found desc,
                check_id
            """,
        )
    return {
        "landed": landed,
        "findings": counts,
        "worst": worst,
        "publication": publish.current(settings.published),
        "held_back": _held_back(settings),
    }


def _held_back(settings: Settings) -> list[dict]:
    """The authorities that readers see as they were published before."""
    shown = publish.readers_see(settings.published)
    return [asdict(authority) for authority in shown.held_back] if shown else []


def status(settings: Settings, unsent_alerts: Sequence[dict] = ()) -> dict:
    """Everything `csc status` shows; `ills` says in a sentence each what somebody has to see to, the worst first.

    `calendar` has a row for each authority, extract and month: landed, late, restated, refused, overdue, missing (not
    delivered, though others of its kind were) or awaited. Each of `unsent_alerts` has since, channel and reason.
    """
    kept = publish.publications(settings.published)
    shown = publish.current(settings.published)
    report = {
        "as_of": settings.today,
        "calendar": [],
        "refused": [],
        "findings": dict.fromkeys(SEVERITIES, 0),
        "runs": [],
        "held_back": _held_back(settings),
        "unsent_alerts": list(unsent_alerts),
        "publications": [asdict(p) | {"is_current": p.publication_id == shown} for p in kept],
    }
    if settings.warehouse.exists():
        with connect(settings.warehouse, read_only=True) as con:
            report["refused"] = _rows(con, REFUSED)
            report["calendar"] = _calendar(con, settings.today)
            report["findings"] |= _open_findings(con)
            report["runs"] = _runs(con, settings)
    ills = _ills(report)
    return report | {"ills": ills, "is_well": not ills}


# a refused file is settled by a good one of the same extract and month that came after it
REFUSED = """
    select file_path as file, sheet, authority_code, reporting_month, extract, found, expected, action
    from quality.ingest_ledger as refused
    where status = 'refused' and is_present and not exists (
        select 1 from quality.ingest_ledger as accepted
        where accepted.status = 'accepted' and accepted.authority_code = refused.authority_code
            and accepted.reporting_month = refused.reporting_month and accepted.extract = refused.extract
            and accepted.received_at > refused.received_at
    )
    order by file_path, sheet
"""


def _calendar(con, today: date) -> list[dict]:
    """The days of quality.delivery_calendar, with what a build does not know: refusals, and today."""
    needed = ["delivery_calendar", "restatements", "extracts", "authorities"]
    built = con.execute(
        "select count(*) from information_schema.tables where list_contains(?, table_name)", [needed]
    ).fetchone()
    if built[0] < len(needed):
        return []  # no build ever came so far
    return _rows(
        con,
        f"""
        with refused as ({REFUSED}),
        calendar as materialized (from quality.delivery_calendar),
        begun as (
            select distinct calendar.authority_code, dataset, reporting_month
            from calendar inner join reference.extracts using (extract)
            where received_at is not null
        ),
        cells as (
            select authority_code, extract, reporting_month from calendar
            union
            select authority_code, extract, reporting_month from refused where extract is not null
            union
            select authority_code, extract, reporting_month from begun inner join reference.extracts using (dataset)
        )
        select
            authority_name, folder, cells.*, due_on, received_at, version,
            case
                when (authority_code, extract, reporting_month) in (
                    select (authority_code, extract, reporting_month) from refused where extract is not null
                ) then 'refused'
                when received_at is null and due_on < $today then 'overdue'
                when received_at is null and due_on is not null then 'awaited'
                when received_at is null then 'missing'
                when is_late then 'late'
                when version > 1 or (authority_code, extract, reporting_month) in (
                    select (authority_code, extract, reporting_month) from quality.restatements
                ) then 'restated'
                else 'landed'
            end as state
        from cells
        left join calendar using (authority_code, extract, reporting_month)
        left join reference.authorities using (authority_code)
        order by authority_name, extract, reporting_month
        """,
        {"today": today},
    )


def _open_findings(con) -> dict[str, int]:
    return dict(
        con.execute(
            "select severity, count(*) from quality.findings where status = 'open' group by severity"
        ).fetchall()
    )


def _runs(con, settings: Settings) -> list[dict]:
    """The last runs: started_at (UTC), seconds and outcome. From Dagster's own file, for to import it takes seconds."""
    file = settings.dagster_home / "history" / "runs.db"
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as runs:
        known = runs.execute(
            """
            select runs.run_id, status, start_time, end_time, value from runs
            left join run_tags on run_tags.run_id = runs.run_id and key = ?
            order by runs.id desc limit ?
            """,
            [PROCESS_TAG, RUNS_SHOWN],
        ).fetchall()
    held_back = "select distinct run_id from quality.check_results where severity = 'error' and status = 'failed'"
    held_back = {run_id for (run_id,) in con.execute(held_back).fetchall()}
    return [
        {
            "run_id": run_id,
            "started_at": datetime.fromtimestamp(started, UTC).replace(microsecond=0) if started else None,
            "seconds": round(ended - started, 1) if started and ended else None,
            "outcome": _outcome(status, run_id in held_back, process),
        }
        for run_id, status, started, ended, process in known
    ]


def _outcome(status: str, is_held_back: bool, process: str | None) -> str:
    if status == "STARTED" and process and not is_alive(int(process)):
        return "never finished"
    named = {
        "SUCCESS": "published in part" if is_held_back else "published",
        "FAILURE": "held back" if is_held_back else "failed",
        "CANCELED": "cancelled",
    }
    return named.get(status, "under way")


def _ills(report: dict) -> list[str]:
    """What somebody has to see to: what `csc status` ends with 1 for."""
    ills = []
    if not report["publications"]:
        ills.append("Nothing has been published yet: csc run")
    if report["runs"] and report["runs"][0]["outcome"] not in ("published", "published in part", "under way"):
        ills.append(f"The last run was not published ({report['runs'][0]['outcome']}): csc run, or csc ui for its log")
    if report["held_back"]:
        names = ", ".join(authority["authority_name"] for authority in report["held_back"])
        ills.append(f"Readers do not see what is new of {names}: csc findings --severity error")
    if errors := report["findings"]["error"]:
        ills.append(f"{plural(errors, 'error')} open: csc findings --severity error")
    if report["refused"]:
        ills.append(f"{plural(len(report['refused']), 'file')} refused")
    if overdue := [cell for cell in report["calendar"] if cell["state"] == "overdue"]:
        ills.append(f"{plural(len(overdue), 'extract')} overdue")
    if report["unsent_alerts"]:
        ills.append(f"{plural(len(report['unsent_alerts']), 'alert')} not sent yet")
    return ills


def findings(settings: Settings, severity: str | None, check_id: str | None, with_resolved: bool) -> list[dict]:
    """Findings of the private warehouse, so that those that hold publication back are seen too; the worst first.

    `holds_back` of an open error is the name of the authority whose new figures it keeps from readers, or 'everything'.
    """
    if not settings.warehouse.exists():
        raise LookupError("nothing has been run yet; run `csc run` first")
    with connect(settings.warehouse, read_only=True) as con:
        rows = _rows(
            con,
            """
            select
                *,
                case when severity = 'error' and status = 'open' then
                    if(list_contains($isolating, check_id), coalesce(authority_code, 'everything'), 'everything')
                end as holds_back
            from quality.findings
            where ($severity is null or severity = $severity)
                and ($check_id is null or check_id = $check_id)
                and ($with_resolved or status = 'open')
            order by list_position(['error', 'warning', 'info'], severity), check_id, month, measure_id, finding_id
            """,
            {
                "severity": severity,
                "check_id": check_id,
                "with_resolved": with_resolved,
                "isolating": sorted(isolating_checks()),
            },
        )
        names = _authority_names(con)
    return [row | {"holds_back": names.get(row["holds_back"], row["holds_back"])} for row in rows]


def _authority_names(con) -> dict[str, str]:
    if not con.execute("from duckdb_tables() where table_name = 'authorities'").fetchall():
        return {}  # no build ever came so far
    return dict(con.execute("select authority_code, authority_name from reference.authorities").fetchall())


def _rows(con, sql: str, parameters: dict | None = None) -> list[dict]:
    result = con.execute(sql, parameters or {})
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
