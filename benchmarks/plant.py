"""Plant breaches of the validation rules: how to change the rows of a child, and which rules that breaks.

A function for each rule takes a child and either changes its rows and returns every rule that they then break, or
returns None because the change does not fit the child. The rule books say what a change breaks; we never ask the
warehouse.
"""

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


def breaks(rule: str, rules: dict[str, Plant]) -> Callable[[Plant], Plant]:
    """Register a function under the rule that it plants a breach of."""
    return lambda plant: rules.setdefault(rule, plant)
