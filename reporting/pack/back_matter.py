"""The last part of the pack: findings, what was restated or changed or is missing, definitions, symbols."""

import re

from reporting.pack.content import place
from reporting.pack.document import Cell, Section, Table, Text
from reporting.pack.figures import NOT_SUPPLIED, SYMBOLS, YEAR_TO_DATE, Shown, half_up
from reporting.pack.notes import Notes
from reporting.pack.wording import listed

YTD_RULES = {
    "sum": "sum of the months",
    "latest": "latest month",
    "ratio_of_sums": "sum of numerators over sum of denominators",
}
RULES = [
    "Figures are rounded half up for display. A percentage for the year to date is made of the sums of its parts, "
    "never of the months' percentages.",
    "Direction of travel compares the figures as shown. It is called better or worse only where the measure register "
    "says which direction is better.",
    "In a line chart the thin line is the mean. Between the broken lines lies the usual range, within which the figure "
    "varies by itself; a limit beyond what is possible is not drawn. A red ring is a signal that something changed; a "
    "dotted line, a change in how something is done or recorded.",
    "Status, for measures with a target. Green: the target is met. Amber: it is missed, but the figure is nearer to it "
    "than last month. Red: it is missed.",
]
RULES_OF_SUPPRESSION = [
    "Counts of 1 to 5 are suppressed, and so are percentages made of them and whatever would tell them from totals, "
    "from other months or from the packs of earlier months.",
    "Findings are told without their figures for the same reason, and limits are drawn only where every figure of the "
    "line is shown.",
]
QUOTED = re.compile(r"(.*): quoted as (.*?) \(")


def sections(shown: Shown, notes: Notes) -> list[Section]:
    changes = [_restatements(shown, notes), _breaks(shown), _missing(shown)]
    counted = [sum(finding["severity"] == s for finding in notes.findings) for s in ("error", "warning", "info")]
    said = "Open findings: {} errors, {} warnings, {} for information.".format(*counted)
    rules = RULES + ([] if notes.is_in_full else RULES_OF_SUPPRESSION)
    quoted = [_quoted(shown)] if notes.is_in_full and shown.published.quoted else []
    return [
        Section(
            "findings", "Findings", [Text([said]), _findings(shown, notes), *quoted], "About the figures", is_wide=True
        ),
        Section("changes", "Restatements, changes of definition or system, figures not supplied", changes),
        Section("measures", "Measures: definitions and provenance", [_measures(shown, notes)]),
        Section("symbols", "Symbols and rules", [_symbols(), Text(rules, "Rules", is_list=True)]),
    ]


def _measure(shown: Shown, measure_id: str) -> Cell:
    return Cell(shown.published.measures[measure_id].measure_name, link=f"measure-{measure_id}")


def _about(shown: Shown, measure_id: str | None, other: str | None) -> Cell:
    """A measure, with its definition where the pack has it; else the other thing that a row is about."""
    if measure_id in shown.measure_ids:
        return _measure(shown, measure_id)
    known = shown.published.measures.get(measure_id)
    return Cell(known.measure_name if known else _words(other or "–"))


def _findings(shown: Shown, notes: Notes) -> Table:
    rows = []
    for finding in notes.findings:
        about = _about(shown, finding["measure_id"], finding["extract"])
        words = [_when(notes, finding), finding["severity"], _words(finding["check_id"]), notes.message(finding)]
        rows.append([about, *map(Cell, words), *([Cell(finding["source_ref"] or "–")] if notes.names_files else [])])
    columns = ["About", "When", "Severity", "Check", "What is wrong", *(["Where"] if notes.names_files else [])]
    ids = [f"finding-{finding['finding_id']}" for finding in notes.findings]
    is_numeric = [False] * len(columns)
    return Table(
        "findings-table",
        "Open findings",
        columns,
        rows,
        is_numeric,
        filters=["About", "Severity", "Check"],
        row_ids=ids,
    )


