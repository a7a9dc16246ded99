"""Fill the placeholders of commentaries, `commentary/<YYYY-MM>.md`, from the marts, so that no value is typed twice.

A placeholder is `{{ measure.statistic period basis }}`. Only the measure is required:

    {{ contacts }}                       the month's value
    {{ contacts.ytd }}                   the year to date
    {{ cpp_new.mean 2013-09 }}           the mean of the months from April to September 2013
    {{ cpp_total.change 2013-11 }}       the change on the month before
    {{ lac_total.value computed }}       as the child-level lists give it
    {{ contacts.name }}                  the measure's name
    {{ contacts.month 2013-10 }}         October 2013
    {{ month }}, {{ financial_year }}    of the commentary

Measures are those of `reference.measures`, statistics those of `marts.kpi_statistics`. Without a period it is the
commentary's month. Without a basis it is what the council printed, or what its lists give where it printed nothing.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import duckdb

from reporting.words import financial_year, listed

Key = tuple[str, str, date, str]
"""Measure, statistic, month and basis."""
PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
NAME = re.compile(r"(?P<measure>\w+)(?:\.(?P<statistic>\w+))?$")
PERIOD = re.compile(r"20\d\d-(0[1-9]|1[0-2])$")
BASES = ("reported", "computed")  # in the order preferred
WORDS = ("name", "month")  # statistics that are not numbers
NOT_SUPPLIED = "[not supplied]"
WRITE = "Write {{ measure.statistic period basis }}, for example {{ contacts.ytd 2013-12 reported }}"


@dataclass(frozen=True)
class Figures:
    """What placeholders may say about one authority in one month. `shown` is text, so a symbol may replace a value."""

    month: date
    shown: Mapping[Key, str]
    """Only what is supplied."""
    names: Mapping[str, str]
    """Measure id to name, for every measure of the register."""
    statistics: tuple[str, ...]

    def showing(self, symbols: Mapping[Key, str]) -> "Figures":
        """Return the same with symbols in place of some values, such as those that may not be disclosed."""
        return replace(self, shown={**self.shown, **symbols})


@dataclass(frozen=True)
class Problem:
    """A placeholder that could not be filled, and why."""

    file: str
    line: int
    placeholder: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.placeholder}: {self.reason}"


class _UnfilledError(Exception):
    """A placeholder cannot be filled; `shown` replaces it, or it stays as it is."""

    def __init__(self, reason: str, shown: str | None = None) -> None:
        super().__init__(reason)
        self.shown = shown


def figures(con: duckdb.DuckDBPyConnection, authority_code: str, month: date) -> Figures:
    """Read every value of an authority up to a month from a published warehouse."""
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
    """Round for display, half away from zero. A binary fraction just below a half counts as a half."""
    return Decimal(repr(round(value, 9))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def show(figure: float, unit: str, decimals: int, statistic: str = "value") -> str:
    """Return a value as a person writes it, rounded half up: 2,196, 9%, +12, -31%, +2 percentage points."""
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
    """Fill the placeholders of a Markdown text.

    Returns:
        The text, and a problem for each placeholder that could not be filled. The text says where a value is not
        supplied; a wrong placeholder stays as it was written.
    """
    problems = []

    def filled(found: re.Match[str]) -> str:
        try:
            return _filled(found[1].split(), figures)
        except _UnfilledError as unfilled:
            line = text.count("\n", 0, found.start()) + 1
            problems.append(Problem(file, line, " ".join(found[0].split()), str(unfilled)))
            return unfilled.shown or found[0]

    return PLACEHOLDER.sub(filled, text), problems


def _filled(words: list[str], figures: Figures) -> str:
    if words == ["month"]:
        return f"{figures.month:%B %Y}"
    if words == ["financial_year"]:
        return financial_year(figures.month)
    measure, statistic = _measure(words[0] if words else "", figures)
    month, bases = _period(words[1:], figures.month)
    if statistic == "name":
        return figures.names[measure]
    if statistic == "month":
        return f"{month:%B %Y}"
    for basis in bases:
        if shown := figures.shown.get((measure, statistic, month, basis)):
            return shown
    of = f" on the basis {bases[0]}" if len(bases) == 1 else ""
    raise _UnfilledError(f"{figures.names[measure]} has no {statistic} for {month:%B %Y}{of}", NOT_SUPPLIED)


def _measure(word: str, figures: Figures) -> tuple[str, str]:
    """Return the measure and the statistic that the first word of a placeholder names."""
    name = NAME.match(word)
    if not name:
        raise _UnfilledError(f"a placeholder begins with a measure. {WRITE}.")
    measure, statistic = name["measure"], name["statistic"] or "value"
    if measure not in figures.names:
        raise _UnfilledError(f'there is no measure "{measure}".{_nearest(measure, figures.names)}')
    known = (*figures.statistics, *WORDS)
    if statistic not in known:
        raise _UnfilledError(
            f'there is no statistic "{statistic}".{_nearest(statistic, known)} The statistics are {listed(known)}.'
        )
    return measure, statistic


def _period(words: list[str], month: date) -> tuple[date, tuple[str, ...]]:
    """Return the month and the bases that the other words of a placeholder name."""
    bases: tuple[str, ...] = BASES
    for word in words:
        if PERIOD.match(word):
            month = date.fromisoformat(f"{word}-01")
        elif word in BASES:
            bases = (word,)
        else:
            raise _UnfilledError(
                f'"{word}" is not a month such as 2013-12, and not a basis.{_nearest(word, BASES)} '
                f"The bases are {listed(BASES)}."
            )
    return month, bases


def _nearest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
