"""Plant defects in extracts already written, and write the answer key: which cell, what it says, what is right.

Cells are changed among the first rows of the last month's lists; rows are added after these; columns are changed in
other months where there are any. The rest of a file is copied as it is, however long.
"""

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from datetime import timedelta
from hashlib import md5
from pathlib import Path

from synthesis.defects import CELLS, READ, REFUSED, REPORTED, Row, day
from synthesis.layouts import LISTS, sheet_title

HEAD_ROWS = 5_000
KEY = "ANSWER_KEY.csv"
START = "Child Protection Plan Start Date"


@dataclass(frozen=True)
class Answer:
    """One planted defect; `row` and `column` as a spreadsheet and its header name them, blank for all of them."""

    file: str
    sheet: str
    row: int | str
    column: str
    defect: str
    written: str
    right: str
    expected: str


@dataclass
class AnswerKey:
    """The defects planted so far in the files below `out`."""

    out: Path
    form: str
    answers: list[Answer] = field(default_factory=list)

    def add(
        self, path: Path, row: int | str, column: str, defect: str, *, written: str, right: str, expected: str
    ) -> None:
        """Note one defect. A list that becomes a workbook's sheet is named as that."""
        sheet = sheet_title(path.stem) if self.form == "xlsx" else ""
        file = (path.with_name("annex_a.xlsx") if sheet else path).relative_to(self.out).as_posix()
        self.answers.append(Answer(file, sheet, row, column, defect, written, right, expected))

    def write(self) -> None:
        """Write the answer key next to the extracts."""
        with (self.out / KEY).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(Answer.__dataclass_fields__)
            writer.writerows(astuple(answer) for answer in self.answers)


class Head:
    """The first rows of a list, to be changed; each row at most once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(encoding="utf-8", newline="") as file:
            lines = [line for _, line in zip(range(HEAD_ROWS + 1), iter(file.readline, ""), strict=False)]
        self.rest = sum(len(line.encode()) for line in lines)
        self.header, *rows = csv.reader(lines)
        self.rows = [dict(zip(self.header, row, strict=True)) for row in rows]
        self.free = sorted(range(len(rows)), key=self._drawn)
        self.added: list[Row] = []

    def _drawn(self, number: int) -> bytes:
        return md5(f"{self.path.stem}|{number}".encode(), usedforsecurity=False).digest()

    def take(self, fits: Callable[[Row], bool]) -> int | None:
        """Return the position of a row still unchanged that fits, or None."""
        found = next((n for n in self.free if fits(self.rows[n])), None)
        if found is not None:
            self.free.remove(found)
        return found

    def add(self, row: Row) -> int:
        """Add a row after the head; return its row number."""
        self.added.append(row)
        return len(self.rows) + len(self.added) + 1

    def save(self) -> None:
        """Write the list again with the changed rows."""
        made = self.path.with_suffix(".dirty")
        with self.path.open("rb") as old, made.open("wb") as new:
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(self.header)
            writer.writerows(row.values() for row in (*self.rows, *self.added))
            new.write(text.getvalue().encode())
            old.seek(self.rest)
            shutil.copyfileobj(old, new, 1 << 22)
        made.replace(self.path)


def plant(out: Path, authority: str, form: str) -> int:
    """Plant every defect in one authority's extracts and write the answer key; return how many there are."""
    months = sorted(folder for folder in (out / authority).iterdir() if folder.is_dir())
    key = AnswerKey(out, form)
    heads = {name: Head(months[-1] / f"{name}.csv") for name in LISTS}
    _cells(heads, key)
    _duplicates(heads, key)
    _overlap(heads["list_7_cpp"], key)
    _other_child(heads["list_3_referrals"], key)
    for head in heads.values():
        head.save()
    _columns(months, key)
    key.write()
    return len(key.answers)


