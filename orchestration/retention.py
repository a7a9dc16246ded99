"""Who is past the retention period of the lists that hold them."""

from datetime import date

import duckdb

from ingestion import erase
from orchestration import erasure
from orchestration.erasure import Plan, child_key
from orchestration.settings import Settings
from orchestration.warehouse import connect

CLOSED = {  # by the name of the list in CSC_RETENTION_YEARS: the fact, and when an event of it was over
    "contacts": ("fct_contacts", "contact_date"),
    "referrals": ("fct_referrals", "coalesce(close_date, referral_date)"),
    "assessments": ("fct_assessments", "coalesce(assessment_authorisation_date, ended_by_month)"),
    "section_47": ("fct_section_47", "coalesce(conference_date, section_47_start_date)"),
    "cin": ("fct_cin_episodes", "coalesce(cin_closure_date, ended_by_month)"),
    "cpp": ("fct_cpp", "coalesce(cpp_end_date, ended_by_month)"),
    "lac": ("fct_lac", "coalesce(lac_end_date, ended_by_month)"),
}


def plans(settings: Settings) -> list[Plan]:
    """Return what would go, by authority. Raises `LookupError` where there is no period, or nothing is built."""
    if not settings.retention:
        raise LookupError(
            f"No list has a period. Set CSC_RETENTION_YEARS, for example lac:75,cpp:25 ({', '.join(CLOSED)})."
        )
    with connect(settings.warehouse, read_only=True) as con:
        try:
            past = past_retention(con, settings.retention, settings.today)
        except duckdb.CatalogException:
            raise LookupError("The private warehouse is not built yet. Run csc run --rebuild first.") from None
        ids = {code: _ids(con, settings, code, keys) for code, keys in past.items()}
    return [erasure.plan(settings, code, of_authority) for code, of_authority in sorted(ids.items())]


def _ids(con: duckdb.DuckDBPyConnection, settings: Settings, authority_code: str, keys: set[str]) -> frozenset[str]:
    known = erase.ids_of(con, authority_code)
    return frozenset(one for one in known if child_key(settings, authority_code, one) in keys)


def past_retention(con: duckdb.DuckDBPyConnection, years: dict[str, int], today: date) -> dict[str, set[str]]:
    """Return the keys of the children, by authority, whose every event closed longer ago than its list is kept.

    A list without a period is kept for ever, so a child who is in one stays, as does a child with anything open.
    """
    closed = [(fact, day, years.get(name, "null")) for name, (fact, day) in CLOSED.items()]
    events = " union all ".join(
        f"select authority_code, child_key, {day} as closed_on, {kept} as kept_years from core.{fact}"  # noqa: S608
        for fact, day, kept in closed
    )
    rows = con.execute(
        f"""
        select authority_code, child_key from ({events})
        group by all
        having bool_and(coalesce(closed_on + to_years(cast(kept_years as integer)) < $today, false))
        """,  # noqa: S608 (named here)
        {"today": today},
    ).fetchall()
    found: dict[str, set[str]] = {}
    for authority_code, key in rows:
        found.setdefault(authority_code, set()).add(key)
    return found
