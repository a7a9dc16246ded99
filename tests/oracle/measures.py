"""Every computed measure, from its words in the register (seeds/reference/measures.csv), over events in pandas.

A function takes the council's lists and a month and gives a number, or None where the lists cannot tell.
"""

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from rows import Events, WorkingDays, later

SHORT_BREAKS = ("V3", "V4")


@dataclass
class Full:
    """Every one of what Annex A shows the latest of, or nothing: days by plan or period, and missing episodes."""

    visits: dict[str, list[pd.Timestamp]]  # at which the child was seen
    plan_reviews: dict[str, list[pd.Timestamp]]
    care_reviews: dict[str, list[pd.Timestamp]]
    missing: pd.DataFrame
    episodes: dict[str, list]  # of care, by child, in order


@dataclass
class Council:
    """The lists of one authority, and the calendar."""

    lists: dict[str, Events]
    working_days: WorkingDays
    full: "Full | None" = None  # every visit, review and missing episode, where a dataset has them

    def events(self, name: str) -> pd.DataFrame | None:
        return self.lists[name].events if name in self.lists else None

    def of_child(self, name: str, child: str) -> list:
        return self.lists[name].of_child.get(child, []) if name in self.lists else []

    def days(self, name: str, child: str, column: str) -> list[pd.Timestamp]:
        """The days on which a child had an event of a list, in order."""
        days = (getattr(event, column) for event in self.of_child(name, child))
        return sorted(day for day in days if not pd.isna(day))

    def is_delivered(self, name: str, month: pd.Timestamp) -> bool:
        return name in self.lists and month in self.lists[name].months


def end_of(month: pd.Timestamp) -> pd.Timestamp:
    return later(month, 1) - pd.Timedelta(days=1)


def in_month(events: pd.DataFrame, column: str, month: pd.Timestamp) -> pd.DataFrame:
    return events[(events[column] >= month) & (events[column] < later(month, 1))]


def open_at_end(events: pd.DataFrame, start: str, end: str, month: pd.Timestamp) -> pd.DataFrame:
    """Events begun by the month's end and not over: an end date is the first day on which it is.

    One without an end is known of as long as lists show it; one that April's list no longer shows ended by 31 March.
    """
    without_end = (events.reporting_month >= month) & ~(events.ended_by <= month)
    is_open = events[end].isna() & without_end | (events[end] > end_of(month))
    return events[(events[start] <= end_of(month)) & is_open]


def last_begun(events: pd.DataFrame, start: str) -> pd.DataFrame:
    """One of a child's events, the one begun last."""
    return events.sort_values([start, "key"]).drop_duplicates("child", keep="last")


def told(answers: list[bool | None]) -> int | None:
    """How many are true; None if of one it cannot be told."""
    return None if None in answers else sum(answers)


# --- contacts


def contacts(council: Council, month):
    received = in_month(council.events("annex_a_contacts"), "contact_date", month)
    return {
        "contacts": len(received),
        "contacts_not_open_cases": told([not_open(council, c, month) for c in received.itertuples()]),
        "contacts_followed_by_referral": told([followed(council, c, month) for c in received.itertuples()]),
    }


def not_open(council: Council, contact, month) -> bool | None:
    """The list's own word; else whether the child was in need, on a plan or in care on that day."""
    if contact.is_open_case in ("Y", "N"):
        return contact.is_open_case == "N"
    if not council.is_delivered("annex_a_cin", month):
        return None
    for name, start, end in (
        ("annex_a_cin", "cin_start_date", "cin_closure_date"),
        ("annex_a_cpp", "cpp_start_date", "cpp_end_date"),
        ("annex_a_lac", "lac_start_date", "lac_end_date"),
    ):
        for event in council.of_child(name, contact.child):
            ended = getattr(event, end)
            if getattr(event, start) < contact.contact_date and (pd.isna(ended) or ended > contact.contact_date):
                return False
    return True


def followed(council: Council, contact, month) -> bool | None:
    """Whether the child was referred on the day or within ten working days."""
    if not council.is_delivered("annex_a_referrals", month):
        return None
    day = contact.contact_date
    return any(
        referred >= day and council.working_days.between(day, referred) <= 10
        for referred in council.days("annex_a_referrals", contact.child, "referral_date")
    )


# --- referrals


