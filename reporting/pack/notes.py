"""What is to be said of a figure: the findings on it, what is missing in it, and where it comes from."""

import re
from collections import defaultdict

from alerting import pages
from data_quality.contracts import load_contracts
from reporting.pack.figures import YEAR_TO_DATE, Shown
from reporting.pack.wording import listed, one_of_many

DOUBTS = 4
LABEL = re.compile(r'^(".*?")(?=([:,]))\2')  # the label that the return prints: the measure's name says it better
PLACE = re.compile(r" \([^()]*, row \d+[^()]*(\([^()]*\))?\)")
YTD_COLUMN = re.compile(r", column [^()]*YTD")
IN_FULL = "internal"  # an observed or expected figure may tell a suppressed one, so others get findings without


class Notes:
    """What is said of figures and findings, in words that the audience may read."""

    def __init__(self, shown: Shown, audience: str):
        self.shown = shown
        self.findings = list(shown.published.findings)
        self.is_in_full = audience == IN_FULL
        self.names_files = audience != "public"

    def message(self, finding: dict) -> str:
        """What is wrong: in full within the team; to others without figures, for those could tell suppressed ones."""
        return finding["message"] if self.is_in_full else self._rule(finding["check_id"])

    def _rule(self, check_id: str) -> str:
        return f"{pages.check(check_id).title}. {self.shown.published.reasons.get(check_id, '')}".strip()

    def period(self, finding: dict) -> str | None:
        if finding["check_id"].startswith("ytd_") or YTD_COLUMN.search(finding["source_ref"] or ""):
            return YEAR_TO_DATE
        return f"{finding['month']:%Y-%m}" if finding["month"] else None

    def of(self, measure_id: str) -> list[tuple[str, tuple[str, ...]]]:
        """(what is wrong, the periods it is wrong for): findings on the figures, and what is missing in them."""
        by_check: dict[str, list[dict]] = defaultdict(list)
        for finding in self.findings:
            if finding["measure_id"] == measure_id and self.period(finding) and not finding["is_of_text"]:
                by_check[finding["check_id"]].append(finding)
        said: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for found in by_check.values():
            messages = list(dict.fromkeys(map(self.message, found)))
            said[tuple(dict.fromkeys(self.period(finding) for finding in found))].append(one_of_many(messages))
        for text, periods in self._incomplete(measure_id):
            said[periods].append(text)
        return [(" ".join(texts), periods) for periods, texts in said.items()]

    def _incomplete(self, measure_id: str) -> list[tuple[str, tuple[str, ...]]]:
        published = self.shown.published
        kpis = {month: self.shown.kpi(measure_id, month) for month in published.months}
        last, year = kpis[published.month], len(published.months)
        notes = []
        if last and 0 < last.months_supplied < year and published.measures[measure_id].ytd_rule != "latest":
            said = f"The year to date is of the {last.months_supplied} months supplied, of {year}."
            notes.append((said, (YEAR_TO_DATE,)))
        immature = [f"{of:%Y-%m}" for of, kpi in kpis.items() if kpi and kpi.value is not None and not kpi.is_mature]
        if immature:
            said = "Not complete yet: what is counted may still follow the events of the month."
            notes.append((said, (*immature, YEAR_TO_DATE)))
        return notes

    def count(self, measure_id: str) -> int:
        return sum(finding["measure_id"] == measure_id for finding in self.findings)

    def doubts(self) -> list[str]:
        """What is wrong, check by check; first what is furthest from what it should be."""
        by_check: dict[str, list[dict]] = defaultdict(list)
        for finding in self.findings:
            is_shown = finding["measure_id"] in self.shown.measure_ids and not finding["is_of_text"]
            if finding["severity"] != "info" and is_shown:
                by_check[finding["check_id"]].append(finding)
        ranked = sorted(by_check.items(), key=lambda item: (-max(map(_distance, item[1])), -len(item[1])))
        rest = sum(len(found) for _, found in ranked[DOUBTS:])
        more = [f"{rest} more {'figures' if rest > 1 else 'figure'}: see Findings."] if rest else []
        return [self._doubt(check_id, found) for check_id, found in ranked[:DOUBTS]] + more

    def _doubt(self, check_id: str, found: list[dict]) -> str:
        names = {f["measure_id"]: self.shown.published.measures[f["measure_id"]].measure_name for f in found}
        if self.is_in_full:
            worst = max(found, key=_distance)
            more = f" And {len(found) - 1} more like it." if len(found) > 1 else ""
            said = PLACE.sub("", LABEL.sub(r"\2", worst["message"]))
            return f"{names[worst['measure_id']]}{said if said[0] in ',:' else f': {said}'}{more}"
        about = list(names.values())
        about = about if len(about) <= 2 else [about[0], f"{len(about) - 1} more measures"]
        figures = "1 figure" if len(found) == 1 else f"{len(found)} figures"
        return f"{listed(about)}: {figures}. {self._rule(check_id)}"

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
        path = f", {file['file_path']}" if self.names_files else ""
        return f"council return {title} of {kpi.reporting_month:%B %Y} ({received}{path})"


def _distance(finding: dict) -> float:
    """How far the figure is from what it should be, beside that."""
    return finding["distance"] or 0
