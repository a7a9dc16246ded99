"""What a person decides on spellings: lines of code_spellings.csv, which win over every rule."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from data_quality.spellings.vocabulary import REFERENCE, vocabularies

REVIEWED = Path(__file__).with_name("reviewed.sql")
KNOWN = REFERENCE / "code_spellings.csv"
WITHHELD = "(withheld)"  # a personal cell is shown to nobody, so that it cannot be accepted by its text either
Row = dict[str, Any]


class Line(NamedTuple):
    """A line of code_spellings.csv."""

    code_list: str
    spelling: str
    code: str


def reviewed(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return every spelling that code_spellings.csv does not know, those with most cells first."""
    found = con.execute(REVIEWED.read_text())
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def accept(rows: Iterable[Row], code_list: str | None, spelling: str | None) -> list[Line]:
    """Add what rules recognised to code_spellings.csv, and return the new lines.

    Raises `LookupError` where the one spelling asked for is not among the recognised.
    """
    asked = folded(spelling) if spelling else None
    lines = [
        Line(row["code_list"], row["spelling"], row["code"])
        for row in rows
        if row["code"]
        and row["spelling"] != WITHHELD
        and code_list in (None, row["code_list"])
        and asked in (None, row["spelling"])
    ]
    if asked and not lines:
        raise LookupError(f'No rule recognised "{asked}" in {code_list}. `csc spellings list` shows what there is.')
    return _write(lines)


def correct(code_list: str, spelling: str, code: str) -> list[Line]:
    """Make this code that of the spelling, in place of any other. Raises `LookupError` for an unknown list or code."""
    if code_list not in vocabularies():
        raise LookupError(f'"{code_list}" is not a code list. There are {", ".join(sorted(vocabularies()))}.')
    labels = vocabularies()[code_list].labels
    if code not in labels:
        raise LookupError(f'"{code}" is not a code of {code_list}. Its codes are {", ".join(labels)}.')
    return _write([Line(code_list, folded(spelling), code)])


def export(rows: Iterable[Row], file: Path) -> int:
    """Write a line for each spelling to a file, with a blank code where no rule answers; return how many."""
    lines = sorted(
        {(row["code_list"], row["spelling"], row["code"] or "") for row in rows if row["spelling"] != WITHHELD}
    )
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(Line._fields)
        writer.writerows(lines)
    return len(lines)


def folded(text: str) -> str:
    """Return a text as code_spellings.csv writes it: in lower case, with single spaces."""
    return " ".join(text.replace("\xa0", " ").lower().split())


def _write(lines: Iterable[Line]) -> list[Line]:
    """Put the lines into code_spellings.csv, and return those that were not there as they are."""
    with KNOWN.open(encoding="utf-8", newline="") as file:
        known = {(row["code_list"], row["spelling"]): row["code"] for row in csv.DictReader(file)}
    new = [line for line in dict.fromkeys(lines) if known.get(line[:2]) != line.code]
    if new:
        known |= {(line.code_list, line.spelling): line.code for line in new}
        with KNOWN.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(Line._fields)
            writer.writerows([*key, code] for key, code in known.items())
    return new
