"""The two shapes of a table of figures: months across, as the council prints them, and this month at a glance."""

from itertools import count
from string import ascii_lowercase

from reporting.pack.document import Cell, Footnote, Table
from reporting.pack.figures import NOT_APPLICABLE, Shown, change, status
from reporting.pack.notes import Notes
from reporting.pack.published import Measure


def months_across(shown: Shown, notes: Notes, table_id: str, caption: str, measure_ids: list[str]) -> Table:
    """A row for each measure, a column for each month of the year so far, the year to date at the end."""
    published = shown.published
    letters = map(_letters, count())
    rows, footnotes = [], {}
    for measure_id in measure_ids:
        marks: dict[str, list[str]] = {}
        for text, periods in notes.of(measure_id):
            if text not in footnotes:
                footnotes[text] = Footnote(next(letters), text)
            for period in periods:
                marks.setdefault(period, []).append(footnotes[text].mark)
        cells = [*(shown.month(measure_id, month) for month in published.months), shown.ytd(measure_id)]
        rows.append([_heading(shown, measure_id), *(_marked(cell, marks) for cell in cells)])
    columns = ["Measure", *(f"{month:%b}" for month in published.months), f"{published.financial_year} YTD"]
    is_numeric = [False] + [True] * (len(columns) - 1)
    return Table(table_id, caption, columns, rows, is_numeric, list(footnotes.values()), notes.source(measure_ids))


def at_a_glance(shown: Shown, notes: Notes, table_id: str, caption: str, measure_ids: list[str]) -> Table:
    """This month beside last month: direction of travel, year to date, target and status."""
    published = shown.published
    this = published.month
    before = published.months[-2] if len(published.months) > 1 else None
    rows = []
    for measure_id in measure_ids:
        measure = published.measures[measure_id]
        now, ytd = shown.month(measure_id, this), shown.ytd(measure_id)
        last = shown.month(measure_id, before) if before else Cell(NOT_APPLICABLE)
        marks = {period: ["*"] for _, periods in notes.of(measure_id) for period in periods}
        heading = _heading(shown, measure_id)
        compared = [change(last, now, measure), _marked(ytd, marks), _target(measure), status(last, now, measure)]
        rows.append([heading, last, _marked(now, marks), *compared])
    is_marked = any(cell.marks for row in rows for cell in row)
    footnote = Footnote("*", "There is something to know of this figure: see the note in the table by month.")
    columns = ["Measure", f"{before:%b %Y}" if before else "Before", f"{this:%b %Y}"]
    columns += ["Change", "Year to date", "Target", "Status"]
    is_numeric = [False, True, True, False, True, False, False]
    return Table(table_id, caption, columns, rows, is_numeric, [footnote] if is_marked else [])


def _heading(shown: Shown, measure_id: str) -> Cell:
    return Cell(shown.published.measures[measure_id].measure_name, link=f"measure-{measure_id}", measure_id=measure_id)


def _target(measure: Measure) -> Cell:
    if measure.target is None:
        return Cell("none")
    word = "at least" if measure.polarity == "higher" else "at most"
    return Cell(f"{word} {measure.target:g}{'%' if measure.unit == 'percentage' else ''}")


def _letters(number: int) -> str:
    """a to z, then aa to zz."""
    return (ascii_lowercase[number // 26 - 1] if number >= 26 else "") + ascii_lowercase[number % 26]


def _marked(cell: Cell, marks: dict[str, list[str]]) -> Cell:
    return Cell(**(vars(cell) | {"marks": tuple(marks.get(cell.period or "", ()))}))
