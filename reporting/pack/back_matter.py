"""Footnotes, findings, restatements, definitions and provenance: what a reader needs to judge the figures."""

import re
from collections import defaultdict

from data_quality.contracts import load_contracts
from reporting.pack.document import Cell, Section, Table, Text
from reporting.pack.figures import NOT_SUPPLIED, SYMBOLS, YEAR_TO_DATE, Shown
from reporting.pack.wording import listed, one_of_many

DOUBTS = 6
YTD_COLUMN = re.compile(r", column [^()]*YTD")
NUMBERS_ARE_FOR = "internal"  # an observed or expected figure may tell a suppressed one


class Notes:
    """What is said of figures and findings, in words that the audience may read."""

    def __init__(self, shown: Shown, audience: str):
        self.shown = shown
        self.audience = audience
        self.findings = list(shown.published.findings)

    def message(self, finding: dict) -> str:
        """What is wrong: in full within the team; to others without figures, for those could tell suppressed ones."""
        if self.audience == NUMBERS_ARE_FOR:
            return finding["message"]
        reason = self.shown.published.reasons.get(finding["check_id"], finding["check_id"].replace("_", " "))
        return f"Does not hold here: {reason[:1].lower()}{reason[1:]}"

    def where(self, finding: dict) -> str:
        return "" if self.audience == "public" else finding["source_ref"] or ""

    def period(self, finding: dict) -> str | None:
        if finding["check_id"].startswith("ytd_") or YTD_COLUMN.search(finding["source_ref"] or ""):
            return YEAR_TO_DATE
        return f"{finding['month']:%Y-%m}" if finding["month"] else None

    def of(self, measure_id: str) -> list[tuple[str, list[str]]]:
        """(what is wrong, the periods it is wrong for) of the findings of a measure, and of a year to date with gaps."""
        by_check: dict[str, list[dict]] = defaultdict(list)
        for finding in self.findings:
            if finding["measure_id"] == measure_id and self.period(finding):
                by_check[finding["check_id"]].append(finding)
        notes = []
        for found in by_check.values():
            messages = list(dict.fromkeys(map(self.message, found)))
            periods = list(dict.fromkeys(self.period(finding) for finding in found))
            notes.append((one_of_many(messages), periods))
        return notes + self._incomplete(measure_id)

    def _incomplete(self, measure_id: str) -> list[tuple[str, list[str]]]:
        published = self.shown.published
        kpi = self.shown.kpi(measure_id, published.month)
        measure = published.measures[measure_id]
        notes = []
        if kpi and 0 < kpi.months_supplied < len(published.months) and measure.ytd_rule != "latest":
            notes.append(
                (
                    f"The year to date is of the {kpi.months_supplied} months supplied, of {len(published.months)}.",
                    [YEAR_TO_DATE],
                )
            )
        immature = [
            m
            for m in published.months
            if (k := self.shown.kpi(measure_id, m)) and not k.is_mature and k.value is not None
        ]
        if immature:
            periods = [f"{m:%Y-%m}" for m in immature]
            notes.append(
                (
                    "Not complete yet: events of the month may still be followed by what is counted.",
                    [*periods, YEAR_TO_DATE],
                )
            )
        return notes

    def doubts(self) -> list[str]:
        """What is wrong, check by check; first what is furthest from what it should be."""
        names = {m: self.shown.published.measures[m].measure_name for m in self.shown.measure_ids}
        by_check: dict[tuple[str, str], list[dict]] = defaultdict(list)
        for finding in self.findings:
            if finding["severity"] != "info" and finding["measure_id"] in names:
                by_check[finding["severity"], finding["check_id"]].append(finding)
        ranked = sorted(by_check.items(), key=lambda item: (item[0][0] != "error", -_distance(item[1]), -len(item[1])))
        said = []
        for (_, check_id), found in ranked[:DOUBTS]:
            about = list(dict.fromkeys(names[finding["measure_id"]] for finding in found))
            if self.audience == NUMBERS_ARE_FOR:
                worst = max(found, key=lambda finding: finding["distance"] or 0)
                more = f" And {len(found) - 1} more like it." if len(found) > 1 else ""
                said.append(f"{names[worst['measure_id']]}. {worst['message']}{more}")
            else:
                shortened = about if len(about) <= 2 else [about[0], f"{len(about) - 1} more measures"]
                reason = self.shown.published.reasons.get(check_id, check_id.replace("_", " "))
                figures = "1 figure" if len(found) == 1 else f"{len(found)} figures"
                said.append(f"{listed(shortened)}, {figures}. Does not hold here: {reason[:1].lower()}{reason[1:]}")
        rest = sum(len(found) for _, found in ranked[DOUBTS:])
        return said + ([f"{rest} more: see the findings."] if rest else [])

    def source(self, measure_ids: list[str]) -> str:
        """Where the figures of a table come from: extract and version, or the lists they are computed from."""
        said = list(dict.fromkeys(origin for m in measure_ids if (origin := self.origin(m))))
        return "Source: " + "; ".join(said) + "." if said else ""

    def origin(self, measure_id: str) -> str:
        published = self.shown.published
        kpi = self.shown.kpi(measure_id, published.month)
        if kpi is None:
            return ""
        if kpi.basis == "computed":
            return f"computed from the child-level lists up to {kpi.reporting_month:%B %Y}"
        extract = published.measures[measure_id].home_extract
        file = published.files.get((extract, kpi.reporting_month))
        if not file:
            return f"council return {extract}"
        title = load_contracts()[extract].title
        received = f"version {file['version']}, received {file['received_at']:%-d %B %Y}"
        path = "" if self.audience == "public" else f", {file['file_path']}"
        return f"council return {title} of {kpi.reporting_month:%B %Y} ({received}{path})"


