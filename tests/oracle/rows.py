"""Rows as delivered, read anew: text to dates and codes, and months of lists to events. Without the project's SQL."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd

ANNEX_A = {  # by list: the date without which a row counts nowhere, what else tells events apart, when a row is filed
    "annex_a_contacts": ("contact_date", ["contact_source_code"], ["contact_date"]),
    "annex_a_referrals": ("referral_date", ["referral_source_code"], ["referral_date"]),
    "annex_a_assessments": ("assessment_start_date", [], ["assessment_authorisation_date"]),
    "annex_a_section_47": ("section_47_start_date", [], ["conference_date", "section_47_start_date"]),
    "annex_a_cin": ("cin_start_date", [], ["cin_closure_date"]),
    "annex_a_cpp": ("cpp_start_date", [], ["cpp_end_date"]),
    "annex_a_lac": ("lac_start_date", [], ["lac_end_date"]),
}
IDS = {"annex_a_contacts": "contact_id", "annex_a_referrals": "referral_id"}
PROVENANCE = ("authority_code", "reporting_month", "version", "source_row", "child_id")
CODES = (
    *("contact_source_code", "referral_source_code", "referral_outcome_code", "case_status_code"),
    *("legal_status_code", "placement_type_code", "placement_provider_code", "placement_location_code"),
)
LEFT_ASIDE = (
    *("last_review_date", "last_iro_visit_date", "last_health_assessment_date", "last_dental_check_date"),
    *("legal_status_start_date", "last_seen_date", "close_date"),
)
NUMBERS = ("previous_plans", "placements_last_12_months", "age_years")
FLAGS = (
    "missing_type_code",
    "episode_end_reason_code",
    "episode_start_reason",
    "is_open_case",
    "is_uasc",
    "is_no_further_action",
    "is_seen",
    "is_cancelled",
    "is_other_authority",
)
LABELS = {
    "assessment required": "ASSESS",
    "no further action": "NFA",
    "child in need plan": "CIN",
    "child protection plan": "CPP",
    "looked after child": "LAC",
    "open assessment": "ASSESS",
    "closed episode": "CLOSED",
}


def raw_rows(con: duckdb.DuckDBPyConnection, extract: str) -> pd.DataFrame:
    """Every version of a list's rows, with whether it is the last one; dates as days, codes short, blanks missing."""
    columns = [name for name, *_ in con.execute(f"describe raw.{extract}").fetchall()]
    wanted = {*PROVENANCE, *CODES, *NUMBERS, *FLAGS}
    used = [c for c in columns if c in wanted or (c.endswith(("_id", "_date")) and c not in LEFT_ASIDE)]
    rows = con.execute(f"select {', '.join(used)} from raw.{extract}").df()
    rows = rows.astype({column: object for column in rows.columns if rows[column].dtype == "str"})
    last = con.execute(
        """
        select authority_code, reporting_month, max(version) as last_version from quality.ingest_ledger
        where extract = ? and status = 'accepted' group by all
        """,
        [extract],
    ).df()
    rows = rows.merge(last, on=["authority_code", "reporting_month"], validate="many_to_one")
    rows["is_current"] = rows.version == rows.last_version
    rows["child"] = rows["child_id"].str.strip().str.upper().replace("", pd.NA) if "child_id" in rows else pd.NA
    for column in rows.columns:
        if column.endswith("_date"):
            rows[column] = days(rows[column])
        elif column in NUMBERS:
            rows[column] = pd.to_numeric(rows[column], errors="coerce")
        elif column in CODES + FLAGS:
            rows[column] = rows[column].map({text: code(text) for text in rows[column].unique()}).astype(object)
    return rows


