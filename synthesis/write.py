"""Writing one share of an authority as parts of files: one COPY each, in the order of the cases, without headers."""

from datetime import date
from pathlib import Path

import duckdb

from synthesis import contacts, lists
from synthesis.layouts import Layout
from synthesis.plan import Plan

SLICE = 1_000_000  # contact rows of one COPY: bounds memory and shows progress
REPEATED_SHARE = 0.2
OPEN_AT = """
create or replace temp table open_case as
select row_number() over () - 1 as place, child_no, child_h, born_on, is_uasc
from (
    select child_no, child_h, born_on, is_uasc from case_row
    where opened_on < date '{first}' and (closed_on is null or closed_on > date '{last}')
        and (referred_on is not null or has_cpp or has_lac or has_cin or has_assessment) order by case_no
)"""


class Writer:
    """Writes the parts of one share, month by month; each call says how many rows of which file it wrote."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, layout: Layout, plan: Plan, work: Path, number: int, neighbour: str
    ):
        self.con, self.layout, self.plan, self.work = con, layout, plan, work
        self.number, self.neighbour = number, neighbour
        self.months = months(con)
        con.execute(
            "create or replace table number as select range as i from range(?)",
            [max(plan.targets["contacts"].values()) + 1],
        )
        self.next_no = con.execute("select getvariable('next_child_no')").fetchone()[0]
        self.pools: dict[int, tuple[int, date, int]] = {}
        usual = plan.targets["contacts_not_open_cases"][1]
        for idx in range(-2, plan.span.months + 1):
            size = plan.targets["contacts_not_open_cases"].get(idx, usual)
            self.pools[idx] = (self.next_no, self.months[idx][0], size)
            self.next_no += size

    def write_contacts(self, idx: int, numbered_from: int) -> int:
        """The three parts of a month's contacts, sliced. Counts are exact; referrals beyond them came straight."""
        first, last, days, _ = self.months[idx]
        whole, not_open = (self.plan.targets[m][idx] for m in ("contacts", "contacts_not_open_cases"))
        month = f"{first:%y%m}"
        within = f"is_referred and contact_on between date '{first}' and date '{last}'"
        referred = self.con.execute(f"select count(*) from case_row where {within}").fetchone()[0]
        if referred > not_open:
            within += f" qualify row_number() over (order by case_no) <= {not_open}"
            referred = not_open
        self.con.execute(OPEN_AT.format(first=first, last=last))
        cases = self.con.execute("select count(*) from open_case").fetchone()[0]
        about_open = whole - not_open if cases else 0
        others = whole - referred - about_open
        pools = [self.pools[at] for at in (idx - 1, idx - 2, idx - 3, idx)]
        repeats = int(others * REPEATED_SHARE)
        parts = [contacts.referred(month, within)] if referred else []
        parts += [
            contacts.open_cases(month, days, cases, about_open, numbered_from, *ends) for ends in _slices(about_open)
        ]
        parts += [contacts.others(month, days, pools, repeats, numbered_from, *ends) for ends in _slices(others)]
        for name, sql in self.layout.contacts.items():
            for place, part in enumerate(parts):
                self._copy(f"{name}-c", idx, place, sql.replace("{contacts}", part))
        return whole

    def write_file(self, name: str, idx: int) -> int:
        """A file other than the contacts, as it stood at the month's end."""
        _, last, _, fy = self.months[idx]
        most_moved = self.plan.targets["lac_3plus_placements"][idx]
        here = {"authority": self.plan.authority, "neighbour": self.neighbour}
        drawn_as = self.layout.drawn_as[name]
        sql = lists.query(self.layout.queries[name], drawn_as, idx, last, fy, most_moved=most_moved, **here)
        return self._copy(f"{name}-q", idx, 0, sql)

    def _copy(self, name: str, idx: int, place: int, sql: str) -> int:
        path = self.work / f"{name}-{idx:03d}-{self.number:03d}-{place:03d}.csv"
        target = str(path).replace("'", "''")
        as_it_is = r", quote '', escape '', delim '\x01'" if self.layout.suffix == ".xml" else ""
        return self.con.execute(f"copy ({sql}) to '{target}' (format csv, header false{as_it_is})").fetchone()[0]


def months(con: duckdb.DuckDBPyConnection) -> dict[int, tuple[date, date, list[date], date]]:
    """First and last day, working days and 1 April of each month of the calendar."""
    rows = con.execute("select idx, first, last, days, fy_start from month").fetchall()
    return {idx: rest for idx, *rest in rows}


def _slices(n: int) -> list[tuple[int, int]]:
    return [(start, min(start + SLICE, n)) for start in range(0, n, SLICE)]


def connect(work: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """A database of its own in the work folder, which may outgrow memory."""
    con = duckdb.connect(str(work / "synthesis.duckdb"))
    con.execute(f"set memory_limit = '{memory_mb}MB'")
    con.execute(f"set temp_directory = '{work / 'spill'}'")
    con.execute("set preserve_insertion_order = true")
    return con