def _distance(found: list[dict]) -> float:
    return max(finding["distance"] or 0 for finding in found)


def sections(shown: Shown, notes: Notes, audience: str) -> list[Section]:
    """The last part of the pack."""
    return [
        Section(
            "findings",
            "Findings",
            [_findings_text(notes), _findings(shown, notes, audience)],
            "What to know of the figures",
        ),
        Section(
            "changes", "Restatements, changes of definition or system, figures not supplied", _changes(shown, audience)
        ),
        Section("measures", "Measures: definitions and provenance", [_measures(shown, notes)]),
        Section("symbols", "Symbols and rules", [_symbols(), _rules(audience)]),
    ]


def _findings_text(notes: Notes) -> Text:
    counts = {s: sum(f["severity"] == s for f in notes.findings) for s in ("error", "warning", "info")}
    return Text(
        [f"Open findings: {counts['error']} errors, {counts['warning']} warnings, {counts['info']} for information."]
    )


def _findings(shown: Shown, notes: Notes, audience: str) -> Table:
    names = shown.published.measures
    rows, ids = [], []
    for finding in notes.findings:
        measure = names.get(finding["measure_id"])
        period = notes.period(finding)
        when = "year to date" if period == YEAR_TO_DATE else f"{finding['month']:%b %Y}" if finding["month"] else "–"
        rows.append([
            Cell(measure.measure_name, link=f"measure-{measure.measure_id}") if measure and measure.measure_id in shown.measure_ids
            else Cell((finding["extract"] or "–").replace("_", " ")),
            Cell(when), Cell(finding["severity"]), Cell(finding["check_id"].replace("_", " ")), Cell(notes.message(finding)),
            *([] if audience == "public" else [Cell(notes.where(finding) or "–")]),
        ])  # fmt: skip
        ids.append(f"finding-{finding['finding_id']}")
    columns = ["About", "When", "Severity", "Check", "What is wrong", *([] if audience == "public" else ["Where"])]
    return Table(
        "findings-table",
        "Open findings",
        columns,
        rows,
        [False] * len(columns),
        filters=["Severity", "Check"],
        row_ids=ids,
    )


