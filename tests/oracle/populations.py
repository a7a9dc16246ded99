"""Small made-up councils whose dates lie at the edges, and whose lists come with corrections, gaps and out of order."""

import random
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST_MONTHS = [date(2012, 1, 1), date(2012, 11, 1), date(2013, 2, 1), date(2013, 11, 1), date(2023, 12, 1)]
MONTHS = 5
CHILDREN = 14
REACHES = ["month", "year", "everything"]
SOURCES = ["q) 6: Police", "a) 1A: Individual", "b) 2A: Schools"]
LISTS = {  # the cells of an event that say when it began and when it is over
    "annex_a_contacts": ("contact_date", "contact_date"),
    "annex_a_referrals": ("referral_date", "referral_date"),
    "annex_a_assessments": ("assessment_start_date", "assessment_authorisation_date"),
    "annex_a_section_47": ("section_47_start_date", "conference_date"),
    "annex_a_cin": ("cin_start_date", "cin_closure_date"),
    "annex_a_cpp": ("cpp_start_date", "cpp_end_date"),
    "annex_a_lac": ("lac_start_date", "lac_end_date"),
}
# a day, and the day from which another one at the edge of a measure is reckoned
STEPS_IN_DAYS = [0, 0, 1, 1, 5, 13, 14, 15, 20, 21, 22, 28, 29, 62, 63, 64, 65, 66, 67, 68]
STEPS_IN_MONTHS = [1, 2, 3, 6, 12, 12, 24, 24, 30]


@dataclass
class Event:
    """What a council's system holds: the cells, when the event was entered, and when it was deleted, if it was."""

    list: str
    cells: dict[str, str | date | None]
    entered: date
    deleted: date | None = None
    said_later: dict[str, tuple[date, str]] = field(default_factory=dict)


def later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of(month: date) -> date:
    return later(month, 1) - timedelta(days=1)


