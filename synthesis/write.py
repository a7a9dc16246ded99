"""Write one share of an authority as parts of files: one COPY each, in the order of the cases, without headers."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from synthesis.layouts import SQL, Layout
from synthesis.people import one, set_variables
from synthesis.plan import Plan

SLICE = 1_000_000  # contact rows of one COPY: bounds memory and shows progress
REPEATED_SHARE = 0.2


@dataclass(frozen=True)
class Month:
    """A month of the calendar: its first and last day, its working days, and 1 April of its financial year."""

    first: date
    last: date
    days: list[date]
    april: date


@dataclass(frozen=True)
class Pool:
    """The children of a month's contacts that have no case: the first number, the first day and how many."""

    first_no: int
    first_day: date
    size: int


class Writer:
    """Writes the parts of one share, month by month."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, layout: Layout, plan: Plan, work: Path, number: int, neighbour: str
    ) -> None:
        self.con, self.layout, self.plan, self.work, self.number = con, layout, plan, work, number
        self.months = months(con)
        self.columns: dict[str, list[str]] = {}
        """The columns of each file written so far."""
        set_variables(con, {"authority": plan.authority, "neighbour": neighbour})
        most = max(plan.targets["contacts"].values()) + 1
        con.execute("create or replace table number as select range as i from range(?)", [most])
        self.next_no: int = one(con, "select getvariable('next_child_no')")
        self.pools: dict[int, Pool] = {}
        not_open = plan.targets["contacts_not_open_cases"]
        for idx in range(-2, plan.span.months + 1):
            size = not_open.get(idx, not_open[1])
            self.pools[idx] = Pool(self.next_no, self.months[idx].first, size)
            self.next_no += size

    def write_month(self, idx: int, numbered_from: int, *, is_extract: bool) -> tuple[int, Counter[str]]:
        """Write a month's contacts and, where the month is an extract, the other files as they stood at its end.

        Returns:
            The number of contacts, and the rows of each other file.
        """
        month = self.months[idx]
        set_variables(
            self.con,
            {
                "month_no": idx,
                "month_first": month.first,
                "month_last": month.last,
                "april": month.april,
                "days": month.days,
                "yymm": f"{month.first:%y%m}",
                "most_moved": self.plan.targets["lac_3plus_placements"][idx],
                "numbered_from": numbered_from,
            },
        )
        contacts = self._contacts(idx)
        queries = self.layout.queries.items() if is_extract else ()
        return contacts, Counter({name: self._copy(name, f"q-{idx:03d}", 0, sql) for name, sql in queries})

    def _contacts(self, idx: int) -> int:
        """Write the three kinds of a month's contacts.

        Their number is exact: where more referrals are planned than contacts, the others came without one.
        """
        whole, not_open = (self.plan.targets[m][idx] for m in ("contacts", "contacts_not_open_cases"))
        came = "is_referred and contact_on between getvariable('month_first') and getvariable('month_last')"
        referred = min(one(self.con, f"select count(*) from case_row where {came}"), not_open)
        self.con.execute(_contact_sql("open_case"))
        cases = one(self.con, "select count(*) from open_case")
        about_open = whole - not_open if cases else 0
        others = whole - referred - about_open
        pools = [self.pools[at] for at in (idx - 1, idx - 2, idx - 3, idx)]
        set_variables(
            self.con,
            {
                "referred": referred,
                "open_cases": cases,
                "stride": max(cases // about_open, 1) if about_open else 1,
                "repeats": int(others * REPEATED_SHARE),
                "pool_first_no": [pool.first_no for pool in pools],
                "pool_first_day": [pool.first_day for pool in pools],
                "pool_size": [pool.size for pool in pools],
            },
        )
        place = 0
        for kind, size in (("referred", referred), ("open_cases", about_open), ("others", others)):
            self.con.execute(f"create or replace temp view contact as {_contact_sql(kind)}")
            for start in range(0, size, SLICE if kind != "referred" else max(size, 1)):
                set_variables(self.con, {"slice_start": start, "slice_stop": min(start + SLICE, size)})
                for name, sql in self.layout.contacts.items():
                    self._copy(name, f"c-{idx:03d}", place, sql)
                place += 1
        return whole

    def _copy(self, name: str, part: str, place: int, sql: str) -> int:
        """Write the rows of a query as a part of a file; return how many there are."""
        self.columns.setdefault(name, self.con.sql(sql).columns)
        path = self.work / f"{name}-{part}-{self.number:03d}-{place:03d}.csv"
        as_it_is = r", quote '', escape '', delim '\x01'" if self.layout.suffix == ".xml" else ""
        rows: int = one(self.con, f"copy ({sql}) to ? (format csv, header false{as_it_is})", [str(path)])
        return rows


def months(con: duckdb.DuckDBPyConnection) -> dict[int, Month]:
    """Return each month of the calendar by its index."""
    rows = con.execute("select idx, first, last, days, fy_start from month").fetchall()
    return {idx: Month(*rest) for idx, *rest in rows}


def _contact_sql(name: str) -> str:
    return (SQL / "contacts" / f"{name}.sql").read_text()


def connect(work: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """Open a database in the work folder, which may outgrow memory."""
    con = duckdb.connect(str(work / "synthesis.duckdb"))
    con.execute(f"set memory_limit = '{memory_mb}MB'")
    con.execute(f"set temp_directory = '{work / 'spill'}'")
    con.execute("set preserve_insertion_order = true")
    return con