def _changes(shown: Shown, audience: str) -> list[Text | Table]:
    published = shown.published
    blocks: list[Text | Table] = []
    restated = [r for r in published.restatements if r["measure_id"] in shown.measure_ids]
    if restated:
        has_numbers = audience == NUMBERS_ARE_FOR
        rows = [
            [
                Cell(published.measures[r["measure_id"]].measure_name, link=f"measure-{r['measure_id']}"),
                Cell(
                    "year to date"
                    if "y" in str(r["period"]).lower() and "month" not in str(r["period"]).lower()
                    else f"{r['month']:%b %Y}"
                ),
                *(
                    [Cell(r["earlier_text"] or NOT_SUPPLIED), Cell(r["printed_text"] or NOT_SUPPLIED)]
                    if has_numbers
                    else []
                ),
                Cell(f"{r['reporting_month']:%b %Y}, version {r['version']}"),
            ]
            for r in restated
        ]
        columns = ["Measure", "When", *(["Before", "Now"] if has_numbers else []), "Restated in"]
        blocks.append(Table("restatements", "Restatements", columns, rows, [False] * len(columns)))
    else:
        blocks.append(Text(["No figure was restated."], "Restatements"))
    breaks = [
        f"{b['break_month']:%B %Y} ({b['domain'] or b['measure_id'] or 'every measure'}): {b['reason']} Source: {b['source']}."
        for b in published.breaks
    ]
    blocks.append(Text(breaks or ["None is recorded."], "Changes of definition or system", is_list=bool(breaks)))
    missing = []
    for measure_id in shown.measure_ids:
        gaps = [m for m in published.months if shown.month(measure_id, m).text == NOT_SUPPLIED]
        if gaps:
            when = "every month" if len(gaps) == len(published.months) else listed([f"{m:%B}" for m in gaps])
            missing.append(f"{published.measures[measure_id].measure_name}: {when}.")
    blocks.append(Text(missing or ["Every figure was supplied."], "Figures not supplied", is_list=bool(missing)))
    return blocks


def _measures(shown: Shown, notes: Notes) -> Table:
    rows, ids = [], []
    ytd = {
        "sum": "sum of the months",
        "latest": "latest month",
        "ratio_of_sums": "sum of numerators over sum of denominators",
    }
    for measure_id in shown.measure_ids:
        measure = shown.published.measures[measure_id]
        target = "–" if measure.target is None else f"{measure.target:g}{'%' if measure.unit == 'percentage' else ''}"
        better = {"neutral": "neither"}.get(measure.polarity, measure.polarity)
        rows.append([
            Cell(measure.measure_name, measure_id=measure_id), Cell(measure.domain), Cell(measure.definition),
            Cell(f"{measure.kind}; year to date: {ytd[measure.ytd_rule]}"), Cell(better), Cell(target), Cell(measure.source),
            Cell(notes.origin(measure_id) or "no figure"),
        ])  # fmt: skip
        ids.append(f"measure-{measure_id}")
    columns = ["Measure", "Domain", "Definition", "Kind", "Better", "Target", "Definition from", "Figures from"]
    return Table(
        "measures-table",
        "Measures in this pack",
        columns,
        rows,
        [False] * len(columns),
        filters=["Domain"],
        row_ids=ids,
    )


def _symbols() -> Table:
    rows = [[Cell(symbol), Cell(meaning)] for symbol, meaning in SYMBOLS.items()]
    rows.append(
        [Cell("a, b, ..."), Cell("a finding is open on the figure: the footnote of that letter says what is wrong")]
    )
    return Table("symbols-table", "Symbols", ["Symbol", "Meaning"], rows, [False, False])


def _rules(audience: str) -> Text:
    rules = [
        "Figures are rounded half up for display. A percentage for the year to date is made of the sums of its parts, never of the months' percentages.",
        "Direction of travel compares the figures as shown. Better or worse is said only where the measure register says which direction is better.",
        "Status: green, the target is met; amber, it is missed but the figure is nearer to it than last month; red, it is missed. Only measures with a target have a status.",
    ]
    if audience != NUMBERS_ARE_FOR:
        rules.append(
            "Counts of 1 to 5, percentages made of them, and whatever would tell them from totals, from other months or from earlier packs are suppressed. "
            "Findings are told without their figures for the same reason, and limits are drawn only where every figure of the line is shown."
        )
    return Text(rules, "Rules", is_list=True)
