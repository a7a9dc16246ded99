"""Plant breaches of the validation rules: how to change the rows of a child, and which rules that breaks.

A function for each rule takes a child and either changes its rows and returns every rule that they then break, or
returns None because the change does not fit the child. The rule books say what a change breaks; we never ask the
warehouse.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

MONTH_END, YEAR_START = date(2014, 9, 30), date(2014, 4, 1)
R, A, S = "list_3_referrals", "list_4_assessments", "list_5_section_47"
N, P, L = "list_6_cin", "list_7_cpp", "list_8_lac"
REFERRED, NFA = "Date of referral", "Referral NFA?"
STARTED, AUTHORISED = "Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation"
ENQUIRED = "Strategy discussion initiating Section 47 Enquiry Start Date"
UNNECESSARY = "Was an Initial Child Protection Conference deemed unnecessary?"
CONFERENCE = "Date of Initial Child Protection Conference"
NEEDED, CLOSED, REASON, STATUS = "CIN Start Date", "CIN Closure Date", "Reason for Closure", "Case Status"
PLANNED, ENDED = "Child Protection Plan Start Date", "Child Protection Plan End Date"
REVIEWED = "Date of latest review conference"
CARED, LEFT = "Date Started to be Looked After", "Date Ceased to be Looked After"
BORN, GENDER, UNKNOWN = "Date of Birth", "Gender", "c) Not stated/recorded"
ON_PLAN = "c) Child in need plan"

Row = dict[str, str]


@dataclass
class Child:
    """The rows delivered about one child by file, now and at the end of March; in a census, its line of XML."""

    child_id: str
    now: dict[str, list[Row]] = field(default_factory=dict)
    march: dict[str, list[Row]] = field(default_factory=dict)
    line: str = ""

    def one(self, name: str) -> Row | None:
        """Return the child's row in a file, if there is exactly one."""
        rows = self.now.get(name, [])
        return rows[0] if len(rows) == 1 else None

    def has(self, *names: str) -> bool:
        """Return whether the child has a row in any of these files."""
        return any(self.now.get(name) for name in names)

    @property
    def first(self) -> date:
        """Return the first day on which the child was referred or in need, if the child has no rows in March."""
        return min([day(row[REFERRED]) for row in self.now[R]] + [day(row[NEEDED]) for row in self.now.get(N, [])])


def day(text: str) -> date:
    """Return the date in a cell."""
    return date(*map(int, reversed(text.split("/"))))


def shown(when: date) -> str:
    """Return a date as it stands in a cell."""
    return when.strftime("%d/%m/%Y")


def later(text: str, days: int) -> str:
    """Return the date in a cell, so many days later."""
    return shown(day(text) + timedelta(days=days))


Broken = set[str]
"""The rules that a child now breaks."""
Plant = Callable[[Child], Broken | None]
ANNEX_A: dict[str, Plant] = {}
SSDA903: dict[str, Plant] = {}
CENSUS: dict[str, Plant] = {}


def breaks(rule: str, rules: dict[str, Plant]) -> Callable[[Plant], Plant]:
    """Register a function under the rule that it plants a breach of."""
    return lambda plant: rules.setdefault(rule, plant)


# --- Annex A: rules that fit few children come first


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
    """Return the child's open child in need plan, if there is no protection plan, enquiry or referral as well."""
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


# --- SSDA903


def _episodes(child: Child) -> list[Row]:
    return sorted(child.now.get("episodes", []), key=lambda row: day(row["DECOM"]))


def _uasc(months: dict[str, list[Row]]) -> Row | None:
    return next(iter(months.get("uasc", [])), None)


def _in_care_since_march(child: Child) -> bool:
    return any(not row["DEC"] for row in child.march.get("episodes", [])) and bool(_episodes(child))


def _status(child: Child, ceased: str) -> Row:
    header = child.now["header"][0]
    return {"CHILD": child.child_id, "SEX": header["SEX"], "DOB": header["DOB"], "DUC": ceased}


@breaks("205A", SSDA903)
def _no_longer_uasc(child: Child) -> Broken | None:
    before = _uasc(child.march)
    if before and not before["DUC"] and _in_care_since_march(child) and _uasc(child.now):
        child.now["uasc"] = []
        return {"205A"}
    return None


@breaks("205B", SSDA903)
def _ceased_and_uasc(child: Child) -> Broken | None:
    before, now = _uasc(child.march), _uasc(child.now)
    if before and now and not before["DUC"] and not now["DUC"] and _in_care_since_march(child):
        before["DUC"] = "01/12/2013"
        return {"205B"}
    return None


@breaks("304", SSDA903)
def _uasc_after_18(child: Child) -> Broken | None:
    status = _uasc(child.now)
    if status and not status["DUC"] and _episodes(child):
        born = day(status["DOB"])
        status["DUC"] = shown(born.replace(year=born.year + 18, day=min(born.day, 28)) + timedelta(days=7))
        return {"304"}
    return None


@breaks("205C", SSDA903)
def _once_uasc(child: Child) -> Broken | None:
    if (
        _in_care_since_march(child)
        and not _uasc(child.now)
        and day(child.now["header"][0]["DOB"]).year in range(1998, 2012)
    ):
        child.now["uasc"] = [_status(child, "15/01/2013")]
        return {"205C"}
    return None


