"""Whether anything is left for a run to do."""

import duckdb

from data_quality.checks import isolating_checks
from data_quality.findings import code_version
from ingestion import commentary
from ingestion.landing import deliveries, unfinished
from ingestion.ledger import news, pending
from orchestration.settings import Settings
from orchestration.warehouse import connect
from publication import holding, publications
from publication.holding import FailedCheck
from publication.private import checks
from publication.private.checks import LastChecks


def settled(settings: Settings) -> str | None:
    """Return 'published', 'published_in_part', 'held_back' or 'nothing_landed' when nothing is left to do, else None.

    Derived, not remembered: nothing is new in the landing folder or the commentaries, everything accepted is loaded,
    the checks were made after that by the code as it is now, and either one of them blocks or that very run was
    published.
    """
    if not settings.warehouse.exists():
        here = deliveries(settings.landing_dir)
        return None if len(here) > len(unfinished(here, settings.settled_seconds)) else "nothing_landed"
    with connect(settings.warehouse, read_only=True) as con:
        last = checks.last_checks(con)
        if last.run_id is None or _is_news(con, settings) or not _are_of_now(last):
            return None
        failed = checks.errors_of_run(con, last.run_id)
        if any(check.status == "could_not_run" for check in failed):
            return None
        return _published(settings, last.run_id) or _held_back(con, failed, settings)


def _is_news(con: duckdb.DuckDBPyConnection, settings: Settings) -> bool:
    """Whether anything is new in the landing folder or the commentaries, or accepted but not loaded."""
    landed = news(con, settings.landing_dir, settled_seconds=settings.settled_seconds) or pending(con)
    return bool(landed) or commentary.is_changed(con, settings.commentary)


def _are_of_now(last: LastChecks) -> bool:
    """Whether the last checks were made after the last load, by the code as it is now."""
    are_after = last.checked_at and (not last.changed_at or last.checked_at >= last.changed_at)
    return bool(are_after) and last.code_version == code_version()


def _published(settings: Settings, run_id: str) -> str | None:
    for publication in publications.publications(settings.published):
        if publication.run_id == run_id:
            return "published_in_part" if publication.held_back else "published"
    return None


def _held_back(con: duckdb.DuckDBPyConnection, failed: list[FailedCheck], settings: Settings) -> str | None:
    """Return 'held_back' when the failed checks keep everything back."""
    try:
        holding.authorities(con, failed, isolating_checks(), settings.published)
    except holding.HeldBack:
        return "held_back"
    return None