def referrals(council: Council, month):
    received = in_month(council.events("annex_a_referrals"), "referral_date", month)
    since = council.lists["annex_a_referrals"].told_since[month]
    repeats = [is_repeat(council, r) if since <= later(month, -12) else None for r in received.itertuples()]
    return {
        "referrals": len(received),
        "referrals_leading_to_assessment": told([led(council, r, month) for r in received.itertuples()]),
        "re_referrals": told(repeats),
        "referrals_nfa": sum(without_action(r) for r in received.itertuples()),
    }


def led(council: Council, referral, month) -> bool | None:
    """The outcome; else whether an assessment began within 45 working days and before the child's next referral."""
    if isinstance(referral.referral_outcome_code, str):
        return referral.referral_outcome_code == "ASSESS"
    if not council.is_delivered("annex_a_assessments", month):
        return None
    day = referral.referral_date
    next_days = [d for d in council.days("annex_a_referrals", referral.child, "referral_date") if d > day]
    began = council.days("annex_a_assessments", referral.child, "assessment_start_date")
    in_time = [d for d in began if d >= day and (not next_days or d < next_days[0])]
    return referral.is_no_further_action != "Y" and any(council.working_days.between(day, d) <= 45 for d in in_time)


def is_repeat(council: Council, referral) -> bool:
    days = council.days("annex_a_referrals", referral.child, "referral_date")
    return any(d < referral.referral_date <= later(d, 12) for d in days)


def without_action(referral) -> bool:
    if isinstance(referral.is_no_further_action, str):
        return referral.is_no_further_action == "Y"
    return referral.referral_outcome_code == "NFA"


# --- assessments


def assessments(council: Council, month):
    completed = in_month(council.events("annex_a_assessments"), "assessment_authorisation_date", month)
    took = [
        council.working_days.between(a.assessment_start_date, a.assessment_authorisation_date)
        for a in completed.itertuples()
        if a.assessment_authorisation_date >= a.assessment_start_date
    ]
    from_referral = [since_referral(council, a) for a in completed.itertuples()]
    knows_referrals = council.is_delivered("annex_a_referrals", month) or not len(completed)
    return {
        "assessments_completed": len(completed),
        "days_1_15": sum(n <= 15 for n in took),
        "days_16_25": sum(16 <= n <= 25 for n in took),
        "days_26_35": sum(26 <= n <= 35 for n in took),
        "days_36_45": sum(36 <= n <= 45 for n in took),
        "days_45_plus": sum(n > 45 for n in took),
        "grand_total": len(took),
        "assessments_within_45wd": sum(n <= 45 for n in took),
        "assessments_after_referral": sum(n is not None for n in from_referral) if knows_referrals else None,
        "assessments_within_45wd_of_referral": (
            sum(n is not None and n <= 45 for n in from_referral) if knows_referrals else None
        ),
    }


def since_referral(council: Council, assessment) -> int | None:
    """Working days from the latest referral of the three months before the start; None without one or valid dates."""
    start, end = assessment.assessment_start_date, assessment.assessment_authorisation_date
    days = council.days("annex_a_referrals", assessment.child, "referral_date")
    before = [d for d in days if d <= start <= later(d, 3)]
    return council.working_days.between(max(before), end) if before and end >= start else None


# --- section 47 enquiries


def section_47(council: Council, month):
    events = council.events("annex_a_section_47")
    held = in_month(events, "conference_date", month)
    held = held[held.section_47_start_date.notna()].assign(timed=lambda h: h.conference_date >= h.section_47_start_date)
    held = held.sort_values(["timed", "section_47_start_date"])  # of several enquiries the latest one before it
    held = held.drop_duplicates(["child", "conference_date"], keep="last")
    timed = held[held.timed]
    took = [council.working_days.between(c.section_47_start_date, c.conference_date) for c in timed.itertuples()]
    return {
        "section_47_started": len(in_month(events, "section_47_start_date", month)),
        "conferences": len(held),
        "conferences_timed": len(timed),
        "conference_children": held.child.nunique(),
        "conferences_within_15wd": sum(n <= 15 for n in took),
    }


# --- children in need


