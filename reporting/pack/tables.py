"""The shapes of a table of values: months across, this month at a glance, and what values can be compared with."""

from dataclasses import replace

from reporting.pack.document import Cell, Footnote, Table
from reporting.pack.figures import (
    NOT_APPLICABLE,
    RATE,
    RATE_DECIMALS,
    YEAR_TO_DATE,
    Shown,
    change,
    half_up,
    number_cell,
    status,
)
from reporting.pack.notes import Notes
from reporting.pack.records import Comparator, Measure


def months_across(
    shown: Shown, notes: Notes, table_id: str, caption: str, measure_ids: list[str], is_judged: bool = False
) -> Table:
    """Return a row for each measure: each month shown, the year to date and, where it is judged, change and target."""
    published = shown.published
    rows = []
    footnotes: dict[str, Footnote] = {}
    said = notes.of_table(measure_ids)
    is_judged = is_judged and published.last_month is not None
    has_target = is_judged and any(published.measures[m].target is not None for m in measure_ids)
    for measure_id in measure_ids:
        marks: dict[str, list[str]] = {}
        for text, periods in said[measure_id]:
            footnote = footnotes.setdefault(text, Footnote(_mark(len(footnotes)), text))
            for period in periods:
                marks.setdefault(period, []).append(footnote.mark)
        cells = [*(shown.month(measure_id, month) for month in published.months), shown.ytd(measure_id)]
        judged = _judged(shown, measure_id, cells[-2], has_target) if is_judged else []
        rows.append([_heading(shown, measure_id), *(_marked(cell, marks) for cell in cells), *judged])
    numeric = [*published.month_names, f"{published.financial_year} YTD"]
    words = (["Change in the month"] if is_judged else []) + (["Target"] if has_target else [])
    is_numeric = [False, *[True] * len(numeric), *[False] * len(words)]
    columns = ["Measure", *numeric, *words]
    return Table(table_id, caption, columns, rows, is_numeric, list(footnotes.values()), notes.source(measure_ids))


def _judged(shown: Shown, measure_id: str, now: Cell, has_target: bool) -> list[Cell]:
    """Return how a value moved since last month and, if the table has targets, whether it meets its own."""
    measure = shown.published.measures[measure_id]
    last = shown.published.last_month
    moved = shown.change_since(measure_id, last) if last else Cell("not comparable")
    aimed = []
    if has_target:
        judged = status(now, measure, moved)
        met = "met" if judged.tone == "good" else "missed" if judged.tone else "no value"
        aimed = [Cell("–") if measure.target is None else replace(judged, text=f"{_target(measure).text}: {met}")]
    return [moved, *aimed]


def at_a_glance(shown: Shown, notes: Notes, table_id: str, caption: str, measure_ids: list[str]) -> Table:
    """Return this month next to last month and, where it is shown, last year's: how it moved, year to date, target."""
    published = shown.published
    this, before, year_ago = published.month, published.last_month, published.last_year
    footnotes: dict[str, Footnote] = {}
    rows = []
    for measure_id in measure_ids:
        measure = published.measures[measure_id]
        now, ytd = shown.month(measure_id, this), shown.ytd(measure_id)
        last = shown.month(measure_id, before) if before else Cell(NOT_APPLICABLE)
        short = notes.short_year(measure_id)
        marks = {period: ["*"] for text, periods in notes.of(measure_id) for period in periods if text != short}
        if short:
            note = footnotes.setdefault(short, Footnote(_mark(len(footnotes)), short))
            marks.setdefault(YEAR_TO_DATE, []).append(note.mark)
        if basis := notes.basis(measure_id, measure_ids):
            note = footnotes.setdefault(basis, Footnote(_mark(len(footnotes)), basis))
            marks.setdefault(f"{this:%Y-%m}", []).append(note.mark)
        heading = _heading(shown, measure_id)
        of_year = [shown.month(measure_id, year_ago)] if year_ago else []
        moved = shown.change_since(measure_id, before) if before else Cell("not comparable")
        changes = [moved, *([shown.change_since(measure_id, year_ago)] if year_ago else [])]
        judged = [_marked(ytd, marks), _target(measure), status(now, measure, moved)]
        rows.append([heading, *of_year, last, _marked(now, marks), *changes, *judged])
    if any("*" in cell.marks for row in rows for cell in row):
        footnotes["*"] = Footnote("*", "A note applies to this value: see the table by month.")
    columns = ["Measure", *([f"{year_ago:%b %Y}"] if year_ago else [])]
    columns += [f"{before:%b %Y}" if before else "Before", f"{this:%b %Y}"]
    columns += ["Change in the month", "Change in a year"] if year_ago else ["Change"]
    columns += ["Year to date", "Target", "Status"]
    is_numeric = [name == "Year to date" or name[-4:].isdigit() or name == "Before" for name in columns]
    return Table(table_id, caption, columns, rows, is_numeric, list(footnotes.values()))


