"""The last part of the pack: findings, what was restated or changed or is missing, definitions, symbols."""

import re
from collections import defaultdict
from collections.abc import Iterator

from alerting import pages
from data_quality.contracts import load_contracts
from data_quality.our_words import WITHHELD
from reporting.pack.content import place
from reporting.pack.document import Block, Cell, Section, Table, Text
from reporting.pack.figures import NOT_SUPPLIED, SYMBOLS, YEAR_TO_DATE, Shown, half_up
from reporting.pack.notes import Notes
from reporting.pack.records import Finding, Quoted
from reporting.pack.wording import one_of_many
from reporting.words import counted, list_name, listed

YTD_RULES = {
    "sum": "sum of the months",
    "latest": "latest month",
    "ratio_of_sums": "sum of numerators over sum of denominators",
}
DOMAINS = {"cin": "children in need", "cpp": "child protection plans", "lac": "children looked after"}
RULE = re.compile(r"^(Rule \w+):.*", re.DOTALL)
RULES = [
    "Values are rounded half up for display. A percentage for the year to date comes from the sums of its parts, not "
    "from the months' percentages.",
    "A measure has one basis in all of the pack: what the council prints, else what its lists give, as marts.kpi "
    "chooses it for the financial year. Where the two differ, the first page shows the team the other one too.",
    "Direction of travel compares the values as shown. A change or a difference is called better or worse only where "
    "it is more than chance explains and the measure register says which direction is better.",
    "In a line chart the thin line is the mean. The broken lines are the limits of the usual range: values inside it "
    "vary by chance. A limit that no value can reach is not drawn. A red ring is a signal that something changed. A "
    "dotted line is a change in how something is done or recorded.",
    "Status is for measures with a target. Green: the target is met. Amber: the target is missed, but the value is "
    "better than last month's by more than chance. Red: the target is missed.",
]
RULES_OF_SUPPRESSION = [
    "Counts of 1 to 5 are suppressed. So are percentages made from them, and every value from which they could be "
    "worked out: with totals, with other months, or with the packs of earlier months.",
    "For the same reason findings are shown without their values, and a chart has limits only where every value of its "
    "line is shown.",
]


def sections(shown: Shown, notes: Notes) -> list[Section]:
    """Return the sections about the values."""
    moves = _moves(shown, notes)
    changes = [_restatements(shown, notes), *([moves] if moves.rows else []), _breaks(shown), _missing(shown)]
    errors, warnings, infos = (sum(f.severity == s for f in notes.findings) for s in ("error", "warning", "info"))
    said = f"Open findings: {counted(errors, 'error')}, {counted(warnings, 'warning')} and {infos:,} for information."
    rules = RULES + ([] if notes.is_in_full else RULES_OF_SUPPRESSION)
    quoted: list[Block] = [_quoted(shown)] if notes.is_in_full and shown.published.quoted else []
    return [
        Section(
            "changes",
            "Restatements, changes of definition or system, values not supplied",
            changes,
            "About the values",
            tab="Changes and gaps",
        ),
        Section("findings", "Findings", [Text([said]), _findings(shown, notes), *quoted], is_wide=True),
        Section("measures", "Measures: definitions and provenance", [_measures(shown, notes)], tab="Definitions"),
        Section("symbols", "Symbols and rules", [_symbols(), Text(rules, "Rules", is_list=True)]),
    ]


def _measure(shown: Shown, measure_id: str) -> Cell:
    return Cell(shown.published.measures[measure_id].measure_name, link=f"measure-{measure_id}")


def _about(shown: Shown, measure_id: str | None, other: str | None) -> Cell:
    """Return a measure, with a link where the pack defines it, or the other thing that a row is about."""
    known = shown.published.measures.get(measure_id or "")
    if known and known.measure_id in shown.measure_ids:
        return _measure(shown, known.measure_id)
    if known:
        return Cell(known.measure_name)
    return Cell(list_name(other) if other in load_contracts() else other or "–")


