"""From what is published to the structure of the pack."""

from datetime import date
from itertools import count
from string import ascii_lowercase

from data_quality.contracts import Contract, load_contracts
from reporting.pack import back_matter, charts, disclosure, wording
from reporting.pack.content import HEADLINES, TOPICS, Topic
from reporting.pack.document import Cell, Chart, Footnote, Pack, Section, Table, Text
from reporting.pack.figures import YEAR_TO_DATE, Shown, bases, change, status
from reporting.pack.knowledge import figures_to_protect
from reporting.pack.published import Published

AUDIENCES = {
    "internal": "Internal: shows numbers of 1 to 5 children. Not for publication.",
    "members": "For elected members: numbers of 1 to 5 children are suppressed, for scrutiny papers are public.",
    "public": "For the public: numbers of 1 to 5 children are suppressed.",
}
CHANGES, WORRIES, DOUBTS = 6, 6, 6


def compose(published: Published, audience: str) -> Pack:
    """The pack for one audience."""
    printed_first = list(dict.fromkeys(m.home_extract for m in published.measures.values() if m.home_extract))
    returns = [load_contracts()[extract] for extract in printed_first]
    measure_ids = list(
        dict.fromkeys(
            [m for contract in returns for m in _printed(contract)]
            + [m for topic in TOPICS for m in topic.measure_ids if m in published.measures]
        )
    )
    kept = set() if audience == "internal" else _kept(published, measure_ids)
    shown = Shown(published, measure_ids, kept)
    notes = back_matter.Notes(shown, audience)
    tables = [_printed_table(shown, notes, contract, n) for n, contract in enumerate(returns, 1)]
    topics = [_topic(shown, notes, topic) for topic in TOPICS]
    return Pack(
        title="Children's social care scrutiny pack",
        authority_name=published.authority_name,
        month=f"{published.month:%B %Y}",
        banner=AUDIENCES[audience],
        facts=[
            ("Authority", published.authority_name),
            ("Figures for", f"April {published.months[0]:%Y} to {published.month:%B %Y}"),
            ("Made from", f"publication {published.publication_id}"),
        ],
        sections=[
            _front(shown, notes),
            *tables,
            *topics,
            *back_matter.sections(shown, notes, audience),
        ],
    )


def _printed(contract: Contract) -> list[str]:
    return [row.measure_id for row in contract.rows]


def _kept(published: Published, measure_ids: list[str]) -> set[tuple[str, str]]:
    basis = bases(published)
    months = [*published.earlier_months, *published.months]
    figures = figures_to_protect(
        published.measures,
        published.relations,
        {(m, of): kpi for (m, of, b), kpi in published.kpis.items() if b == basis[m]},
        {(m, of): kpi for (m, of, b), kpi in published.kpis.items() if b == "computed"},
        measure_ids,
        months,
    )
    return disclosure.suppressed(figures)


def _front(shown: Shown, notes: "back_matter.Notes") -> Section:
    published = shown.published
    headlines = [m for m in HEADLINES if m in published.measures]
    changed = wording.biggest_changes(shown, headlines, CHANGES)
    worrying = wording.worries(shown, list(shown.measure_ids))[:WORRIES]
    doubtful = notes.doubts()
    return Section(
        "summary",
        "Summary",
        [
            Text(changed or ["There is no earlier month to compare with."], "What changed this month", is_list=True),
            Text(
                worrying or ["No target is missed, and no figure is the worst of the year."],
                "What is worrying",
                is_list=True,
            ),
            Text(doubtful or ["No finding is open."], "What cannot be trusted, and why", is_list=True),
            _at_a_glance(shown, notes, "headlines", "Headline figures", headlines),
        ],
    )


def _printed_table(shown: Shown, notes: "back_matter.Notes", contract: Contract, number: int) -> Section:
    table = _months_across(shown, notes, contract.extract.replace("_", "-"), contract.title, _printed(contract))
    part = "The council's tables" if number == 1 else ""
    return Section(
        f"table-{contract.extract.replace('_', '-')}", contract.title, [Text([contract.description]), table], part
    )


def _topic(shown: Shown, notes: "back_matter.Notes", topic: Topic) -> Section:
    measure_ids = [m for m in topic.measure_ids if m in shown.published.measures]
    sentences = [said for m in measure_ids[:3] if (said := wording.what_changed(shown, m))][:1]
    lead = next((m for kind, *ids in topic.charts if kind == "line" for m in ids if m in measure_ids), None)
    sentences += [said for said in [lead and wording.what_changed(shown, lead)] if said and said not in sentences]
    sentences += [
        f"{shown.published.measures[m].measure_name}: {said}."
        for m in measure_ids
        for said in wording.signals(shown, m)
    ]
    table = _months_across(shown, notes, topic.topic_id, f"{topic.title}, month by month", measure_ids)
    drawn = [chart for row in topic.charts if (chart := _chart(shown, topic.topic_id, *row))]
    return Section(
        topic.topic_id,
        topic.title,
        [
            Text(sentences or [f"No figure of {shown.published.month:%B %Y} can be shown."]),
            *drawn,
            _at_a_glance(
                shown, notes, f"{topic.topic_id}-status", f"{topic.title}: direction and targets", measure_ids
            ),
            table,
        ],
        "Topics" if topic is TOPICS[0] else "",
    )


def _heading(shown: Shown, measure_id: str) -> Cell:
    return Cell(shown.published.measures[measure_id].measure_name, link=f"measure-{measure_id}", measure_id=measure_id)