def rates(shown: Shown) -> Table | None:
    """Return a row for each measure that rates are made of, with the population of each, or None without any."""
    published = shown.published
    rows = []
    for measure_id in shown.measure_ids:
        rate = published.rates.get((measure_id, shown.bases[measure_id]))
        if rate is None or rate.population is None:
            continue
        measure = published.measures[measure_id]
        is_flow = measure.kind != "stock"
        of = Cell(f"12 months to {published.month:%B %Y}" if is_flow else f"end of {published.month:%B %Y}")
        cell = shown.rate(measure_id)
        value = Cell(cell.text) if cell.number is None or rate.value is None else _number(rate.value)
        population = [_number(rate.population), Cell(f"mid-{rate.mid_year}")]
        rows.append([_heading(shown, measure_id), of, value, *population, cell])
    columns = ["Measure", "Of", "Value", "Residents aged 0 to 17", "Population of", "Rate per 10,000"]
    is_numeric = [False, False, True, True, False, True]
    source = "Population: Office for National Statistics, licensed under the Open Government Licence v3.0."
    caption = "Rates per 10,000 residents aged 0 to 17"
    return Table("rates", caption, columns, rows, is_numeric, source=source) if rows else None


def comparators(shown: Shown, audience: str) -> Table | None:
    """Return a row for each value and what it can be compared with, or None without any.

    Only the internal pack has last year's own values: which of them were suppressed then is not recorded.
    """
    published = shown.published
    rows, populations = [], []
    for found in published.comparators:
        measure_id = found.measure_id
        measure = published.measures[measure_id]
        is_own = found.comparator == "same period last year"
        if measure_id not in shown.measure_ids or found.basis != shown.bases[measure_id]:
            continue
        shown_as = replace(measure, decimals=RATE_DECIMALS) if found.statistic == RATE else measure
        now, period = _own(shown, found, measure)
        if now.number is None or (is_own and audience != "internal"):
            continue
        publication, _, population = (found.source or "").partition("; per 10,000 of ")
        other = number_cell(half_up(found.comparator_value, shown_as.decimals), shown_as)
        rows.append(
            [
                *(_heading(shown, measure_id), Cell(period), now),
                *(Cell(_compared_with(found, shown_as)), Cell(found.period), other),
                *(change(other, now, shown_as, bool(found.is_beyond_chance)), Cell(publication or "this warehouse")),
            ]
        )
        populations += [f"{found.area_name}: per 10,000 of {population}."] if population else []
    columns = ["Measure", "Period", "Value", "Compared with", "In", "Comparator", "Difference", "Source"]
    is_numeric = [False, False, True, False, False, True, False, False]
    caption = "Values and what to compare them with"
    source = "Published values: DfE and ONS, licensed under the Open Government Licence v3.0."
    source = " ".join([source, *dict.fromkeys(populations)])
    return Table("comparators", caption, columns, rows, is_numeric, source=source) if rows else None


def _own(shown: Shown, found: Comparator, measure: Measure) -> tuple[Cell, str]:
    """Return the authority's own value that is compared, and its period in words."""
    month = f"{shown.published.month:%B %Y}"
    if found.statistic == YEAR_TO_DATE:
        return shown.ytd(found.measure_id), "year to date"
    if found.statistic == RATE:
        of = month if measure.kind == "stock" else f"12 months to {month}"
        return shown.rate(found.measure_id), f"{of}, per 10,000"
    return shown.month(found.measure_id, shown.published.month), month


def _compared_with(found: Comparator, measure: Measure) -> str:
    """Return what a value is compared with; of statistical neighbours how many, how far apart, and of which model."""
    if found.model_year is None or found.lowest is None or found.highest is None:
        return found.area_name or found.comparator
    lowest, highest = (number_cell(half_up(v, measure.decimals), measure).text for v in (found.lowest, found.highest))
    return f"median of {found.authorities} statistical neighbours ({lowest} to {highest}; model of {found.model_year})"


def _number(value: float) -> Cell:
    return Cell(f"{value:,.0f}", value)


def _mark(number: int) -> str:
    return f"[{number + 1}]"


def _heading(shown: Shown, measure_id: str) -> Cell:
    return Cell(shown.published.measures[measure_id].measure_name, link=f"measure-{measure_id}", measure_id=measure_id)


def _target(measure: Measure) -> Cell:
    if measure.target is None:
        return Cell("none")
    return Cell(f"{'at least' if measure.polarity == 'higher' else 'at most'} {measure.target_text}")


def _marked(cell: Cell, marks: dict[str, list[str]]) -> Cell:
    return replace(cell, marks=tuple(marks.get(cell.period or "", ())))