def _findings(shown: Shown, notes: Notes) -> Table:
    rows = []
    for finding in notes.findings:
        about = _about(shown, finding.measure_id, finding.extract)
        words = [_when(notes, finding), finding.severity, _check(finding.check_id), notes.message(finding)]
        rows.append([about, *map(Cell, words), *([Cell(finding.source_ref or "–")] if notes.names_files else [])])
    columns = ["About", "When", "Severity", "Check", "What is wrong", *(["Where"] if notes.names_files else [])]
    return Table(
        "findings-table",
        "Open findings",
        columns,
        rows,
        [False] * len(columns),
        filters=["About", "Severity", "Check"],
        row_ids=[f"finding-{finding.finding_id}" for finding in notes.findings],
        printed=list(_on_paper(shown, notes)),
    )


def _on_paper(shown: Shown, notes: Notes) -> Iterator[list[Cell]]:
    """Yield the findings of one check on one measure or list as one row."""
    together: dict[tuple[str | None, str | None, str], list[Finding]] = defaultdict(list)
    for finding in notes.findings:
        together[finding.measure_id, finding.extract, finding.check_id].append(finding)
    for (measure_id, extract, check_id), found in together.items():
        whens = list(dict.fromkeys(_when(notes, finding) for finding in found))
        when = whens[0] if len(whens) == 1 else f"{len(whens)} times, last {whens[-1]}"
        said = one_of_many(list(dict.fromkeys(notes.message(finding) for finding in found)))
        where = found[0].source_ref or "–"
        where += f" and {len(found) - 1} more" if len(found) > 1 else ""
        words = [when, found[0].severity, _check(check_id), said]
        yield [_about(shown, measure_id, extract), *map(Cell, [*words, *([where] if notes.names_files else [])])]


def _quoted(shown: Shown) -> Table:
    """Return the values that the printed text quotes, next to those of the marts. For the team: they are in full."""
    columns = ["Measure", "Up to", "Quoted", "In the tables", "Verdict"]
    is_numeric = [False, False, True, True, False]
    rows = [_quoted_row(shown, row) for row in shown.published.quoted]
    return Table("quoted-figures", "Values that the printed report quotes in its text", columns, rows, is_numeric)


def _quoted_row(shown: Shown, row: Quoted) -> list[Cell]:
    measure = shown.published.measures.get(row.measure_id)
    unit = "%" if measure and measure.is_percentage else ""
    quoted, given = (
        "–" if number is None else f"{half_up(number, 1):,g}{unit}" for number in (row.observed, row.expected)
    )
    verdict = "agrees" if row.is_agreed else "cannot be computed" if row.expected is None else "differs"
    tone = {"agrees": "good", "differs": "bad"}.get(verdict)
    if row.is_of_lists:
        verdict, tone = f"{verdict} (lists)", tone and "middling"
    month = f"{row.month:%b %Y}" if row.month else "–"
    about = _about(shown, row.measure_id, row.measure_id)
    if about.text == WITHHELD:
        about = Cell("a figure that the measure register does not have")
    return [about, *map(Cell, (month, quoted, given)), Cell(verdict, tone=tone)]


def _when(notes: Notes, finding: Finding) -> str:
    month = f"{finding.month:%b %Y}" if finding.month else "–"
    if notes.is_of_year(finding):
        return "year to date" if notes.period(finding) == YEAR_TO_DATE else f"year to date, {month}"
    return month


def _check(check_id: str) -> str:
    """Return a check's title; of a validation rule its number, for the finding says the rule."""
    return RULE.sub(r"\1", pages.check(check_id).title)


def _domain(name: str) -> str:
    return DOMAINS.get(name, name.replace("_", " ")).capitalize()


def _said_by(source: str) -> str:
    """Return where a definition is from, with summary returns by their titles."""
    for extract, contract in load_contracts().items():
        source = source.replace(f"Council return: {extract}", f"Council return: {contract.title}")
    return source


