"""Plant breaches of the rules for Annex A. Rules that fit few children come first."""

from datetime import date, timedelta

from plant import (
    AUTHORISED,
    BORN,
    CARED,
    CLOSED,
    CONFERENCE,
    ENDED,
    ENQUIRED,
    GENDER,
    LEFT,
    MONTH_END,
    NEEDED,
    NFA,
    ON_PLAN,
    PLANNED,
    REASON,
    REVIEWED,
    STARTED,
    STATUS,
    UNKNOWN,
    UNNECESSARY,
    YEAR_START,
    A,
    Broken,
    Child,
    L,
    N,
    P,
    Plant,
    R,
    Row,
    S,
    breaks,
    day,
    later,
    shown,
)

ANNEX_A: dict[str, Plant] = {}


def _first_plan(child: Child) -> tuple[Row, Row, Row] | None:
    """Return referral, enquiry and plan of a child with one of each, all of this year, and nothing in March.

    The plan began on the day of the conference that the enquiry led to.
    """
    referral, enquiry, plan = child.one(R), child.one(S), child.one(P)
    if child.march or not (referral and enquiry and plan):
        return None
    fits = plan[PLANNED] == enquiry[CONFERENCE] and child.first >= YEAR_START + timedelta(days=1)
    return (referral, enquiry, plan) if fits else None


def _old_plan(child: Child) -> Row | None:
    """Return the child's plan if it began in an earlier year and is still open."""
    plan = child.one(P)
    return plan if plan and not plan[ENDED] and day(plan[PLANNED]) <= date(2014, 1, 15) else None


@breaks("1105", ANNEX_A)
def _plan_before_referral(child: Child) -> Broken | None:
    if found := _first_plan(child):
        _, enquiry, plan = found
        if (day(enquiry[CONFERENCE]) - child.first).days < 25:
            plan[PLANNED] = shown(child.first - timedelta(days=1))
            return {"1105", "2885"}  # and so not on the day of the conference
    return None


@breaks("2885", ANNEX_A)
def _plan_after_conference(child: Child) -> Broken | None:
    if found := _first_plan(child):
        _, _, plan = found
        if not plan[ENDED] and day(plan[PLANNED]) < MONTH_END - timedelta(days=5):
            plan[PLANNED] = later(plan[PLANNED], 3)
            return {"2885"}
    return None


@breaks("8832", ANNEX_A)
def _plan_without_action(child: Child) -> Broken | None:
    if found := _first_plan(child):
        referral, _, _ = found
        if referral[NFA] == "b) No":
            referral[NFA] = "a) Yes"
            return {"8832"}
    return None


@breaks("8840", ANNEX_A)
def _plan_of_a_day(child: Child) -> Broken | None:
    plan = child.one(P)
    if plan and not plan[ENDED] and not plan[REVIEWED]:
        plan[ENDED] = plan[PLANNED]
        return {"8840"}
    return None


@breaks("8925", ANNEX_A)
def _plan_ends_before_start(child: Child) -> Broken | None:
    plan = child.one(P)
    if plan and not plan[ENDED] and not plan[REVIEWED]:
        plan[ENDED] = later(plan[PLANNED], -1)
        return {"8925"}
    return None


@breaks("8841", ANNEX_A)
def _review_at_start(child: Child) -> Broken | None:
    plan = child.one(P)
    if plan and plan[REVIEWED]:
        plan[REVIEWED] = plan[PLANNED]
        return {"8841"}
    return None


@breaks("8935", ANNEX_A)
def _two_open_plans(child: Child) -> Broken | None:
    if plan := _old_plan(child):
        child.now[P].append(plan | {PLANNED: later(plan[PLANNED], 60), REVIEWED: ""})
        return {"8935"}
    return None


@breaks("8940", ANNEX_A)
def _plans_overlap(child: Child) -> Broken | None:
    if plan := _old_plan(child):
        other = {PLANNED: later(plan[PLANNED], -40), ENDED: later(plan[PLANNED], 10), REVIEWED: ""}
        child.now[P].append(plan | other)
        return {"8940"}
    return None


def _child_in_need(child: Child) -> Row | None:
    """Return the child's open child in need plan, unless the child also has a plan, an enquiry or a referral."""
    need = child.one(N)
    return need if need and need[STATUS] == ON_PLAN and not child.has(P, S, R) else None


def _plan_of(need: Row, start: date, end: date | None) -> Row:
    head = {name: need[name] for name in ("Child Unique ID", GENDER, "Ethnicity", BORN, "Age of Child (Years)")}
    abuse = {"Initial Category of Abuse": "a) Neglect", "Latest Category of Abuse": "a) Neglect"}
    others = {
        "Does the Child have a Disability": "b) No",
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)": "b) No",
        "Number of Previous Child Protection Plans": "0",
    }
    return head | abuse | others | {PLANNED: shown(start), ENDED: shown(end) if end else ""}


