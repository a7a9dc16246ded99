"""What looks odd in the figures of a summary return, and which published ones it would change."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from statistics import mean

import duckdb
from dateutil.relativedelta import relativedelta
from jinja2 import Environment

from alerting.facts import measures
from data_quality.contracts import ReturnContract
from orchestration.preview.previewed import Preview
from orchestration.settings import REPOSITORY

PRINTED_FIGURE = REPOSITORY / "dbt_project" / "macros" / "printed_figure.sql"
LETTERS_FOR_DIGITS = str.maketrans("OoQlIiSsB", "000111558")
MONTHS_BACK = 12
ENOUGH_FOR_LIMITS = 8  # months; before that, half and twice of what was seen
MOVING_RANGES = 2.66  # from the mean to the limits of an XmR chart


def _cells(con: duckdb.DuckDBPyConnection, contract: ReturnContract, made: Preview) -> dict[tuple[str, str], str]:
    """Return the text of each cell, by measure and column."""
    found = con.execute(
        f"select * from raw.{contract.extract} where authority_code = ? and reporting_month = ?",  # noqa: S608 (named by a contract)
        [made.authority_code, made.month],
    )
    columns = [column[0] for column in found.description]
    rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    names = [column.name for column in contract.columns if column.type == "figure"]
    return {(row["measure_id"], name): (row[name] or "").strip() for row in rows for name in names if row["measure_id"]}


def figures_of(con: duckdb.DuckDBPyConnection, texts: Iterable[str]) -> dict[str, float | None]:
    """Return the number that each text prints, as dbt reads it; None where it is not a number."""
    figure = _printed_figure()("text")
    found = con.execute(f"select text, {figure} from (select unnest(?) as text)", [list(texts)])  # noqa: S608 (of the macro)
    return dict(found.fetchall())


@cache
def _printed_figure() -> Callable[[str], str]:
    """Return the macro `printed_figure` of the dbt project, so that its rule stands in one place."""
    jinja = Environment(autoescape=False)  # noqa: S701 (SQL)
    jinja.globals["matches"] = lambda text, pattern: f"regexp_full_match({text}, '{pattern}')"
    return jinja.from_string(PRINTED_FIGURE.read_text()).module.printed_figure  # type: ignore[attr-defined, no-any-return]


def _repair(text: str, figures: Mapping[str, float | None]) -> str:
    """Return a guess at what was meant, where letters stand for the digits that they look like."""
    meant = text.translate(LETTERS_FOR_DIGITS)
    return f" Perhaps {meant}." if meant != text and figures[meant] is not None else ""


def _months(contract: ReturnContract, month: date) -> dict[str, date]:
    """Return the month of each column, from April to the reporting month."""
    april = date(month.year - (month.month < 4), 4, 1)
    return {
        column.name: april + relativedelta(months=column.financial_month - 1)
        for column in contract.required_columns(month)
        if column.financial_month
    }


def odd_figures(
    con: duckdb.DuckDBPyConnection, contract: ReturnContract, made: Preview, is_published: bool
) -> Iterator[str]:
    """Say which figures of a return are not numbers, are left blank, do not add up, or are far from what they were."""
    month = made.month or date.min
    cells, months = _cells(con, contract, made), _months(contract, month)
    register = measures()
    known = figures_of(con, {*cells.values(), *(text.translate(LETTERS_FOR_DIGITS) for text in cells.values())})
    if not any(cells.get((measure_id, _last(months))) for measure_id in contract.measure_ids):
        yield f"{month:%B %Y}: every figure is left blank. None counts as supplied."
        return
    for measure_id in contract.measure_ids:
        name = register[measure_id]["measure_name"]
        figures = {at: known.get(cells.get((measure_id, column), "")) for column, at in months.items()}
        for column, at in months.items():
            text = cells.get((measure_id, column), "")
            if text and figures[at] is None:
                yield f"{name}, {at:%B %Y}: '{text}' is not a number.{_repair(text, known)}"
        if not cells.get((measure_id, _last(months))):
            yield f"{name}, {month:%B %Y}: left blank. It counts as not supplied, not as 0."
        ytd = known.get(cells.get((measure_id, "ytd"), ""))
        supplied = [figure for figure in figures.values() if figure is not None]
        is_summed = register[measure_id]["ytd_rule"] == "sum" and len(supplied) == len(months)
        if is_summed and ytd is not None and round(sum(supplied) - ytd, 6):
            yield f"{name}, year to date: {ytd:,.0f} is printed, the months add up to {sum(supplied):,.0f}."
        if is_published and figures[month] is not None:
            yield from _beyond_the_usual(con, made, measure_id, name, float(figures[month] or 0))


def _last(months: dict[str, date]) -> str:
    return max(months, key=lambda column: months[column])


def _beyond_the_usual(
    con: duckdb.DuckDBPyConnection, made: Preview, measure_id: str, name: str, figure: float
) -> Iterator[str]:
    """Say so if a figure lies outside the limits of the twelve months before, or is half or twice of what they had."""
    before = [
        value
        for (value,) in con.execute(
            """
            select value from published.marts.kpi_monthly
            where authority_code = ? and measure_id = ? and basis = 'reported' and month < ? and month >= ?
                and value is not null
            order by month
            """,
            [made.authority_code, measure_id, made.month, (made.month or date.min) - relativedelta(months=MONTHS_BACK)],
        ).fetchall()
    ]
    if len(before) >= ENOUGH_FOR_LIMITS:
        moved = mean(abs(later - earlier) for earlier, later in pairwise(before))
        lower, upper = mean(before) - MOVING_RANGES * moved, mean(before) + MOVING_RANGES * moved
    elif before:
        lower, upper = min(before) / 2, max(before) * 2
    else:
        return
    if not lower <= figure <= upper:
        seen = f"{min(before):,.5g} to {max(before):,.5g}"
        yield f"{name}, {made.month:%B %Y}: {figure:,.5g}. The {len(before)} months before had {seen}."


def changed_figures(con: duckdb.DuckDBPyConnection, contract: ReturnContract, made: Preview) -> Iterator[str]:
    """Say which published figures of this and earlier months would change."""
    cells, months = _cells(con, contract, made), _months(contract, made.month or date.min)
    published = {
        (measure_id, month): value
        for measure_id, month, value in con.execute(
            """
            select measure_id, month, printed_value from published.marts.kpi_monthly
            where authority_code = ? and basis = 'reported' and is_supplied
            """,
            [made.authority_code],
        ).fetchall()
    }
    register, known = measures(), figures_of(con, cells.values())
    for (measure_id, column), text in cells.items():
        if column not in months:
            continue
        before, now = published.get((measure_id, months[column])), known[text]
        if register[measure_id]["home_extract"] == contract.extract and before is not None and now != before:
            said = "nothing" if now is None else f"{now:,.5g}"
            yield f"{register[measure_id]['measure_name']}, {months[column]:%B %Y}: {before:,.5g} becomes {said}."