def _restatements(shown: Shown, notes: Notes) -> Text | Table:
    """Return what was restated. By how much is for the team: a suppressed value could be worked out from it."""
    restated = [row for row in shown.published.restatements if row.measure_id in shown.measure_ids]
    if not restated:
        return Text(["No value was restated."], "Restatements")
    rows = []
    for row in restated:
        when = f"{row.month:%b %Y}" if row.period == "month" else "year to date"
        values = [Cell(text or NOT_SUPPLIED) for text in (row.earlier_text, row.printed_text)]
        restated_in = Cell(f"{row.reporting_month:%b %Y}, version {row.version}")
        rows.append([_measure(shown, row.measure_id), Cell(when), *(values if notes.is_in_full else []), restated_in])
    columns = ["Measure", "When", *(["Before", "Now"] if notes.is_in_full else []), "Restated in"]
    return Table("restatements", "Restatements", columns, rows, [False] * len(columns))


def _moves(shown: Shown, notes: Notes) -> Table:
    """Return how far values from the lists moved. For the team: a suppressed value could be worked out from it."""
    rows = []
    for row in shown.published.moves if notes.is_in_full else []:
        measure = shown.published.measures[row.measure_id]
        unit, decimals = (" points", max(measure.decimals, 1)) if measure.is_percentage else ("", measure.decimals)
        typical, largest = half_up(row.typical, max(decimals, 1)), half_up(row.largest, decimals)
        if largest and row.measure_id in shown.measure_ids:
            moved = f"{row.months_moved} of {row.months}"
            texts = (moved, f"{typical:,g}{unit}", f"{largest:+,g}{unit}", f"{row.largest_month:%b %Y}")
            rows.append([_measure(shown, row.measure_id), *map(Cell, texts)])
    columns = ["Measure", "Months that moved", "Typical move", "Largest move", "In the value for"]
    title = "How far the lists moved earlier months after their own month's delivery"
    return Table("moves", title, columns, rows, [False, True, True, True, False])


def _breaks(shown: Shown) -> Text:
    said = []
    for found in shown.published.breaks:
        of = (
            shown.published.measures[found.measure_id].measure_name if found.measure_id else _domain(found.domain or "")
        )
        said.append(f"{found.break_month:%B %Y}, {of or 'every measure'}: {found.reason} Source: {found.source}.")
    return Text(said or ["No change is recorded."], "Changes of definition or system", is_list=bool(said))


def _missing(shown: Shown) -> Text:
    months = shown.published.months
    form = "%B" if months[0] >= shown.published.april else "%B %Y"
    said = []
    for measure_id in shown.measure_ids:
        gaps = [month for month in months if shown.month(measure_id, month).text == NOT_SUPPLIED]
        if gaps:
            when = "every month" if len(gaps) == len(months) else listed([month.strftime(form) for month in gaps])
            said.append(f"{shown.published.measures[measure_id].measure_name}: {when}.")
    return Text(said or ["Every value was supplied."], "Values not supplied", is_list=bool(said))


def _measures(shown: Shown, notes: Notes) -> Table:
    rows = []
    for measure_id in shown.measure_ids:
        measure = shown.published.measures[measure_id]
        better = "–" if measure.polarity == "neutral" else measure.polarity
        if measure.target is not None:
            better += f"; target {measure.target_text}"
        kind = f"{measure.kind}; {YTD_RULES[measure.ytd_rule]}"
        words = [_domain(measure.domain), measure.definition, _said_by(measure.source), kind, better]
        name, count = measure.measure_name, notes.count(measure_id)
        found = Cell(str(count), link="findings", choose=name) if count else Cell("none")
        rows.append(
            [Cell(name, link=place(measure)), *map(Cell, [*words, notes.short_origin(measure_id) or "no value"]), found]
        )
    columns = [
        "Measure",
        "Domain",
        "Definition",
        "Definition from",
        "Kind; year to date",
        "Better",
        "Values from",
        "Findings",
    ]
    ids = [f"measure-{measure_id}" for measure_id in shown.measure_ids]
    is_numeric = [False] * len(columns)
    return Table("measures-table", "Measures in this pack", columns, rows, is_numeric, filters=["Domain"], row_ids=ids)


def _symbols() -> Table:
    rows = [[Cell(symbol), Cell(meaning)] for symbol, meaning in SYMBOLS.items()]
    rows.append([Cell("[1], [2], ..."), Cell("see the note with that number below the table")])
    return Table("symbols-table", "Symbols", ["Symbol", "Meaning"], rows, [False, False])