@breaks("4001", ANNEX_A)
def _both_plans_open(child: Child) -> Broken | None:
    need = _child_in_need(child)
    if need and day(need[NEEDED]) < date(2014, 3, 1):
        child.now[P] = [_plan_of(need, date(2014, 3, 20), None)]
        return {"4001"}
    return None


@breaks("4016", ANNEX_A)
def _need_begins_on_plan(child: Child) -> Broken | None:
    need = _child_in_need(child)
    if need and day(need[NEEDED]) < MONTH_END - timedelta(days=15):
        start = min(day(need[NEEDED]) - timedelta(days=30), date(2014, 3, 15))
        child.now[P] = [_plan_of(need, start, day(need[NEEDED]) + timedelta(days=10))]
        return {"4016"}
    return None


@breaks("8868", ANNEX_A)
def _closed_with_open_enquiry(child: Child) -> Broken | None:
    need, enquiry = child.one(N), child.one(S)
    if need and need[CLOSED] and enquiry and enquiry[UNNECESSARY] == "a) Yes" and not child.has(P):
        start = day(enquiry[ENQUIRED])
        if day(need[NEEDED]) <= start < day(need[CLOSED]) and start < MONTH_END - timedelta(days=25):
            enquiry[UNNECESSARY] = ""
            return {"8868", "8675Q"}  # and open for more than 15 working days
    return None


@breaks("8675Q", ANNEX_A)
def _enquiry_left_open(child: Child) -> Broken | None:
    enquiry = child.one(S)
    if enquiry and enquiry[UNNECESSARY] == "a) Yes" and day(enquiry[ENQUIRED]) < MONTH_END - timedelta(days=25):
        start = day(enquiry[ENQUIRED])
        if all(day(row[NEEDED]) > start or (row[CLOSED] and day(row[CLOSED]) <= start) for row in child.now.get(N, [])):
            enquiry[UNNECESSARY] = ""
            return {"8675Q"}
    return None


@breaks("2889", ANNEX_A)
def _enquiry_before_referral(child: Child) -> Broken | None:
    enquiry = child.one(S)
    if enquiry and (enquiry[CONFERENCE] or enquiry[UNNECESSARY]) and _begun_this_year(child):
        enquiry[ENQUIRED] = shown(child.first - timedelta(days=1))
        return {"2889"}
    return None


@breaks("1104", ANNEX_A)
def _conference_before_referral(child: Child) -> Broken | None:
    enquiry = child.one(S)
    if enquiry and enquiry[CONFERENCE] and not child.has(P) and _begun_this_year(child):
        held = child.first - timedelta(days=1)
        if held.isoweekday() <= 5:
            enquiry[CONFERENCE] = shown(held)
            return {"1104"}
    return None


@breaks("8875", ANNEX_A)
def _conference_at_weekend(child: Child) -> Broken | None:
    enquiry = child.one(S)
    if enquiry and enquiry[CONFERENCE] and not child.has(P):
        held = day(enquiry[CONFERENCE])
        saturday = held + timedelta(days=6 - held.isoweekday())
        if saturday <= MONTH_END:
            enquiry[CONFERENCE] = shown(saturday)
            return {"8875"}
    return None


def _begun_this_year(child: Child) -> bool:
    return bool(not child.march and child.one(R) and child.first >= YEAR_START + timedelta(days=1))


@breaks("1103", ANNEX_A)
def _assessment_before_referral(child: Child) -> Broken | None:
    listed = child.one(A)
    if listed and listed[AUTHORISED] and _begun_this_year(child):
        listed[STARTED] = shown(child.first - timedelta(days=1))
        return {"1103"}
    return None


@breaks("8608", ANNEX_A)
def _authorised_before_start(child: Child) -> Broken | None:
    listed = child.one(A)
    if listed and listed[AUTHORISED]:
        listed[AUTHORISED] = later(listed[STARTED], -1)
        return {"8608"}
    return None


@breaks("8670Q", ANNEX_A)
def _assessment_left_open(child: Child) -> Broken | None:
    listed = child.one(A)
    if listed and listed[AUTHORISED] and day(listed[STARTED]) < MONTH_END - timedelta(days=70):
        start = day(listed[STARTED])
        if all(day(row[NEEDED]) > start or not row[CLOSED] for row in child.now.get(N, [])):
            listed[AUTHORISED] = ""
            return {"8670Q"}
    return None


@breaks("8867", ANNEX_A)
def _closed_with_open_assessment(child: Child) -> Broken | None:
    need, listed = child.one(N), child.one(A)
    if need and need[CLOSED] and listed and listed[AUTHORISED]:
        start = day(listed[STARTED])
        if day(need[NEEDED]) <= start < day(need[CLOSED]) and start > MONTH_END - timedelta(days=60):
            listed[AUTHORISED] = ""
            return {"8867"}
    return None


