"""What the warehouse says of itself: what landed, what is settled, what was found. Reads only."""

import shutil
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from data_quality.contracts import load_contracts
from data_quality.findings import code_version
from ingestion import commentary
from ingestion.landing import deliveries
from ingestion.ledger import news
from ingestion.load import pending
from orchestration.settings import Settings
from orchestration.warehouse import connect
from publication import publish


def parse_month(text: str, first: date) -> date:
    """YYYY-MM as the first day of that month. Raises `ValueError` for anything else, and outside `first` to today."""
    try:
        month = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        raise ValueError(f"'{text}' is no month; write it as YYYY-MM, such as 2013-12") from None
    if not first <= month <= datetime.now(UTC).date():
        raise ValueError(f"'{text}' is no month to run; it lies before {first:%B %Y} or has not begun")
    return month


def prepare_dagster(settings: Settings) -> None:
    """Give Dagster its home and settings below CSC_HOME."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).with_name("dagster.yaml"), settings.dagster_home / "dagster.yaml")


def settled(settings: Settings) -> str | None:
    """'published', 'held_back' or 'nothing_landed' when nothing is left to do, else None.

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
        statuses = dict(
            con.execute(
                """
                select status, count(*) from quality.check_results
                where run_id = ? and severity = 'error' group by status
                """,
                [run_id],
            ).fetchall()
        )
    if "could_not_run" in statuses:
        return None
    if "failed" in statuses:
        return "held_back"
    return "published" if run_id in {p.run_id for p in publish.publications(settings.published)} else None


def report(settings: Settings) -> dict:
    """What landed last, findings by severity, the worst in full, and the publication that readers see."""
    counts = dict.fromkeys(("error", "warning", "info"), 0)
    if not settings.warehouse.exists():
        return {"landed": [], "findings": counts, "worst": [], "publication": None}
    with connect(settings.warehouse, read_only=True) as con:
        landed = _rows(
            con,
            """
            select file_path || coalesce(' [' || sheet || ']', '') as file, extract, version, status, row_count as rows
            from quality.ingest_ledger where is_present order by received_at, file_path, sheet
            """,
        )
        counts |= dict(
            con.execute(
                "select severity, count(*) from quality.findings where status = 'open' group by severity"
            ).fetchall()
        )
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
    }


def status(settings: Settings) -> dict:
    """Everything `csc status` shows. `is_well` is false when a file is refused, a month incomplete or an error open."""
    kept = publish.publications(settings.published)
    shown = publish.current(settings.published)
    publications = [asdict(p) | {"is_current": p.publication_id == shown} for p in kept]
    if not settings.warehouse.exists():
        return {"landed": [], "refused": [], "missing": [], "publications": publications, "is_well": False}
    with connect(settings.warehouse, read_only=True) as con:
        landed = _rows(
            con,
            """
            select
                file_path as file, sheet, extract, version, status, encoding, delimiter, header_row, row_count as rows
            from quality.ingest_ledger where is_present order by reporting_month, file_path, sheet
            """,
        )
        refused = _rows(
            con,
            """
            select file_path as file, found, expected, action from quality.ingest_ledger
            where status = 'refused' and is_present order by file_path
            """,
        )
        missing = con.execute(
            """
            select authority_code, reporting_month, list(distinct extract) from quality.ingest_ledger
            where status = 'accepted' group by authority_code, reporting_month order by authority_code, reporting_month
            """
        ).fetchall()
        errors = con.execute(
            "select count(*) from quality.findings where status = 'open' and severity = 'error'"
        ).fetchone()[0]
    gaps = [
        {
            "authority_code": authority,
            "reporting_month": month,
            "extracts": sorted(_expected_beside(delivered) - set(delivered)),
        }
        for authority, month, delivered in missing
    ]
    gaps = [gap for gap in gaps if gap["extracts"]]
    well = bool(landed) and not refused and not gaps and not errors
    return {
        "landed": landed,
        "refused": refused,
        "missing": gaps,
        "publications": publications,
        "is_well": well,
    }


def _expected_beside(delivered: list[str]) -> set[str]:
    """Every extract of the kinds that were delivered: returns beside returns, lists beside lists."""
    contracts = load_contracts()
    kinds = {contracts[extract].kind for extract in delivered if extract in contracts}
    return {extract for extract, contract in contracts.items() if contract.kind in kinds}


def findings(settings: Settings, severity: str | None, check_id: str | None, with_resolved: bool) -> list[dict]:
    """Findings of the private warehouse, so that those that hold publication back are seen too; the worst first."""
    if not settings.warehouse.exists():
        raise LookupError("nothing has been run yet; run `csc run` first")
    with connect(settings.warehouse, read_only=True) as con:
        return _rows(
            con,
            """
            select * from quality.findings
            where ($severity is null or severity = $severity)
                and ($check_id is null or check_id = $check_id)
                and ($with_resolved or status = 'open')
            order by list_position(['error', 'warning', 'info'], severity), check_id, month, measure_id, finding_id
            """,
            {"severity": severity, "check_id": check_id, "with_resolved": with_resolved},
        )


def _rows(con, sql: str, parameters: dict | None = None) -> list[dict]:
    result = con.execute(sql, parameters or {})
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