def cin(council: Council, month):
    listed = council.lists["annex_a_cin"]
    open_now = open_at_end(listed.events, "cin_start_date", "cin_closure_date", month)
    status = as_listed(listed, open_now, "case_status_code", month)
    is_closed = open_now.cin_closure_date.isna() & (status == "CLOSED")
    open_now, status = open_now[~is_closed], status[~is_closed]
    called_plans = set(listed.rows[listed.rows.is_current & (listed.rows.case_status_code == "CIN")].key)
    began = in_month(listed.events, "cin_start_date", month)
    return {
        "cin_total": open_now[status == "CIN"].child.nunique(),
        "cin_open_all": open_now.child.nunique(),
        "cin_new": int(began.key.isin(called_plans).sum()),
    }


def as_listed(listed: Events, events: pd.DataFrame, column: str, month) -> pd.Series:
    """What the month's own list said; of an event that it did not have yet, or left blank, what is known now."""
    return events.key.map(listed.of_month(month)[column]).fillna(events[column])


# --- child protection plans


def cpp(council: Council, month):
    listed = council.lists["annex_a_cpp"]
    plans = listed.events
    open_now = last_begun(open_at_end(plans, "cpp_start_date", "cpp_end_date", month), "cpp_start_date")
    end, start = end_of(month), open_now.cpp_start_date
    ended = in_month(plans, "cpp_end_date", month)
    began = in_month(plans, "cpp_start_date", month)
    plans_of = plans.groupby("child").key.agg(list)  # a visit to the child counts under whichever plan it was made
    visits = [
        sorted(day for key in plans_of[child] for day in listed.visits.get(key, []) if day <= end)
        for child in open_now.child
    ]
    since_visit = [council.working_days.between(days[-1], end) if days else None for days in visits]
    is_old = [council.working_days.between(s, end) >= 20 for s in start]
    in_time = [since is not None and since <= 20 for since in since_visit]
    is_due = [old or seen for old, seen in zip(is_old, in_time, strict=True)]
    return {
        "cpp_total": len(open_now),
        "cpp_current": len(open_now),
        "cpp_0_12_months": int((later(start, 12) > end).sum()),
        "cpp_12_24_months": int(((later(start, 12) <= end) & (later(start, 24) > end)).sum()),
        "cpp_24_plus_months": int((later(start, 24) <= end).sum()),
        "cpp_ceased": len(ended),
        "cpp_ceased_2yrs_plus": int((later(ended.cpp_start_date, 24) <= ended.cpp_end_date).sum()),
        "cpp_new": len(began),
        "cpp_new_children": began.child.nunique(),
        "cpp_new_second_or_subsequent": sum(had_plan(council, p) for p in began.itertuples()),
        "cpp_transferred_in": told([came_with_plan(council, p, month) for p in began.itertuples()]),
        "cpp_visits_due": sum(is_due),
        "cpp_visited_in_time": sum(in_time),
        "cpp_not_visited_in_time": sum(due and not seen for due, seen in zip(is_due, in_time, strict=True)),
        "cpp_reviews_due": int((later(start, 3) <= end).sum()),
        "cpp_reviewed_in_time": council.full
        and told([plan_reviewed(council, p, end) for p in open_now.itertuples() if later(p.cpp_start_date, 3) <= end]),
    } | visits_made(council, month)


def visits_made(council: Council, month) -> dict[str, int | None]:
    """Visits of the month, and those within 20 working days of the one before or of the start."""
    if council.full is None:
        return {"cpp_visits_made": None, "cpp_visits_made_in_time": None}
    gaps = [
        council.working_days.between(before, day)
        for plan in council.events("annex_a_cpp").itertuples()
        for before, day in pairwise([plan.cpp_start_date, *council.full.visits.get(plan.key, [])])
        if month <= day <= end_of(month)
    ]
    return {"cpp_visits_made": len(gaps), "cpp_visits_made_in_time": sum(gap <= 20 for gap in gaps)}


def plan_reviewed(council: Council, plan, end) -> bool | None:
    """The first review within three months of the start, each later one within six of the one before, none due."""
    held = [day for day in council.full.plan_reviews.get(plan.key, []) if plan.cpp_start_date <= day <= end]
    due = [later(plan.cpp_start_date, 3), *(later(day, 6) for day in held)]
    return all(day <= by for by, day in zip(due, [*held, end], strict=True))


def had_plan(council: Council, plan) -> bool:
    """By the number of the list, or because lists had one that ended by then."""
    earlier = [p for p in council.of_child("annex_a_cpp", plan.child) if p.cpp_start_date < plan.cpp_start_date]
    return plan.previous_plans > 0 or any(p.cpp_end_date <= plan.cpp_start_date for p in earlier)