class Population:
    """One council's events over some months, drawn from a seed."""

    def __init__(self, seed: int):
        self.draw = random.Random(seed)
        first = self.draw.choice(FIRST_MONTHS)
        self.months = [later(first, n) for n in range(MONTHS)]
        self.reach = self.draw.choice(REACHES)
        self.births = {str(n): self.birth() for n in range(1, CHILDREN + 1)}
        self.events = [event for child in self.births for event in self.life(child)]

    def birth(self) -> date | None:
        age = self.draw.choice([0, 3, 10, 15, 16, 17, 18])
        around = later(self.draw.choice(self.months), -12 * age)
        return self.draw.choice([around, around - timedelta(days=1), end_of(around), date(2000, 2, 29), None])

    def day(self) -> date:
        """A day of the council's months, more likely at their edges than in between."""
        month = self.draw.choice(self.months)
        days = [month, end_of(month), month - timedelta(days=1), month + timedelta(days=self.draw.randrange(28))]
        return self.draw.choice(days)

    def after(self, day: date) -> date:
        if self.draw.random() < 0.6:
            return day + timedelta(days=self.draw.choice(STEPS_IN_DAYS))
        return later(day, self.draw.choice(STEPS_IN_MONTHS)) + timedelta(days=self.draw.choice([-1, 0, 0, 1]))

    def before(self, day: date) -> date:
        step = later(day, -self.draw.choice([0, 0, 1, 3, 12, 24, 30, 36]))
        return step - timedelta(days=self.draw.choice([-1, 0, 0, 1, 14, 20, 21, 28]))

    def maybe(self, value, share: float = 0.5):
        return value if self.draw.random() < share else None

    def life(self, child: str) -> list[Event]:
        """A child's events: some of each kind, each reckoned from one that came before."""
        cells = [self.contact() for _ in range(self.draw.randrange(3))]
        day = cells[-1][1]["contact_date"] if cells else self.day()
        for _ in range(self.draw.randrange(3)):
            day = self.draw.choice([day, self.after(day), self.before(day)])
            cells.append(self.referral(day))
        for _ in range(self.draw.randrange(4)):
            started = self.draw.choice([day, day, self.after(day)])
            cells.append(("annex_a_assessments", self.span("annex_a_assessments", started)))
        for _ in range(self.draw.randrange(3)):
            cells.append(("annex_a_section_47", self.span("annex_a_section_47", self.draw.choice([day, self.day()]))))
        for _ in range(self.draw.randrange(3)):
            status = self.draw.choice(["c) Child in need plan", "c) Child in need plan", "d) Open assessment", ""])
            cells.append(
                ("annex_a_cin", self.span("annex_a_cin", self.before(self.day())) | {"case_status_code": status})
            )
        start = self.before(self.day())
        for _ in range(self.draw.randrange(3)):
            plan = self.span("annex_a_cpp", start)
            visit = self.maybe(self.draw.choice([self.day(), self.before(self.day())]))
            plan |= {"previous_plans": self.draw.choice(["0", "0", "1", ""]), "last_visit_date": visit}
            cells.append(("annex_a_cpp", plan))
            start = plan["cpp_end_date"] or self.after(start)
        start = self.before(self.day())
        uasc = self.draw.choice(["a) Yes", "b) No", "b) No", ""])
        for _ in range(self.draw.randrange(3)):
            cells.append(self.care(start, uasc))
            start = cells[-1][1]["lac_end_date"] or self.after(start)
            start = self.draw.choice([start, start, start + timedelta(days=1)])
        return [self.entered(name, {"child_id": child, "birth_date": self.births[child]} | own) for name, own in cells]

    def span(self, name: str, start: date) -> dict:
        return dict(zip(LISTS[name], (start, self.maybe(self.after(start), 0.6)), strict=True))

    def contact(self) -> tuple[str, dict]:
        is_open = self.draw.choice(["a) Yes", "b) No", ""])
        source = self.draw.choice(SOURCES)
        own = {"contact_date": self.day(), "contact_source_code": source, "is_open_case": is_open}
        return "annex_a_contacts", own

    def referral(self, day: date) -> tuple[str, dict]:
        outcome = self.draw.choice(["Assessment required", "No Further Action", "", ""])
        action = self.draw.choice(["a) Yes", "b) No", ""])
        own = {"referral_date": day, "referral_outcome_code": outcome, "is_no_further_action": action}
        return "annex_a_referrals", own | {"referral_source_code": self.draw.choice(SOURCES)}

    def care(self, start: date, uasc: str) -> tuple[str, dict]:
        own = self.span("annex_a_lac", start) | {"is_uasc": uasc}
        own["placement_start_date"] = self.draw.choice(
            [start, start, self.after(start), max(start, self.before(self.day()))]
        )
        own["placement_type_code"] = self.draw.choice(["U6", "U6", "A3", "K2"])
        own["placement_provider_code"] = "PR1"
        own["placement_location_code"] = self.draw.choice(["a) In", "a) In", "b) Out", ""])
        own["placements_last_12_months"] = self.draw.choice(["1", "2", "3", "4", ""])
        own["legal_status_code"] = self.draw.choice(["C2: FCO", "C2: FCO", "V2", "V2", "V4"])
        return "annex_a_lac", own

    def entered(self, name: str, cells: dict) -> Event:
        """Most events are entered in their month, some late; a few are deleted, or say something else later."""
        began = cells[LISTS[name][0]].replace(day=1)
        event = Event(name, cells, self.draw.choice([began, began, began, later(began, 1)]))
        if self.draw.random() < 0.08:
            event.deleted = later(max(event.entered, self.months[0]), self.draw.randrange(1, 4))
        since = self.draw.choice(self.months)
        if name == "annex_a_cin":
            event.said_later["case_status_code"] = (
                since,
                self.draw.choice(["c) Child in need plan", "a) Looked after child"]),
            )
        if name == "annex_a_lac" and self.draw.random() < 0.4:
            event.said_later["placement_start_date"] = (since, self.day())
            event.said_later["placement_type_code"] = (since, self.draw.choice(["U6", "A3"]))
        if name == "annex_a_cpp" and self.draw.random() < 0.6:
            event.said_later["last_visit_date"] = (since, self.day())
        return event

    def rows(self, name: str, month: date, is_slip: bool = False) -> list[dict[str, str]]:
        """A month's list; with a slip, as it was before somebody put it right."""
        rows = [row for event in self.events if event.list == name and (row := self.row(event, month))]
        if is_slip:
            rows = [row for row in rows if self.draw.random() < 0.8]
        return rows + rows[:1] * (self.draw.random() < 0.1)

    def row(self, event: Event, month: date) -> dict[str, str] | None:
        """An event as the month's list shows it, or None where the list does not."""
        start, end = (event.cells[column] for column in LISTS[event.list])
        is_known = event.entered <= month and not (event.deleted and event.deleted <= month)
        if not is_known or start > end_of(month):
            return None
        over = end if end and end <= end_of(month) else None
        begins = {"month": month, "year": later(month, -((month.month - 4) % 12)), "everything": date.min}[self.reach]
        if over and over < begins:
            return None
        cells = dict(event.cells) | {LISTS[event.list][1]: over, LISTS[event.list][0]: start}
        for column, (since, value) in event.said_later.items():
            if since <= month:
                cells[column] = value
        return {name: said(value) for name, value in cells.items()}

    def deliveries(self) -> list[tuple[str, date, list[dict[str, str]]]]:
        """The lists that are sent, in the order in which they come: some not at all, some twice, months mixed up."""
        missing = self.draw.sample(sorted(LISTS), self.draw.choice([0, 0, 1]))
        sent = []
        for name in sorted(set(LISTS) - set(missing)):
            for month in self.months:
                if self.draw.random() < 0.08:
                    continue
                if self.draw.random() < 0.2:
                    sent.append((name, month, self.rows(name, month, is_slip=True)))
                sent.append((name, month, self.rows(name, month)))
        self.draw.shuffle(sent)
        return sent


def said(value) -> str:
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value or ""
