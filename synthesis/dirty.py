"""Planting defects in extracts already written, and the answer key: which cell, what it says, what is right.

Cells are changed among the first rows of the last month's lists; rows are added after these; columns are changed in
other months where there are any. The rest of a file is copied as it is, however long.
"""

import csv
import io
import shutil
from dataclasses import astuple, dataclass
from datetime import timedelta
from hashlib import md5
from pathlib import Path

from synthesis.defects import CELLS, READ, REFUSED, REPORTED, day
from synthesis.layout import HEADERS, sheet_title

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


class Head:
    """The first rows of a list, to be changed; each row at most once."""

    def __init__(self, path: Path):
        self.path, self.extract = path, path.stem
        with path.open(encoding="utf-8", newline="") as file:
            lines = [line for _, line in zip(range(HEAD_ROWS + 1), iter(file.readline, ""), strict=False)]
        self.rest = sum(len(line.encode()) for line in lines)
        header, *rows = csv.reader(lines)
        self.rows = [dict(zip(header, row, strict=True)) for row in rows]
        self.free = sorted(range(len(rows)), key=lambda n: md5(f"{self.extract}|{n}".encode()).digest())
        self.added: list[dict[str, str]] = []

    def take(self, fits) -> int | None:
        """Position of a row still unchanged that fits, or None."""
        found = next((n for n in self.free if fits(self.rows[n])), None)
        if found is not None:
            self.free.remove(found)
        return found

    def add(self, row: dict[str, str]) -> int:
        """Add a row after the head; its row number."""
        self.added.append(row)
        return len(self.rows) + len(self.added) + 1

    def save(self) -> None:
        made = self.path.with_suffix(".dirty")
        with self.path.open("rb") as old, made.open("wb") as new:
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(HEADERS[self.extract])
            writer.writerows(row.values() for row in (*self.rows, *self.added))
            new.write(text.getvalue().encode())
            old.seek(self.rest)
            shutil.copyfileobj(old, new, 1 << 22)
        made.replace(self.path)


def plant(out: Path, authority: str, form: str) -> int:
    """Plant every defect in one authority's extracts and write the answer key; how many there are."""
    months = sorted(folder for folder in (out / authority).iterdir() if folder.is_dir())
    answers: list[Answer] = []

    def answer(path: Path, row: int | str, column: str, defect: str, written: str, right: str, expected: str) -> None:
        sheet = sheet_title(path.stem) if form == "xlsx" else ""
        file = (path.with_name("annex_a.xlsx") if sheet else path).relative_to(out).as_posix()
        answers.append(Answer(file, sheet, row, column, defect, written, right, expected))

    heads = {name: Head(months[-1] / f"{name}.csv") for name in HEADERS}
    _cells(heads, answer)
    _rows(heads, answer)
    for head in heads.values():
        head.save()
    _columns(months, answer)
    with (out / KEY).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Answer.__dataclass_fields__)
        writer.writerows(astuple(a) for a in answers)
    return len(answers)


def _cells(heads: dict[str, Head], answer) -> None:
    for defect in CELLS:
        head = heads[defect.extract]
        place = head.take(defect.fits)
        if place is None:
            continue
        row = head.rows[place]
        written = defect.write(row)
        right = defect.right(row) if defect.right else row[defect.column]
        row[defect.column] = written
        answer(head.path, place + 2, defect.column, defect.name, written, right, defect.expected)


def _rows(heads: dict[str, Head], answer) -> None:
    """Rows that should not be there, and an id that belongs to another child."""
    for name in ("list_1_contacts", "list_3_referrals"):
        head = heads[name]
        place = head.take(lambda row: True)
        if place is not None:
            number = head.add(dict(head.rows[place]))
            answer(head.path, number, "", "duplicate row", f"row {place + 2} again", "no such row", REPORTED)
    head = heads["list_7_cpp"]
    place = head.take(lambda row: not row["Child Protection Plan End Date"])
    if place is not None:
        start = day(head.rows[place][START]) - timedelta(days=30)
        number = head.add(head.rows[place] | {START: start.strftime("%d/%m/%Y")})
        answer(head.path, number, START, "overlapping plans", f"{start:%d/%m/%Y}", "no such row", REPORTED)
    head = heads["list_3_referrals"]
    place = head.take(lambda row: row["Gender"] == "a) Male" and row["Date of Birth"])
    other = head.take(lambda row: row["Gender"] == "b) Female" and row["Date of Birth"])
    if place is not None and other is not None:
        column, right = "Child Unique ID", head.rows[place]["Child Unique ID"]
        head.rows[place][column] = head.rows[other][column]
        answer(head.path, place + 2, column, "id of another child", head.rows[other][column], right, REPORTED)


def _columns(months: list[Path], answer) -> None:
    """A column left out, one renamed, one too many: in the first three months, or in the only one."""
    first, second, third = (months[min(n, len(months) - 1)] for n in range(3))
    path, column = first / "list_4_assessments.csv", "Child Seen During Continuous Assessment"
    _rewrite(path, lambda row, at, _: row[:at] + row[at + 1 :], column)
    answer(path, "", column, "optional column missing", "no such column", column, REPORTED)
    path, column = second / "list_5_section_47.csv", "Strategy discussion initiating Section 47 Enquiry Start Date"
    renamed = "Strategy meeting held on"
    _rewrite(path, lambda row, at, n: [*row[:at], renamed if n == 0 else row[at], *row[at + 1 :]], column)
    answer(path, 1, column, "required column renamed", renamed, column, REFUSED)
    path, column = third / "list_3_referrals.csv", "Age of Child (Years)"
    extra = "Team Manager"

    def managed(row: list[str], at: int, n: int) -> list[str]:
        return [*row[: at + 1], f"Synthetic Manager {row[0][-1]}" if n else extra, *row[at + 1 :]]

    _rewrite(path, managed, column)
    answer(path, 1, extra, "extra column next to the age", extra, "no such column", READ)


def _rewrite(path: Path, change, column: str) -> None:
    made = path.with_suffix(".dirty")
    with path.open(newline="", encoding="utf-8") as old, made.open("w", newline="", encoding="utf-8") as new:
        writer = csv.writer(new, lineterminator="\n")
        for number, row in enumerate(csv.reader(old)):
            if number == 0:
                at = row.index(column)
            writer.writerow(change(row, at, number))
    made.replace(path)
