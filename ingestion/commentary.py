"""Find the numbers that people typed into sentences about a measure, in commentaries.

They are `commentary/<authority>/<YYYY-MM>.md`; those of the home authority may lie directly in `commentary/`.

The words around a number tell its measure, month and statistic. Dates, years, ages and numbers of days are skipped, as
are sentences that name no measure; the pack fills in placeholders.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import duckdb

from ingestion.landing import authorities

REFERENCE = Path(__file__).parent.parent / "seeds" / "reference"
FILE_NAME = re.compile(r"20\d\d-(0[1-9]|1[0-2])\.md")
TABLES = """
create schema if not exists commentary;
create table if not exists commentary.typed_figures (
    authority_code varchar,
    reporting_month date not null,
    file_path varchar not null,
    line integer not null,
    place integer not null,
    typed_text varchar not null,
    figure double not null,
    half_a_digit double not null,
    is_percentage boolean not null,
    statistic varchar,
    measure_id varchar not null,
    month date not null
);
create table if not exists commentary.files (file_path varchar primary key, sha256 varchar not null);
"""

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
# without the month of a date, and without the start of a year to date
NAMED_MONTH = re.compile(rf"(?<!\d )(?<!since )\b(?-i:(?=[A-Z]))({MONTH})\b\.?(?:\s+(20\d\d))?", re.IGNORECASE)
NUMBER = re.compile(
    r"(?<![\w.,/£–-])[-−]?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<percent>\s?(?:%|per\s?cent\b|percentage points?\b))?(?![\w/–])(?!-\w)"
)
NO_FIGURE_AFTER = re.compile(
    rf"[\s-]*((working|calendar|school)\s+)?(days?|weeks?|months?|years?|hours?|minutes?|times|{MONTH})\b",
    re.IGNORECASE,
)
NO_FIGURE_BEFORE = re.compile(rf"(\b(aged|ages?|section|table|page|figure|list|NI|s\.)|£|\b{MONTH})\s*$", re.IGNORECASE)
A_YEAR = re.compile(r"(19|20)\d\d")
PASSED_OVER = re.compile(
    r"\{\{.*?\}\}|<!--.*?-->|`[^`\n]*`|\]\([^)\n]*\)|^\s*(?:[-*+>]|\d+[.)])\s", re.DOTALL | re.MULTILINE
)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
BLOCK_END = re.compile(r"\n(?=\s*(?:\n|#|[-*+>]\s|\d+[.)]\s|\|))|(?<=\|)\n")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(]?[A-Z\d])|;\s")
CLAUSE_END = re.compile(r"[,:]\s|\s(?:but|while|whereas|compared)\s", re.IGNORECASE)
STATISTICS = {
    "mean": re.compile(r"\b(mean|average|averag\w+)\b", re.IGNORECASE),
    "ytd": re.compile(r"\b(year[ -]to[ -]date|so far this year|since april|ytd)\b", re.IGNORECASE),
}
Mention = tuple[int, int, str]
"""Start and end of a phrase in its sentence, and the measure that it names."""
BINDING = re.compile(r"(?!.*\b(and|to|from|of|or|in)\b)[^,;:.]{0,40}", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class TypedFigure:
    """A number that a person typed, and a month that it may be about."""

    authority_code: str | None  # None: the home authority
    reporting_month: date
    file_path: str
    line: int
    place: int
    """Which one it is of the same numbers typed for the same measure in one file, from 1."""
    typed_text: str
    figure: float
    half_a_digit: float
    is_percentage: bool
    statistic: str | None
    """mean or ytd, if the clause says so."""
    measure_id: str
    month: date


@cache
def phrases() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of every phrase that names a measure, and the measure of each phrase in lower case."""
    named: dict[str, str] = {}
    for file, column in (("measures.csv", "measure_name"), ("measure_phrases.csv", "phrase")):
        with (REFERENCE / file).open(newline="") as rows:
            named |= {row[column].lower().removesuffix(" (%)"): row["measure_id"] for row in csv.DictReader(rows)}
    longest_first = sorted(named, key=len, reverse=True)
    words = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest_first)
    return re.compile(rf"(?<!\w)({words})(?!\w)", re.IGNORECASE), named


def files(folder: Path) -> list[Path]:
    """Return every commentary, in the order of their months, those of the home authority first."""
    found = [path for path in folder.glob("*.md") if FILE_NAME.fullmatch(path.name) and path.is_file()]
    for own in folder.glob("*/*.md"):
        if FILE_NAME.fullmatch(own.name) and own.is_file() and own.parent.name.casefold() in authorities():
            found.append(own)
    return sorted(found, key=lambda path: (path.parent != folder, path))


def find(folder: Path, month: date, authority: str, is_home: bool) -> Path | None:
    """Return the commentary of an authority, by its folder, on a month; None where there is none."""
    places = [folder / authority, *([folder] if is_home else [])]
    return next((file for place in places if (file := place / f"{month:%Y-%m}.md").is_file()), None)


def named(path: Path, folder: Path) -> str:
    """Return a commentary's name, as messages have it."""
    return f"commentary/{path.relative_to(folder).as_posix()}"