@breaks("8805", ANNEX_A)
def _closed_without_reason(child: Child) -> Broken | None:
    need = child.one(N)
    if need and need[CLOSED]:
        need[REASON] = ""
        return {"8805"}
    return None


@breaks("8810", ANNEX_A)
def _reason_without_date(child: Child) -> Broken | None:
    need = child.one(N)
    if need and need[CLOSED]:
        need[CLOSED] = ""
        return {"8810"}
    return None


@breaks("8815", ANNEX_A)
def _two_open_episodes(child: Child) -> Broken | None:
    need = child.one(N)
    if need and not need[CLOSED] and not child.has(P) and day(need[NEEDED]) < MONTH_END:
        child.now[N].append(need | {NEEDED: later(need[NEEDED], 1)})
        return {"8815"}
    return None


@breaks("8820", ANNEX_A)
def _episodes_overlap(child: Child) -> Broken | None:
    need = child.one(N)
    if need and need[CLOSED] and not child.has(P) and day(need[CLOSED]) > day(need[NEEDED]) + timedelta(days=5):
        again = {NEEDED: later(need[CLOSED], -1), CLOSED: "", REASON: "", STATUS: "d) Open assessment"}
        child.now[N].append(need | again)
        return {"8820"}
    return None


@breaks("8606", ANNEX_A)
def _referred_before_conception(child: Child) -> Broken | None:
    need = child.one(N)
    if need and not child.has(L) and day(need[NEEDED]) > MONTH_END - timedelta(days=280):
        need |= {BORN: later(need[NEEDED], 290), GENDER: UNKNOWN}
        return {"8606"}
    return None


@breaks("8750", ANNEX_A)
def _unborn_with_gender(child: Child) -> Broken | None:
    need = child.one(N)
    if need and need[GENDER] in ("a) Male", "b) Female") and day(need[NEEDED]) > MONTH_END - timedelta(days=200):
        need[BORN] = shown(MONTH_END + timedelta(days=30))
        return {"8750"}
    return None


@breaks("8775Q", ANNEX_A)
def _older_than_25(child: Child) -> Broken | None:
    need = child.one(N)
    if need and need[BORN]:
        need[BORN] = "01/06/1988"
        return {"8775Q"}
    return None


def _in_care(child: Child) -> Row | None:
    care = child.one(L)
    return care if care and not care[LEFT] else None


@breaks("302", ANNEX_A)
def _cared_for_before_birth(child: Child) -> Broken | None:
    if care := child.one(L):
        care[BORN] = later(care[CARED], 1)
        return {"302"}
    return None


@breaks("361", ANNEX_A)
def _long_police_protection(child: Child) -> Broken | None:
    if care := _in_care(child):
        care |= {"Child's Legal Status": "L1", "Start date of current legal status": "20/09/2014"}
        return {"361"}
    return None


@breaks("376", ANNEX_A)
def _long_holiday(child: Child) -> Broken | None:
    if care := _in_care(child):
        care |= {"Placement Type": "T3", "Start Date of Most Recent Placement": "31/08/2014"}
        return {"376"}
    return None


@breaks("379", ANNEX_A)
def _long_week(child: Child) -> Broken | None:
    if care := _in_care(child):
        care |= {"Placement Type": "T4", "Start Date of Most Recent Placement": "20/09/2014"}
        return {"379"}
    return None


@breaks("502", ANNEX_A)
def _lost_since_march(child: Child) -> Broken | None:
    care, before = child.one(L), child.march.get(L, [])
    if care and len(before) == 1 and not before[0][LEFT] and before[0][CARED] == care[CARED]:
        child.now[L] = []
        return {"502"}
    return None


# --- rules about an authority as a whole, each planted in all children of one


def no_conferences(children: list[Child]) -> set[tuple[str, str]]:
    """Plant breaches of rule 2883: no enquiry led to a conference, so every plan of the year began without one."""
    for child in children:
        for row in child.now.get(S, []):
            if row[CONFERENCE]:
                row |= {CONFERENCE: "", UNNECESSARY: "a) Yes"}
    plans = ((child, row) for child in children for row in child.now.get(P, []))
    return {("2883", child.child_id) for child, row in plans if day(row[PLANNED]) >= YEAR_START}


def no_genders(children: list[Child]) -> set[tuple[str, str]]:
    """Plant breaches of rule 2886Q: the gender of every twentieth child in need who is born is not recorded."""
    born = [child for child in children if any(row[BORN] for row in child.now.get(N, []))]
    for child in born[::20]:
        for row in child.now[N]:
            row[GENDER] = UNKNOWN
    rows = ((child, row) for child in born for row in child.now[N])
    return {("2886Q", child.child_id) for child, row in rows if row[BORN] and row[GENDER] == UNKNOWN}