def _months_across(
    shown: Shown, notes: "back_matter.Notes", table_id: str, caption: str, measure_ids: list[str]
) -> Table:
    """The council's own shape: a row for each measure, a column for each month, the year to date at the end."""
    published = shown.published
    marks = count()
    rows, footnotes = [], []
    for measure_id in measure_ids:
        cells = [shown.month(measure_id, month) for month in published.months] + [shown.ytd(measure_id)]
        found = notes.of(measure_id)
        marked: dict[str, list[str]] = {}
        for text, periods in found:
            mark = _letters(next(marks))
            footnotes.append(Footnote(mark, text))
            for period in periods:
                marked.setdefault(period, []).append(mark)
        rows.append([_heading(shown, measure_id), *(_marked(cell, marked) for cell in cells)])
    columns = ["Measure", *(f"{month:%b}" for month in published.months), f"{published.financial_year} YTD"]
    return Table(
        table_id, caption, columns, rows, [False] + [True] * (len(columns) - 1), footnotes, notes.source(measure_ids)
    )


def _letters(number: int) -> str:
    return (ascii_lowercase[number // 26 - 1] if number >= 26 else "") + ascii_lowercase[number % 26]


def _marked(cell: Cell, marked: dict[str, list[str]]) -> Cell:
    return Cell(**(vars(cell) | {"marks": tuple(marked.get(cell.period or "", ()))}))


def _at_a_glance(
    shown: Shown, notes: "back_matter.Notes", table_id: str, caption: str, measure_ids: list[str]
) -> Table:
    """This month beside last month: direction of travel, year to date, target and status."""
    published = shown.published
    this = published.month
    before = published.months[-2] if len(published.months) > 1 else None
    rows = []
    for measure_id in measure_ids:
        measure = published.measures[measure_id]
        now = shown.month(measure_id, this)
        last = shown.month(measure_id, before) if before else Cell("z")
        target = (
            Cell("none")
            if measure.target is None
            else Cell(
                f"{'at least' if measure.polarity == 'higher' else 'at most'} {measure.target:g}{'%' if measure.unit == 'percentage' else ''}"
            )
        )
        marks = {period: ["*"] for _, periods in notes.of(measure_id) for period in periods}
        rows.append([
            _heading(shown, measure_id), last, _marked(now, marks), change(last, now, measure), _marked(shown.ytd(measure_id), marks),
            target, status(last, now, measure) if measure.target is not None else Cell("–"),
        ])  # fmt: skip
    is_marked = any(cell.marks for row in rows for cell in row)
    footnotes = (
        [Footnote("*", "A finding is open on this figure: the table by month says what is wrong.")] if is_marked else []
    )
    columns = [
        "Measure",
        f"{before:%b %Y}" if before else "Month before",
        f"{this:%b %Y}",
        "Change",
        "Year to date",
        "Target",
        "Status",
    ]
    return Table(table_id, caption, columns, rows, [False, True, True, False, True, False, False], footnotes)


def _chart(shown: Shown, table_id: str, kind: str, *of: str) -> Chart | None:
    """A chart of rows of the topic's table; none where fewer than two months of it can be shown."""
    published = shown.published
    title = (
        of[0] if kind == "stacked" else published.measures[of[0]].measure_name if of[0] in published.measures else ""
    )
    measure_ids = [m for m in (of[1:] if kind == "stacked" else of) if m in published.measures]
    if not measure_ids:
        return None
    months = [f"{month:%b}" for month in published.months]
    rows = {m: [shown.month(m, month) for month in published.months] for m in measure_ids}
    if sum(cell.number is not None for cell in rows[measure_ids[0]]) < 2:
        return None
    names = {m: published.measures[m].measure_name for m in measure_ids}
    if kind == "line":
        (measure_id,) = measure_ids
        breaks = [
            b
            for b in published.breaks
            if b["measure_id"] in (None, measure_id) and b["domain"] in (None, published.measures[measure_id].domain)
        ]
        drawn = charts.line(
            months,
            rows[measure_id],
            [wording.limits(shown, measure_id, month) for month in published.months],
            published.measures[measure_id].target,
            [(f"{b['break_month']:%b}", b["reason"]) for b in breaks if b["break_month"] in published.months],
        )
    elif kind == "stacked":
        drawn = charts.stacked(months, [(names[m], rows[m]) for m in measure_ids], is_ordered=len(measure_ids) > 2)
    else:
        title = f"{title}: how many, how many more, how many fewer"
        flows = [m for m in measure_ids[1:] if any(cell.number is not None for cell in rows[m])]
        drawn = charts.stock_and_flow(
            months, (names[measure_ids[0]], rows[measure_ids[0]]), [(names[m], rows[m]) for m in flows]
        )
    is_percentage = published.measures[measure_ids[0]].unit == "percentage"
    return Chart(
        f"chart-{measure_ids[0].replace('_', '-')}-{kind}",
        title,
        _alternative(kind, published.months, rows, names),
        drawn,
        kind,
        table_id,
        measure_ids,
        '0"%"' if is_percentage else "#,##0",
    )


def _alternative(kind: str, months: list[date], rows: dict[str, list[Cell]], names: dict[str, str]) -> str:
    """What the picture says, for those who do not see it, in the figures that the pack shows."""
    what = {
        "line": "Line chart by month",
        "stacked": "Stacked columns by month",
        "stock_and_flow": "Line of the caseload over columns of those who came and left",
    }[kind]
    said = []
    for measure_id, cells in rows.items():
        figures = [(month, cell) for month, cell in zip(months, cells, strict=True) if cell.number is not None]
        if figures:
            said.append(
                f"{names[measure_id]}: {figures[0][1].text} in {figures[0][0]:%B %Y}, {figures[-1][1].text} in {figures[-1][0]:%B %Y}"
            )
    return f"{what}. {'; '.join(said)}. Every figure is in the table below."


__all__ = ["AUDIENCES", "YEAR_TO_DATE", "compose"]