def read(path: Path) -> str:
    """Return the text of a commentary, in UTF-8 or Windows-1252."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def typed_figures(text: str, file_path: str, reporting_month: date) -> list[TypedFigure]:
    """Return every number typed in a sentence about a measure, once for each month that the sentence names."""
    text = PASSED_OVER.sub(_blank, FENCED.sub(_blank, text.replace("\r\n", "\n")))
    found = []
    places: Counter[tuple[str, str]] = Counter()
    for start, sentence in _pieces(text, BLOCK_END, SENTENCE_END):
        for number, clause, measure in _numbers(sentence):
            digits = number["digits"]
            decimals = len(digits.partition(".")[2])
            typed = number[0].strip()
            places[measure, typed] += 1
            for month in _months(clause, sentence, reporting_month):
                figure = TypedFigure(
                    authority_code=None,
                    reporting_month=reporting_month,
                    file_path=file_path,
                    line=text.count("\n", 0, start + number.start()) + 1,
                    place=places[measure, typed],
                    typed_text=typed,
                    figure=float(digits.replace(",", "")),
                    half_a_digit=0.5 * 10**-decimals,
                    is_percentage=number["percent"] is not None,
                    statistic=next((s for s, words in STATISTICS.items() if words.search(clause)), None),
                    measure_id=measure,
                    month=month,
                )
                found.append(figure)
    return found


def _blank(passed_over: re.Match[str]) -> str:
    """Return as many spaces, so that lines stay, or an X and spaces for a placeholder: it may begin a sentence."""
    spaces = re.sub(r"\S", " ", passed_over[0])
    return f"X{spaces[1:]}" if passed_over[0].startswith("{{") else spaces


def _pieces(text: str, *separators: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Cut the text after every separator; yield where each piece starts, and the piece."""
    cuts = sorted({0, len(text), *(match.end() for separator in separators for match in separator.finditer(text))})
    return ((start, text[start:end]) for start, end in pairwise(cuts))


def _numbers(sentence: str) -> Iterator[tuple[re.Match[str], str, str]]:
    """Yield each number of a sentence with its clause and its measure, or nothing if the sentence names no measure."""
    pattern, named = phrases()
    mentions = [(m.start(), m.end(), named[" ".join(m[0].lower().split())]) for m in pattern.finditer(sentence)]
    if not mentions:
        return
    clauses = list(_pieces(sentence, CLAUSE_END))
    for number in NUMBER.finditer(sentence):
        inside = any(start <= number.start() < end for start, end, _ in mentions)
        if inside or _is_no_figure(sentence, number):
            continue
        at, clause = next((s, c) for s, c in reversed(clauses) if s <= number.start())
        ratios = [m for m in mentions if m[2].endswith("_pct") and at <= m[0] < at + len(clause)]
        named_here = ratios if number["percent"] and ratios else mentions
        yield number, clause, _measure(sentence, number, named_here, at, at + len(clause))


def _is_no_figure(sentence: str, number: re.Match[str]) -> bool:
    is_year = A_YEAR.fullmatch(number[0]) is not None
    before, after = NO_FIGURE_BEFORE.search(sentence[: number.start()]), NO_FIGURE_AFTER.match(sentence[number.end() :])
    return is_year or before is not None or after is not None


def _measure(sentence: str, number: re.Match[str], mentions: list[Mention], start: int, end: int) -> str:
    """Return the measure named right after the number, else the last one before it, from its clause if possible.

    `start` and `end` are those of the clause. Of `mentions`, which are in order, there is at least one.
    """
    following = next((m for m in mentions if m[0] >= number.end()), None)
    before = [m for m in mentions if m[1] <= number.start()]
    in_clause = [m for m in before if m[0] >= start]
    if following and following[0] < end and BINDING.fullmatch(sentence[number.end() : following[0]]):
        return following[2]
    if in_clause:
        return in_clause[-1][2]
    if following and following[0] < end:
        return following[2]
    return before[-1][2] if before else mentions[0][2]


def _months(clause: str, sentence: str, reporting_month: date) -> list[date]:
    """Return the months that the clause names, else its sentence, else the month of the commentary.

    A month named without a year is the last one before the commentary.
    """
    for words in (clause, sentence):
        named = [(MONTHS.index(m[1][:3].lower()) + 1, m[2]) for m in NAMED_MONTH.finditer(words)]
        if named:
            latest = reporting_month.year, reporting_month.month
            return sorted(
                {date(int(year) if year else latest[0] - (month > latest[1]), month, 1) for month, year in named}
            )
    return [reporting_month]


def _typed_in(path: Path, folder: Path) -> list[TypedFigure]:
    code = None if path.parent == folder else authorities()[path.parent.name.casefold()]
    found = typed_figures(read(path), named(path, folder), date.fromisoformat(f"{path.stem}-01"))
    return [replace(figure, authority_code=code) for figure in found]


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of the commentaries if there are none: their files, and the numbers typed in them."""
    con.execute(TABLES)


def load(con: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Load the commentaries of the folder, in place of those loaded before, and return the count of typed numbers."""
    rows = _rows(folder)
    con.begin()
    con.execute("delete from commentary.typed_figures")
    con.execute("delete from commentary.files")
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        con.executemany(f"insert into commentary.typed_figures values ({marks})", rows)  # noqa: S608 (question marks)
    if kept := _files(folder):
        con.executemany("insert into commentary.files values (?, ?)", kept)
    con.commit()
    return sum(1 for _ in groupby(rows, key=lambda row: row[:6]))


def is_changed(con: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Return whether the commentaries of the folder differ from those loaded last."""
    if not con.execute(
        "select 1 from duckdb_tables() where schema_name = 'commentary' and table_name = 'files'"
    ).fetchall():
        return True  # an older version made the warehouse
    return _files(folder) != con.execute("select file_path, sha256 from commentary.files order by 1").fetchall()


def _files(folder: Path) -> list[tuple[str, str]]:
    return [(named(path, folder), sha256(path.read_bytes()).hexdigest()) for path in files(folder)]


def _rows(folder: Path) -> list[tuple[Any, ...]]:
    return [astuple(figure) for path in files(folder) for figure in _typed_in(path, folder)]
