"""The cells that `--dirty` makes wrong: list, column, which rows they can be in, and what is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

READ, REPORTED, REFUSED = "read as right", "reported", "refused"  # what a run does with it
EXCEL_DAY_ZERO = date(1899, 12, 30)
Row = dict[str, str]


@dataclass(frozen=True)
class Defect:
    """A kind of wrong cell.

    `write` gives the wrong cell of a row that `fits`; `right` gives the correct one, where that is not the old cell.
    """

    name: str
    extract: str
    column: str
    write: Callable[[Row], str]
    fits: Callable[[Row], bool]
    expected: str
    right: Callable[[Row], str] | None = None


def day(text: str) -> date:
    """Return the date that a list writes as 31/12/2013."""
    day_of_month, month, year = text.split("/")
    return date(int(year), int(month), int(day_of_month))


def _shown(when: date) -> str:
    return when.strftime("%d/%m/%Y")


def _date(name: str, form: Callable[[date], str], expected: str = READ, extract: str = "list_1_contacts") -> Defect:
    column = "Date of Contact" if extract == "list_1_contacts" else "Date of referral"
    return Defect(name, extract, column, lambda row: form(day(row[column])), lambda row: bool(row[column]), expected)


def _spelling(extract: str, column: str, right: str, written: str) -> Defect:
    name = f"another spelling of {right}"
    return Defect(name, extract, column, lambda _: written, lambda row: row[column] == right, READ)


def _before(name: str, extract: str, start: str, end: str) -> Defect:
    def write(row: Row) -> str:
        return _shown(day(row[start]) - timedelta(days=40))

    return Defect(name, extract, end, write, lambda row: bool(row[end]), REPORTED)


CELLS = (
    _spelling("list_1_contacts", "Contact Source", "q) 6: Police", "POLICE"),
    _spelling("list_1_contacts", "Contact Source", "e) 2A: Schools", "2a: schools"),
    _spelling("list_1_contacts", "Contact Source", "n) 5A: LA services", "N) 5A: LA Services"),
    _spelling("list_1_contacts", "Contact Source", "l) 3F: Health services", "Health Services - other"),
    _spelling("list_1_contacts", "Gender", "b) Female", "F"),
    _spelling("list_3_referrals", "Gender", "a) Male", "male"),
    _spelling("list_3_referrals", "Ethnicity", "a) WBRI", "White British"),
    _spelling("list_6_cin", "Case Status", "c) Child in need plan", "C) Child in Need Plan"),
    _spelling("list_7_cpp", "Latest Category of Abuse", "a) Neglect", "NEGLECT"),
    _spelling("list_7_cpp", "Initial Category of Abuse", "b) Physical abuse", "NYNN"),
    _spelling("list_8_lac", "Placement Type", "f) U6: Foster placement - not FFA", "f) U6: Foster Placement - Not FFA"),
    _date("date as ISO", lambda d: d.isoformat()),
    _date("date with a two-digit year", lambda d: d.strftime("%d/%m/%y")),
    _date("date with a time", lambda d: d.strftime("%d/%m/%Y 00:00:00")),
    _date("date as an Excel serial", lambda d: str((d - EXCEL_DAY_ZERO).days)),
    _date("date that no calendar has", lambda d: f"31/02/{d.year}", REPORTED),
    _date("word instead of a date", lambda _: "not known", REPORTED, "list_3_referrals"),
    _date("date in the future", lambda d: _shown(d + timedelta(days=800)), REPORTED, "list_3_referrals"),
    _before("end before start", "list_7_cpp", "Child Protection Plan Start Date", "Child Protection Plan End Date"),
    _before("end before start", "list_8_lac", "Date Started to be Looked After", "Date Ceased to be Looked After"),
    _before(
        "assessment authorised before it started",
        "list_4_assessments",
        "Continuous Assessment Start Date",
        "Continuous Assessment Date of Authorisation",
    ),
    Defect(
        "child over 25",
        "list_6_cin",
        "Date of Birth",
        lambda row: _shown(day(row["CIN Start Date"]) - timedelta(days=27 * 365 + 7)),
        lambda row: bool(row["Date of Birth"]),
        REPORTED,
    ),
    Defect(
        "no further action coded 1",
        "list_3_referrals",
        "Referral NFA?",
        lambda _: "1",
        lambda row: row["Referral NFA?"] == "a) Yes",
        READ,
    ),
    Defect(
        "no further action coded 0",
        "list_3_referrals",
        "Referral NFA?",
        lambda _: "0",
        lambda row: row["Referral NFA?"] == "b) No",
        READ,
    ),
    Defect(
        "trailing spaces",
        "list_6_cin",
        "Primary Need Code",
        lambda row: row["Primary Need Code"] + "   ",
        lambda row: bool(row["Primary Need Code"]),
        READ,
    ),
    Defect(
        "text with 'nan' in it, which must stay whole",
        "list_4_assessments",
        "Allocated Team",
        lambda _: "Pregnancy and Finance Team",
        lambda _: True,
        READ,
        lambda _: "Pregnancy and Finance Team",
    ),
    Defect(
        "age that the date of birth contradicts",
        "list_4_assessments",
        "Age of Child (Years)",
        lambda row: str(int(row["Age of Child (Years)"]) + 9),
        lambda row: bool(row["Age of Child (Years)"]) and bool(row["Date of Birth"]),
        REPORTED,
    ),
    Defect(
        "child id missing",
        "list_1_contacts",
        "Child Unique ID",
        lambda _: "",
        lambda _: True,
        REPORTED,
    ),
    Defect(
        "spelling that is not known",
        "list_6_cin",
        "Primary Need Code",
        lambda _: "Awaits a decision",
        lambda row: bool(row["Primary Need Code"]),
        REPORTED,
    ),
    Defect(
        "code that came into use later",
        "list_8_lac",
        "Placement Type",
        lambda _: "K3",
        lambda row: day(row["Start Date of Most Recent Placement"]) < date(2025, 4, 1),
        REPORTED,
    ),
    Defect(
        "fraction of a plan",
        "list_7_cpp",
        "Number of Previous Child Protection Plans",
        lambda _: "1.5",
        lambda _: True,
        REPORTED,
    ),
    Defect(
        "disability missing",
        "list_4_assessments",
        "Does the Child have a Disability",
        lambda _: "",
        lambda row: bool(row["Does the Child have a Disability"]),
        REPORTED,
    ),
)