def _cells(heads: dict[str, Head], key: AnswerKey) -> None:
    for defect in CELLS:
        head = heads[defect.extract]
        place = head.take(defect.fits)
        if place is None:
            continue
        row = head.rows[place]
        written = defect.write(row)
        right = defect.right(row) if defect.right else row[defect.column]
        row[defect.column] = written
        key.add(
            head.path,
            place + 2,
            defect.column,
            defect.name,
            written=written,
            right=right,
            expected=defect.expected,
        )


def _duplicates(heads: dict[str, Head], key: AnswerKey) -> None:
    for name in ("list_1_contacts", "list_3_referrals"):
        head = heads[name]
        place = head.take(lambda _: True)
        if place is not None:
            number = head.add(dict(head.rows[place]))
            again = f"row {place + 2} again"
            key.add(head.path, number, "", "duplicate row", written=again, right="no such row", expected=REPORTED)


def _overlap(plans: Head, key: AnswerKey) -> None:
    """Add a plan that begins while another one of the child is open."""
    place = plans.take(lambda row: not row["Child Protection Plan End Date"])
    if place is not None:
        start = f"{day(plans.rows[place][START]) - timedelta(days=30):%d/%m/%Y}"
        number = plans.add(plans.rows[place] | {START: start})
        key.add(plans.path, number, START, "overlapping plans", written=start, right="no such row", expected=REPORTED)


def _other_child(referrals: Head, key: AnswerKey) -> None:
    """Give a boy's row the id of a girl."""
    place = referrals.take(lambda row: row["Gender"] == "a) Male" and bool(row["Date of Birth"]))
    other = referrals.take(lambda row: row["Gender"] == "b) Female" and bool(row["Date of Birth"]))
    if place is not None and other is not None:
        column = "Child Unique ID"
        right, written = referrals.rows[place][column], referrals.rows[other][column]
        referrals.rows[place][column] = written
        key.add(
            referrals.path, place + 2, column, "id of another child", written=written, right=right, expected=REPORTED
        )


def _columns(months: list[Path], key: AnswerKey) -> None:
    """Leave one column out, rename one and add one: in the first three months, or in the only one."""
    first, second, third = (months[min(n, len(months) - 1)] for n in range(3))
    path, column = first / "list_4_assessments.csv", "Child Seen During Continuous Assessment"
    _rewrite(path, column, lambda row, at, _: row[:at] + row[at + 1 :])
    key.add(path, "", column, "optional column missing", written="no such column", right=column, expected=REPORTED)
    path, column = second / "list_5_section_47.csv", "Strategy discussion initiating Section 47 Enquiry Start Date"
    renamed = "Strategy meeting held on"
    _rewrite(path, column, lambda row, at, n: [*row[:at], renamed if n == 0 else row[at], *row[at + 1 :]])
    key.add(path, 1, column, "required column renamed", written=renamed, right=column, expected=REFUSED)
    path, column = third / "list_3_referrals.csv", "Age of Child (Years)"
    extra = "Team Manager"

    def managed(row: list[str], at: int, n: int) -> list[str]:
        return [*row[: at + 1], f"Synthetic Manager {row[0][-1]}" if n else extra, *row[at + 1 :]]

    _rewrite(path, column, managed)
    key.add(path, 1, extra, "extra column next to the age", written=extra, right="no such column", expected=READ)


def _rewrite(path: Path, column: str, change: Callable[[list[str], int, int], list[str]]) -> None:
    """Change every row. `change` gets the row, the place of `column` in it, and the row number, 0 for the header."""
    made = path.with_suffix(".dirty")
    with path.open(newline="", encoding="utf-8") as old, made.open("w", newline="", encoding="utf-8") as new:
        rows = csv.reader(old)
        header = next(rows)
        at = header.index(column)
        writer = csv.writer(new, lineterminator="\n")
        writer.writerow(change(header, at, 0))
        writer.writerows(change(row, at, number) for number, row in enumerate(rows, start=1))
    made.replace(path)