def came_with_plan(council: Council, plan, month) -> bool | None:
    if not council.is_delivered("annex_a_section_47", month):
        return None
    days = council.days("annex_a_section_47", plan.child, "conference_date")
    return not any(d <= plan.cpp_start_date <= later(d, 1) for d in days)


# --- children looked after


def number(column: pd.Series, counts) -> int | None:
    """How many count; not supplied where the lists say it of none of the children."""
    is_known = column.notna() & (column != "")
    return None if len(column) and not is_known.any() else int(counts(column[is_known]).sum())


def lac(council: Council, month):
    listed = council.lists["annex_a_lac"]
    care = listed.events[~listed.events.legal_status_code.isin(SHORT_BREAKS)]
    children = looked_after(listed, month)
    began = in_month(care, "lac_start_date", month)
    is_long = [is_long_term(listed, c, end_of(month)) for c in children.itertuples()]
    is_stable = [is_stable_home(listed, c, end_of(month)) for c in children.itertuples()]
    in_care = children.lac_start_date
    review_due = [council.working_days.after(day, 20) <= end_of(month) for day in in_care]
    return {
        "lac_total": len(children),
        "lac_indigenous": int((children.is_uasc != "Y").sum()),
        "lac_uasc": int((children.is_uasc == "Y").sum()),
        "lac_also_cpp": also_on_plan(council, children, month),
        "lac_3plus_placements": number(children.placements_last_12_months, lambda placements: placements >= 3),
        "lac_out_of_borough": number(children.placement_location_code, lambda location: location == "OUT"),
        "lac_new": len(began),
        "lac_new_children": began.child.nunique(),
        "lac_ceased": len(in_month(care, "lac_end_date", month)),
        "lac_long_term": sum(is_long),
        "lac_long_term_stable": sum(a and b for a, b in zip(is_long, is_stable, strict=True)),
        "lac_long_term_same_carer": council.full
        and told(
            [
                a and with_one_carer(council, c, end_of(month))
                for a, c in zip(is_long, children.itertuples(), strict=True)
            ]
        ),
        "lac_reviews_due": sum(review_due),
        "lac_reviewed_in_time": council.full
        and told(
            [
                care_reviewed(council, c, end_of(month))
                for c, is_due in zip(children.itertuples(), review_due, strict=True)
                if is_due
            ]
        ),
    } | went_missing(council, month)


def care_reviewed(council: Council, child, end) -> bool | None:
    """The first review within 20 working days, the second three months later, then one every six; none is due.

    One held late more than twelve months before the end does not count.
    """
    start = child.lac_start_date
    held = [day for day in council.full.care_reviews.get(child.key, []) if start <= day <= end]
    due = [council.working_days.after(start, 20), *(later(day, 6 if n else 3) for n, day in enumerate(held))]
    return all(day <= by or later(day, 12) <= end for by, day in zip(due, [*held, end], strict=True))


def went_missing(council: Council, month) -> dict[str, int | None]:
    """Times that a child went missing in the month, and children who were missing on a day of it."""
    if council.full is None:
        return {"missing_episodes": None, "children_missing": None}
    times = council.full.missing
    here = times[(times.missing_start_date <= end_of(month)) & ~(times.missing_end_date < month)]
    began = in_month(times, "missing_start_date", month)
    return {"missing_episodes": len(began), "children_missing": here.child.nunique()}


def looked_after(listed: Events, month) -> pd.DataFrame:
    """Children under 18 in care at the month's end, as its list had them; not in a series of short breaks."""
    periods = open_at_end(listed.events, "lac_start_date", "lac_end_date", month).copy()
    for column in (
        *("legal_status_code", "placements_last_12_months", "placement_type_code"),
        *("placement_location_code", "placement_start_date"),
    ):
        periods[column] = as_listed(listed, periods, column, month)
    own = listed.of_month(month)
    periods["is_uasc"] = periods.key.map(own.is_uasc).where(periods.key.isin(own.index), periods.is_uasc)
    by_list = as_listed(listed, periods, "age_years", month)
    by_birth = [age(born, end_of(month)) for born in periods.birth_date]
    periods["age"] = pd.Series(by_birth, index=periods.index, dtype="float").fillna(by_list)
    periods = periods[~(periods.age >= 18) & ~periods.legal_status_code.isin(SHORT_BREAKS)]
    return last_begun(periods, "lac_start_date")


