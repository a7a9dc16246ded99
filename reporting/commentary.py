"""Commentaries, `commentary/<YYYY-MM>.md`: placeholders are filled from the marts, so that no figure is typed twice.

A placeholder is `{{ measure.statistic period basis }}`, of which only the measure is needed:

    {{ contacts }}                       the month's figure
    {{ contacts.ytd }}                   the year to date
    {{ cpp_new.mean 2013-09 }}           the mean of the months from April to September 2013
    {{ cpp_total.change 2013-11 }}       the change on the month before
    {{ lac_total.value computed }}       as the child-level lists give it
    {{ contacts.name }}                  the measure's name
    {{ contacts.month 2013-10 }}         October 2013
    {{ month }}, {{ financial_year }}    of the commentary

Measures are those of `reference.measures`, statistics those of `marts.kpi_statistics`. Without a period it is the
commentary's month; without a basis what the council printed, or what its lists give where it printed nothing.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import duckdb

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
NAME = re.compile(r"(?P<measure>\w+)(?:\.(?P<statistic>\w+))?$")
PERIOD = re.compile(r"20\d\d-(0[1-9]|1[0-2])$")
BASES = ("reported", "computed")  # in the order preferred
WORDS = ("name", "month")  # statistics that are no figure
NOT_SUPPLIED = "[not supplied]"
WRITE = "Write {{ measure.statistic period basis }}, such as {{ contacts.ytd 2013-12 reported }}"


@dataclass(frozen=True)
class Figures:
    """What placeholders may say of one authority in one month. `shown` is text, so a symbol may stand for a figure."""

    month: date
    shown: dict[tuple[str, str, date, str], str]
    """By measure, statistic, month and basis; only what is supplied."""
    names: dict[str, str]
    """Measure id to name, of every measure of the register."""
    statistics: tuple[str, ...]

    def showing(self, symbols: dict[tuple[str, str, date, str], str]) -> "Figures":
        """The same with symbols in place of some figures, as for those that may not be disclosed."""
        return replace(self, shown=self.shown | symbols)


@dataclass(frozen=True)
class Problem:
    """A placeholder that could not be filled, and why."""

    file: str
    line: int
    placeholder: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.placeholder}: {self.reason}"


class _Unfilled(Exception):
    def __init__(self, reason: str, shown: str | None = None):
        super().__init__(reason)
        self.shown = shown


def figures(con: duckdb.DuckDBPyConnection, authority_code: str, month: date) -> Figures:
    """Every figure of an authority up to a month, from a published warehouse."""
    rows = con.execute(
        """
        select measure_id, statistic, month, basis, figure, unit, decimals from marts.kpi_statistics
        where authority_code = ? and month <= ?
        """,
        [authority_code, month],
    ).fetchall()
    names = con.execute("select measure_id, measure_name from reference.measures").fetchall()
    return Figures(
        month=month,
        shown={
            (measure, statistic, of, basis): show(figure, unit, decimals, statistic)
            for measure, statistic, of, basis, figure, unit, decimals in rows
            if figure is not None
        },
        names=dict(names),
        statistics=tuple(sorted({row[1] for row in rows})),
    )


def half_up(value: float, decimals: int) -> Decimal:
    """Rounded for display, half away from zero; a binary fraction just short of a half counts as the half it means."""
    return Decimal(repr(round(value, 9))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def show(figure: float, unit: str, decimals: int, statistic: str = "value") -> str:
    """A figure as a person writes it, rounded half up: 2,196, 9%, +12, -31%, +2 percentage points."""
    rounded = half_up(figure, decimals)
    is_change = "change" in statistic
    text = f"{rounded:+,}" if is_change and rounded else f"{abs(rounded):,}" if not rounded else f"{rounded:,}"
    text = text.replace("-", "−")
    if unit == "count":
        return text
    if is_change and not statistic.endswith("_pct"):
        return f"{text} percentage point{'' if abs(rounded) == 1 else 's'}"
    return f"{text}%"


def fill(text: str, figures: Figures, file: str = "commentary") -> tuple[str, list[Problem]]:
    """The Markdown with every placeholder filled, and those that could not be.

    A figure that is not supplied is said to be so in the text; a placeholder that is wrong stays as it was written.
    """
    problems = []

    def filled(found: re.Match) -> str:
        try:
            return _filled(found[1].split(), figures)
        except _Unfilled as unfilled:
            line = text.count("\n", 0, found.start()) + 1
            problems.append(Problem(file, line, " ".join(found[0].split()), str(unfilled)))
            return unfilled.shown or found[0]

    return PLACEHOLDER.sub(filled, text), problems


def _filled(words: list[str], figures: Figures) -> str:
    if words == ["month"]:
        return f"{figures.month:%B %Y}"
    if words == ["financial_year"]:
        april = figures.month.year - (figures.month.month < 4)
        return f"{april}/{(april + 1) % 100:02d}"
    name = NAME.match(words[0]) if words else None
    if not name:
        raise _Unfilled(f"a measure is expected. {WRITE}")
    measure, statistic = name["measure"], name["statistic"] or "value"
    if measure not in figures.names:
        raise _Unfilled(f"no measure is called '{measure}'{_nearest(measure, figures.names)}")
    if statistic not in (*figures.statistics, *WORDS):
        known = (*figures.statistics, *WORDS)
        near = _nearest(statistic, known)
        raise _Unfilled(f"no statistic is called '{statistic}'{near}; there are {', '.join(known)}")
    month, bases = figures.month, BASES
    for word in words[1:]:
        if PERIOD.match(word):
            month = date.fromisoformat(f"{word}-01")
        elif word in BASES:
            bases = (word,)
        else:
            raise _Unfilled(
                f"'{word}' is neither a month such as 2013-12 nor a basis{_nearest(word, BASES)}; "
                f"the bases are {' and '.join(BASES)}"
            )
    if statistic == "name":
        return figures.names[measure]
    if statistic == "month":
        return f"{month:%B %Y}"
    for basis in bases:
        if shown := figures.shown.get((measure, statistic, month, basis)):
            return shown
    of = f" on the basis {bases[0]}" if len(bases) == 1 else ""
    raise _Unfilled(f"{figures.names[measure]} has no {statistic} for {month:%B %Y}{of}", NOT_SUPPLIED)


def _nearest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; the nearest is '{close[0]}'" if close else ""