@breaks("205D", SSDA903)
def _newly_uasc(child: Child) -> Broken | None:
    if _in_care_since_march(child) and not _uasc(child.now):
        child.now["uasc"] = [_status(child, "")]
        return {"205D"}
    return None


@breaks("357", SSDA903)
def _care_begins_without_start(child: Child) -> Broken | None:
    episodes = _episodes(child)
    if episodes and day(episodes[0]["DECOM"]) >= YEAR_START:
        episodes[0]["RNE"] = "L"
        return {"357"}
    return None


def _latest(child: Child, reason: str) -> tuple[Row, Row] | None:
    """Return the last two episodes if the later one began this year for this reason."""
    if len(episodes := _episodes(child)) < 2:
        return None
    before, last = episodes[-2:]
    return (before, last) if last["RNE"] == reason and day(last["DECOM"]) >= YEAR_START else None


@breaks("433", SSDA903)
def _gap_in_care(child: Child) -> Broken | None:
    if (pair := _latest(child, "P") or _latest(child, "L")) and day(pair[0]["DECOM"]) < day(pair[0]["DEC"]):
        pair[0].update(DEC=later(pair[0]["DEC"], -1), REC="E4A")
        return {"433"}
    return None


@breaks("434", SSDA903)
def _legal_status_did_not_change(child: Child) -> Broken | None:
    if pair := _latest(child, "L"):
        pair[1]["LS"] = pair[0]["LS"]
        return {"434"}
    return None


@breaks("435", SSDA903)
def _legal_status_changed_too(child: Child) -> Broken | None:
    if pair := _latest(child, "P"):
        pair[1]["LS"] = "D1"
        return {"435"}
    return None


@breaks("436", SSDA903)
def _only_placement_changed(child: Child) -> Broken | None:
    if pair := _latest(child, "P"):
        pair[1]["RNE"] = "B"
        return {"436"}
    return None


@breaks("388", SSDA903)
def _continues_in_nothing(child: Child) -> Broken | None:
    episodes = _episodes(child)
    if episodes and episodes[-1]["DEC"]:
        episodes[-1]["REC"] = "X1"
        return {"388"}
    return None


@breaks("392d", SSDA903)
def _placed_at_home(child: Child) -> Broken | None:
    episodes = _episodes(child)
    if episodes and episodes[-1]["PLACE"] != "P1":
        episodes[-1]["HOME_POST"] = episodes[-1]["PL_POST"]
        return {"392d"}
    return None


def _said_otherwise(rule: str, column: str, others: tuple[str, str]) -> Plant:
    """Return a function that plants a breach of one of rules 503: the only episode differs from March in a column."""

    def plant(child: Child) -> Broken | None:
        episodes = _episodes(child)
        if len(episodes) == 1 and _in_care_since_march(child) and episodes[0]["PLACE"] != "P1":
            now = episodes[0][column]
            episodes[0][column] = others[0] if now != others[0] else others[1]
            return {rule}
        return None

    return plant


COMPARED = {
    "503A": ("RNE", ("L", "U")),
    "503B": ("LS", ("C2", "V2")),
    "503C": ("CIN", ("N4", "N5")),
    "503D": ("PLACE", ("K2", "U6")),
    "503E": ("PLACE_PROVIDER", ("PR4", "PR1")),
    "503F": ("URN", ("SC900001", "SC900002")),
    "503J": ("PL_POST", ("ZZ99 1AA", "ZZ99 1AB")),
}
SSDA903 |= {rule: _said_otherwise(rule, *what) for rule, what in COMPARED.items()}


# --- the children in need census

FACTORS = re.compile("<FactorsIdentifiedAtAssessment>.*?</FactorsIdentifiedAtAssessment>")


def _factors(*codes: str) -> str:
    factors = "".join(f"<AssessmentFactors>{code}</AssessmentFactors>" for code in codes)
    return f"<FactorsIdentifiedAtAssessment>{factors}</FactorsIdentifiedAtAssessment>"


def _set_factors(child: Child, *codes: str) -> None:
    child.line = FACTORS.sub(_factors(*codes), child.line)


def _assessed(child: Child) -> bool:
    return child.line.count("<Assessments>") == len(FACTORS.findall(child.line)) == 1


@breaks("8614", CENSUS)
def _open_with_factors(child: Child) -> Broken | None:
    if child.line.count("<Assessments>") == 1 and "<AssessmentAuthorisationDate>" not in child.line:
        child.line = child.line.replace("</Assessments>", f"{_factors('2B')}</Assessments>")
        return {"8614"}
    return None


@breaks("8869", CENSUS)
def _none_and_another(child: Child) -> Broken | None:
    if _assessed(child):
        _set_factors(child, "21", "3A")
        return {"8869"}
    return None


@breaks("8898", CENSUS)
def _same_factor_twice(child: Child) -> Broken | None:
    if _assessed(child):
        _set_factors(child, "4B", "3A", "4B")
        return {"8898"}
    return None


@breaks("8897Q", CENSUS)
def _completed_without_factors(child: Child) -> Broken | None:
    if _assessed(child):
        child.line = FACTORS.sub("", child.line)
        return {"8897Q"}
    return None