def age(born, day) -> float | None:
    if pd.isna(born) or born > day:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def also_on_plan(council: Council, children: pd.DataFrame, month) -> int | None:
    if not council.is_delivered("annex_a_cpp", month):
        return 0 if children.empty else None
    on_plan = open_at_end(council.events("annex_a_cpp"), "cpp_start_date", "cpp_end_date", month)
    return int(children.child.isin(on_plan.child).sum())


def is_long_term(listed: Events, child, end) -> bool:
    return child.age < 16 and later(chain(listed, child)[0].lac_start_date, 30) <= end


def chain(listed: Events, child) -> list:
    """The periods of care that go on with each other without a break up to this one, in order."""
    linked = []
    own = [p for p in listed.of_child[child.child] if p.legal_status_code not in SHORT_BREAKS]
    for period in (*(p for p in own if p.lac_start_date < child.lac_start_date), child):
        ends = [p.lac_end_date for p in linked if not pd.isna(p.lac_end_date)]
        linked = [*linked, period] if ends and period.lac_start_date <= max(ends) else [period]
    return linked


def is_stable_home(listed: Events, child, end) -> bool:
    """Two years in the placement; or placed for adoption, and two years with the one before."""
    since = child.placement_start_date
    if pd.isna(since):
        return False
    if since <= child.lac_start_date:
        periods = chain(listed, child)
        for before, period in reversed(list(pairwise(periods))):
            if not same_home(before, period):
                break
            since = min(since, before.placement_start_date)
    if later(since, 24) <= end:
        return True
    days = [day for day in listed.placements.get(child.key, []) if day < child.placement_start_date]
    is_adoptive = isinstance(child.placement_type_code, str) and child.placement_type_code.startswith("A")
    return is_adoptive and len(days) > 0 and later(days[-1], 24) <= end


def with_one_carer(council: Council, child, end) -> bool | None:
    """Two years since the last episode that changed the carer; placed for adoption, since the one of the carer before."""
    known = [e for e in council.full.episodes[child.child] if e.episode_start_date <= end]
    since = began_with_carer(known)
    is_certain = isinstance(known[since].episode_start_reason, str) and known[since].episode_start_reason in "SPB"
    if later(known[since].episode_start_date, 24) <= end:
        return True
    kind = known[since].placement_type_code
    if isinstance(kind, str) and kind.startswith("A"):
        if since and known[since].episode_start_date <= known[since - 1].episode_end_date:
            before = known[began_with_carer(known[:since])]
            if later(before.episode_start_date, 24) <= end:
                return True
            is_certain &= isinstance(before.episode_start_reason, str) and before.episode_start_reason in "SPB"
        else:
            is_certain &= known[since].episode_start_reason == "S"
    return False if is_certain else None


def began_with_carer(known: list) -> int:
    """The number of the episode with which the stay of the last one began."""
    number = len(known) - 1
    while number and goes_on_with_carer(known[number - 1], known[number]):
        number -= 1
    return number


def goes_on_with_carer(before, episode) -> bool:
    if episode.episode_start_date > before.episode_end_date:
        return False
    alike = (before.placement_type_code, before.placement_provider_code) == (
        episode.placement_type_code,
        episode.placement_provider_code,
    )
    return episode.episode_start_reason in ("L", "T", "U") or (episode.episode_start_reason == "S" and alike)


def same_home(before, period) -> bool:
    """The home of the next period is the same if it begins with it, and is of the same kind and place."""
    alike = ("placement_provider_code", "placement_location_code")
    return (
        period.placement_start_date <= period.lac_start_date
        and isinstance(period.placement_type_code, str)
        and period.placement_type_code == before.placement_type_code
        and all(
            (pd.isna(there := getattr(period, a)) and pd.isna(getattr(before, a))) or there == getattr(before, a)
            for a in alike
        )
    )


OF_LIST = {
    "annex_a_contacts": contacts,
    "annex_a_referrals": referrals,
    "annex_a_assessments": assessments,
    "annex_a_section_47": section_47,
    "annex_a_cin": cin,
    "annex_a_cpp": cpp,
    "annex_a_lac": lac,
}