def days(texts: pd.Series) -> pd.Series:
    """Days written 03/06/2013 or 2013-06-03; what is no day is missing."""
    british = pd.to_datetime(texts, format="%d/%m/%Y", errors="coerce")
    return british.fillna(pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce"))


def code(text) -> str | None:
    """The code of a spelling: of "d) U4: Foster placement" U4, of "a) Yes" Y."""
    words = text.strip() if isinstance(text, str) else ""
    words = words.split(") ", 1)[-1] if words[1:3] == ") " else words
    words = words.split(":")[0].split(" - ")[0].strip()
    if words.lower() in ("yes", "no", "unknown"):
        return {"yes": "Y", "no": "N", "unknown": None}[words.lower()]
    return LABELS.get(words.lower(), words.upper()) or None


def month_of(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M").dt.to_timestamp()


def later(day, months: int):
    """The day of that number some months after a day or days, or the last day of a shorter month."""
    return day + pd.DateOffset(months=months)


def financial_year(month: pd.Timestamp) -> int:
    return month.year - (month.month < 4)


class WorkingDays:
    """Counts Monday to Friday without the bank holidays, from the day after the first to the last."""

    FIRST = pd.Timestamp("1980-01-01")

    def __init__(self, holidays: list[date]):
        days = np.arange("1980-01-01", "2032-01-01", dtype="datetime64[D]")
        working = np.is_busday(days, holidays=np.array(holidays, dtype="datetime64[D]"))
        self.days, self.so_far = days[working], np.cumsum(working)

    def between(self, first: pd.Timestamp, last: pd.Timestamp) -> int:
        return int(self.so_far[(last - self.FIRST).days] - self.so_far[(first - self.FIRST).days])

    def after(self, day: pd.Timestamp, number: int) -> pd.Timestamp:
        return pd.Timestamp(self.days[self.so_far[(day - self.FIRST).days] + number - 1])


@dataclass(eq=False)
class Events:
    """A list of one authority: the months it was delivered for, its rows, and the events that they come to."""

    name: str
    months: list[pd.Timestamp]
    rows: pd.DataFrame  # every version, of rows of one event the last
    all_rows: pd.DataFrame  # with those that repeat: each may show another visit
    events: pd.DataFrame  # those that count, as the latest list has them
    told_since: dict[pd.Timestamp, pd.Timestamp]

    def of_month(self, month: pd.Timestamp) -> pd.DataFrame:
        """What the list of a month said, by event."""
        return self.rows[self.rows.is_current & (self.rows.reporting_month == month)].set_index("key")

    @cached_property
    def visits(self) -> dict[str, list[pd.Timestamp]]:
        return self.shown("last_visit_date")

    @cached_property
    def placements(self) -> dict[str, list[pd.Timestamp]]:
        return self.shown("placement_start_date")

    def shown(self, column: str) -> dict[str, list[pd.Timestamp]]:
        """The days of a column that lists showed of each event, in order, unless a correction took them out."""
        shown = self.all_rows.dropna(subset=[column]).sort_values(["reporting_month", "version"])
        last = shown.drop_duplicates(["key", column], keep="last")
        last = last[last.is_current & last.key.isin(self.events.key)]
        return {key: sorted(group) for key, group in last.groupby("key")[column]}

    @cached_property
    def of_child(self) -> dict[str, list]:
        """Each child's events, by their dates."""
        found = defaultdict(list)
        for event in self.events.sort_values([ANNEX_A[self.name][0], "key"]).itertuples():
            found[event.child].append(event)
        return found


def events_of(name: str, rows: pd.DataFrame, months: list[pd.Timestamp]) -> Events:
    """Fold an authority's rows of a list: the latest list decides what an event is, and whether there is one."""
    own_date, other, filed_by = ANNEX_A[name]
    rows = rows.dropna(subset=["child", own_date]).copy()
    parts = [rows["child"], rows[own_date].astype(str), *(rows[column].fillna("") for column in other)]
    rows["key"] = parts[0].str.cat([part.astype(str) for part in parts[1:]], sep="|")
    if name in IDS and len(rows):
        number = rows.groupby(["reporting_month", "version", "key"])[IDS[name]].rank("dense").astype(int)
        rows["key"] = rows["key"] + "|" + number.astype(str)
    filed = rows[filed_by[0]]
    for column in filed_by[1:]:
        filed = filed.fillna(rows[column])
    rows["filed"] = month_of(filed)
    rows = rows.sort_values(["reporting_month", "version", "source_row"])
    all_rows = rows
    rows = all_rows.drop_duplicates(["reporting_month", "version", "key"], keep="last")
    held = held_by(rows)
    reaches = {
        month: reach_of_next(held.get(month, {}), held.get(following, {}), 3 if filed_by[1:] else 1)
        for month, following in pairwise(months)
    }
    last = rows.drop_duplicates("key", keep="last").copy()
    fates = [fate(row.reporting_month, row.filed, reaches, months) for row in last.itertuples()]
    last["ended_by"] = [
        row.reporting_month if f == "ended" else pd.NaT for row, f in zip(last.itertuples(), fates, strict=True)
    ]
    last["ended_by"] = pd.to_datetime(last["ended_by"])
    counted = last.is_current & np.array([f != "withdrawn" for f in fates], dtype=bool)
    return Events(name, months, rows, all_rows, last[counted].reset_index(drop=True), told_since(held, months, reaches))


def held_by(rows: pd.DataFrame) -> dict[pd.Timestamp, dict[pd.Timestamp | None, dict[str, str]]]:
    """What the list of each month holds: by month of filing, None of what is open, each event with its child."""
    held = defaultdict(lambda: defaultdict(dict))
    current = rows[rows.is_current]
    filed = current.filed.astype(object).where(current.filed.notna(), None)
    for month, of, key, child in zip(current.reporting_month, filed, current.key, current.child, strict=True):
        held[month][of][key] = child
    return held


def reach_of_next(here: dict, there: dict, least: int) -> tuple[pd.Timestamp | None, bool]:
    """From which month on the next list holds what this one held, and whether it holds what is open.

    It does of a month of which it repeats a tenth of the events, at least so many, under no later month, or events of
    half of the children. Rows that may wait for another date need three.
    """
    filed_there = {key: filed for filed, events in there.items() for key in events}
    in_next = []
    for filed, events in here.items():
        children = set(events.values())
        if filed is None:
            kept = filed_there.keys() & events.keys()
        else:
            kept = {key for key in events if filed_there.get(key) is not None and filed_there[key] <= filed}
        repeats = len(kept) >= least and len(kept) * 10 >= len(events)
        if repeats or len(children & set(there.get(filed, {}).values())) * 2 >= len(children):
            in_next.append(filed)
    closed = [filed for filed in in_next if filed is not None]
    return (min(closed) if closed else None, None in in_next)


def fate(month, filed, reaches, months) -> str:
    """What becomes of an event that no list after this month's shows."""
    if month not in reaches:
        return "listed"
    reaches_from, holds_open = reaches[month]
    if pd.isna(filed):
        following = months[months.index(month) + 1]
        if not holds_open:
            return "listed"
        return "withdrawn" if financial_year(month) == financial_year(following) else "ended"
    return "withdrawn" if reaches_from is not None and filed >= reaches_from else "listed"


def told_since(held: dict, months: list[pd.Timestamp], reaches: dict) -> dict[pd.Timestamp, pd.Timestamp]:
    """For each list, since when lists have told of every month: each reaches back to the one before, or a gap is left."""
    since, before = {}, None
    for month in months:
        filed = held.get(month, {})
        reach = month
        while reach in filed and later(reach, -1) in filed:
            reach = later(reach, -1)
        if before is not None and reaches[before][0] is not None:
            reach = min(reach, reaches[before][0])
        goes_on = before is not None and reach <= later(before, 1)
        since[month] = min(since[before], reach) if goes_on else reach
        before = month
    return since
