"""Writing an authority's extracts: one COPY per file, contacts in slices whose bytes later extracts repeat."""

import csv
import io
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from synthesis import contacts, lists
from synthesis.layout import HEADERS, LISTS, NOTICE
from synthesis.plan import Plan

SLICE = 1_000_000  # contact rows of one COPY: bounds memory and shows progress
REPEATED_SHARE = 0.2
OPEN_AT = """
create or replace temp table open_case as
select row_number() over () - 1 as place, child_no, child_h, born_on
from (
    select child_no, child_h, born_on from case_row
    where opened_on < date '{first}' and (closed_on is null or closed_on > date '{last}')
        and (referred_on is not null or has_cpp or has_lac or has_cin or has_assessment) order by case_no
)"""


class Writer:
    """Writes the months of one authority, in order. `wrote` hears how many rows each file or slice has."""

    def __init__(self, con, plan: Plan, out: Path, work: Path, neighbour: str, wrote: Callable[[str, int], None]):
        self.con, self.plan, self.out, self.work = con, plan, out, work
        self.neighbour, self.wrote = neighbour, wrote
        self.contacts: dict[int, int] = {}
        self.months = {
            idx: (first, last, days, fy)
            for idx, first, last, days, fy in con.execute(
                "select idx, first, last, days, fy_start from month"
            ).fetchall()
        }
        con.execute(
            "create or replace table number as select range as i from range(?)",
            [max(plan.targets["contacts"].values()) + 1],
        )
        base = con.execute("select getvariable('next_child_no')").fetchone()[0]
        self.pools: dict[int, tuple[int, date, int]] = {}
        usual = plan.targets["contacts_not_open_cases"][1]
        for idx in range(-2, plan.span.months + 1):
            size = plan.targets["contacts_not_open_cases"].get(idx, usual)
            self.pools[idx] = (base, self.months[idx][0], size)
            base += size

    def write_month(self, idx: int, extract: bool = True) -> None:
        """The month's contacts and, if it is to be an extract, all its lists."""
        self._contacts(idx)
        if not extract:
            return
        first, last, _, fy = self.months[idx]
        folder = self.out / self.plan.authority / f"{first:%Y-%m}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "SYNTHETIC.txt").write_text(NOTICE)
        self._join_contacts(folder / f"{LISTS[0]}.csv", idx, fy)
        for name in LISTS[1:]:
            sql = lists.query(
                name,
                idx,
                last,
                fy,
                most_moved=self.plan.targets["lac_3plus_placements"][idx],
                authority=self.plan.authority,
                neighbour=self.neighbour,
            )
            self._copy(name, sql, folder / f"{name}.csv", header=True)

    def _contacts(self, idx: int) -> None:
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
        parts = [contacts.referred(month, within)] if referred else []
        if n := (whole - not_open if cases else 0):
            parts += [contacts.open_cases(month, days, cases, n, *ends) for ends in _slices(n)]
        others = whole - referred - (whole - not_open if cases else 0)
        pools = [self.pools[at] for at in (idx - 1, idx - 2, idx - 3, idx)]
        repeats = int(others * REPEATED_SHARE)
        parts += [contacts.others(month, days, pools, repeats, *ends) for ends in _slices(others)]
        for number, sql in enumerate(parts):
            made = self._copy(LISTS[0], sql, self.work / f"contacts-{idx:03d}-{number:03d}.csv", header=False)
            self.contacts[idx] = self.contacts.get(idx, 0) + made
            self.wrote(LISTS[0], 0)

    def _join_contacts(self, target: Path, idx: int, fy: date) -> None:
        with target.open("wb") as file:
            file.write(_header(LISTS[0]))
            for at in range(max(1, idx - (self.months[idx][0].month - 4) % 12), idx + 1):
                for part in sorted(self.work.glob(f"contacts-{at:03d}-*.csv")):
                    with part.open("rb") as slice_:
                        shutil.copyfileobj(slice_, file, 1 << 22)
                self.wrote(LISTS[0], self.contacts[at])

    def _copy(self, name: str, sql: str, target: Path, header: bool) -> int:
        """Write a query's rows, under the header of Annex A if so asked; how many there are."""
        body = target.with_suffix(".body") if header else target
        rows = self.con.execute(
            f"copy ({sql}) to '{str(body).replace(chr(39), chr(39) * 2)}' (format csv, header false)"
        )
        count = rows.fetchone()[0]
        if header:
            with target.open("wb") as file, body.open("rb") as made:
                file.write(_header(name))
                shutil.copyfileobj(made, file, 1 << 22)
            body.unlink()
            self.wrote(name, count)
        return count


def _slices(n: int) -> list[tuple[int, int]]:
    return [(start, min(start + SLICE, n)) for start in range(0, n, SLICE)]


def _header(name: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(HEADERS[name])
    return text.getvalue().encode()


def connect(work: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """A database of its own in the work folder, which may outgrow memory."""
    con = duckdb.connect(str(work / "synthesis.duckdb"))
    con.execute(f"set memory_limit = '{memory_mb}MB'")
    con.execute(f"set temp_directory = '{work / 'spill'}'")
    con.execute("set preserve_insertion_order = true")
    return con