def _quoted(shown: Shown) -> Table:
    """The figures that the printed text quotes, beside those of the marts; within the team, for it tells figures."""
    rows = []
    for row in shown.published.quoted:
        measure = shown.published.measures.get(row["measure_id"])
        about = _about(shown, row["measure_id"], row["measure_id"])
        said = QUOTED.match(row["message"] or "")
        what, quoted = said.groups() if said else ("–", "–")
        unit = "%" if measure and measure.unit == "percentage" else ""
        given = "–" if row["expected"] is None else f"{half_up(row['expected'], 1):,g}{unit}"
        verdict = "agrees" if row["is_agreed"] else "cannot be computed" if row["expected"] is None else "differs"
        tone = {"agrees": "good", "differs": "bad"}.get(verdict)
        if row["is_of_lists"]:
            verdict, tone = f"{verdict} (lists)", tone and "middling"
        month = f"{row['month']:%b %Y}" if row["month"] else "–"
        rows.append([about, *map(Cell, (month, quoted, given)), Cell(verdict, tone=tone), Cell(what)])
    columns = ["Measure", "Up to", "Quoted", "The figures give", "Verdict", "What the sentence is about"]
    is_numeric = [False, False, True, True, False, False]
    return Table("quoted-figures", "Figures that the printed report quotes in its text", columns, rows, is_numeric)


def _when(notes: Notes, finding: dict) -> str:
    if notes.period(finding) == YEAR_TO_DATE:
        return "year to date"
    return f"{finding['month']:%b %Y}" if finding["month"] else "–"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _restatements(shown: Shown, notes: Notes) -> Text | Table:
    """What was restated; how much only within the team, for a difference may tell a suppressed figure."""
    restated = [row for row in shown.published.restatements if row["measure_id"] in shown.measure_ids]
    if not restated:
        return Text(["No figure was restated."], "Restatements")
    rows = []
    for row in restated:
        when = f"{row['month']:%b %Y}" if row["period"] == "month" else "year to date"
        figures = [Cell(text or NOT_SUPPLIED) for text in (row["earlier_text"], row["printed_text"])]
        restated_in = Cell(f"{row['reporting_month']:%b %Y}, version {row['version']}")
        rows.append(
            [_measure(shown, row["measure_id"]), Cell(when), *(figures if notes.is_in_full else []), restated_in]
        )
    columns = ["Measure", "When", *(["Before", "Now"] if notes.is_in_full else []), "Restated in"]
    return Table("restatements", "Restatements", columns, rows, [False] * len(columns))


def _breaks(shown: Shown) -> Text:
    said = []
    for found in shown.published.breaks:
        of = shown.published.measures[found["measure_id"]].measure_name if found["measure_id"] else found["domain"]
        said.append(
            f"{found['break_month']:%B %Y}, {of or 'every measure'}: {found['reason']} Source: {found['source']}."
        )
    return Text(said or ["None is recorded."], "Changes of definition or system", is_list=bool(said))


def _missing(shown: Shown) -> Text:
    months = shown.published.months
    said = []
    for measure_id in shown.measure_ids:
        gaps = [month for month in months if shown.month(measure_id, month).text == NOT_SUPPLIED]
        if gaps:
            when = "every month" if len(gaps) == len(months) else listed([f"{month:%B}" for month in gaps])
            said.append(f"{shown.published.measures[measure_id].measure_name}: {when}.")
    return Text(said or ["Every figure was supplied."], "Figures not supplied", is_list=bool(said))


def _measures(shown: Shown, notes: Notes) -> Table:
    rows = []
    for measure_id in shown.measure_ids:
        measure = shown.published.measures[measure_id]
        better = "–" if measure.polarity == "neutral" else measure.polarity
        if measure.target is not None:
            better += f"; target {measure.target:g}{'%' if measure.unit == 'percentage' else ''}"
        kind = f"{measure.kind}; {YTD_RULES[measure.ytd_rule]}"
        words = [_words(measure.domain), measure.definition, measure.source, kind, better]
        name, count = measure.measure_name, notes.count(measure_id)
        found = Cell(str(count), link="findings", choose=name) if count else Cell("none")
        rows.append(
            [Cell(name, link=place(measure)), *map(Cell, [*words, notes.origin(measure_id) or "no figure"]), found]
        )
    columns = [
        "Measure",
        "Domain",
        "Definition",
        "Definition from",
        "Kind; year to date",
        "Better",
        "Figures from",
        "Findings",
    ]
    ids = [f"measure-{measure_id}" for measure_id in shown.measure_ids]
    is_numeric = [False] * len(columns)
    return Table("measures-table", "Measures in this pack", columns, rows, is_numeric, filters=["Domain"], row_ids=ids)


def _symbols() -> Table:
    rows = [[Cell(symbol), Cell(meaning)] for symbol, meaning in SYMBOLS.items()]
    rows.append(
        [Cell("a, b, ..."), Cell("there is something to know of the figure, as the footnote of that letter says")]
    )
    return Table("symbols-table", "Symbols", ["Symbol", "Meaning"], rows, [False, False])
