"""What has to be said about a value: the findings on it, what is missing in it, and where it comes from."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from alerting import pages
from data_quality.contracts import load_contracts
from data_quality.our_words import WITHHELD
from reporting.pack.figures import YEAR_TO_DATE, Shown, half_up, number_cell
from reporting.pack.records import Finding
from reporting.pack.wording import one_of_many, without_label
from reporting.words import counted, listed

DOUBTS = 4
BASES = {"reported": "printed", "computed": "counted from the child-level lists"}
OTHER_BASIS = {"reported": "computed", "computed": "reported"}
SEVERAL = 3  # measures with the same note have it once
LABEL = re.compile(r'^(".*?")(?=([:,]))\2')  # the label that the return prints: the measure's name says it better
PLACE = re.compile(r" \([^()]*, row \d+[^()]*(\([^()]*\))?\)")
OF_YEARS = ("ytd_", "year_")
YTD_COLUMN = re.compile(r", column [^()]*YTD")
IN_FULL = "internal"


class Notes:
    """What is said about values and findings, in words that the audience may read.

    Only the team reads findings in full: a suppressed value could be worked out from an observed or expected one.
    """

    def __init__(self, shown: Shown, audience: str) -> None:
        self.shown = shown
        self.findings = list(shown.published.findings)
        self.is_in_full = audience == IN_FULL
        self.names_files = audience != "public"

    def message(self, finding: Finding) -> str:
        """Return what is wrong: in full for the team, without values for others."""
        # a heading that nobody knows is withheld; that there was one says nothing
        in_full = finding.message.replace(f' under "{WITHHELD}"', "")
        return in_full if self.is_in_full else self._rule(finding.check_id)

    def _rule(self, check_id: str) -> str:
        return f"{pages.check(check_id).title}. {self.shown.published.reasons.get(check_id, '')}".strip()

    def period(self, finding: Finding) -> str | None:
        """Return the period of the pack that a finding is about: a month as YYYY-MM, or the year to date.

        A year to date is that of one month: what is wrong with another month's is about no value of this pack.
        """
        if self.is_of_year(finding):
            return YEAR_TO_DATE if finding.month in (None, self.shown.published.month) else None
        return f"{finding.month:%Y-%m}" if finding.month in self.shown.published.months else None

    def is_of_year(self, finding: Finding) -> bool:
        """Return whether a finding is about a year to date."""
        return finding.check_id.startswith(OF_YEARS) or bool(YTD_COLUMN.search(finding.source_ref or ""))

    def of(self, measure_id: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return each note on a measure, and the periods that it is about."""
        return self.of_table([measure_id])[measure_id]

    def of_table(self, measure_ids: Sequence[str]) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
        """Return the notes on each measure of a table; what is said of several of them has the same words."""
        checked: dict[tuple[str, tuple[str, ...]], dict[str, list[str]]] = defaultdict(dict)
        for measure_id in measure_ids:
            for check_id, periods, messages in self._by_check(measure_id):
                checked[check_id, periods][measure_id] = messages
        notes: dict[str, list[tuple[str, tuple[str, ...]]]] = {measure_id: [] for measure_id in measure_ids}
        for (check_id, periods), found in checked.items():
            alike = Counter(without_label(messages) for messages in found.values())
            others = sum(many for many in alike.values() if many < SEVERAL)
            for measure_id, messages in found.items():
                words = without_label(messages)
                if alike[words] >= SEVERAL:
                    said = words
                elif others >= SEVERAL:
                    said = f"{pages.check(check_id).title}: see Findings."
                else:
                    said = one_of_many(messages)
                notes[measure_id].append((said, periods))
        for measure_id in measure_ids:
            notes[measure_id] += self._incomplete(measure_id)
        return notes

    def _by_check(self, measure_id: str) -> Iterator[tuple[str, tuple[str, ...], list[str]]]:
        """Yield the check, the periods and the messages of what was found on a measure."""
        by_check: dict[str, list[tuple[Finding, str]]] = defaultdict(list)
        for finding in self.findings:
            period = self.period(finding)
            if finding.measure_id == measure_id and period and not finding.is_of_text:
                by_check[finding.check_id].append((finding, period))
        for check_id, found in by_check.items():
            periods = tuple(dict.fromkeys(period for _, period in found))
            yield check_id, periods, list(dict.fromkeys(self.message(finding) for finding, _ in found))

    def _incomplete(self, measure_id: str) -> list[tuple[str, tuple[str, ...]]]:
        published = self.shown.published
        kpis = {month: self.shown.kpi(measure_id, month) for month in published.months}
        short = self.short_year(measure_id)
        notes: list[tuple[str, tuple[str, ...]]] = [(short, (YEAR_TO_DATE,))] if short else []
        immature = [f"{of:%Y-%m}" for of, kpi in kpis.items() if kpi and kpi.value is not None and not kpi.is_mature]
        if immature:
            said = "Not complete yet: what this measure counts can still happen after the events of the month."
            is_of_year = immature[-1] >= f"{published.april:%Y-%m}"
            notes.append((said, (*immature, *([YEAR_TO_DATE] if is_of_year else []))))
        return notes

    def short_year(self, measure_id: str) -> str | None:
        """Return which months a year to date holds, where it does not hold every month since April."""
        year = self.shown.published.year_to_date
        held = [month for month in year if self._is_supplied(measure_id, month)]
        if not held or len(held) == len(year) or self.shown.published.measures[measure_id].ytd_rule == "latest":
            return None
        said = f"The year to date holds {len(held)} of {counted(len(year), 'month')}"
        return f"{said}: {listed([f'{month:%B}' for month in held])}."

    def basis(self, measure_id: str, others: Sequence[str]) -> str | None:
        """Return on which basis a value is, if `others` beside it are on another, or the other basis differs."""
        bases = self.shown.bases
        own = bases[measure_id]
        now, beside = (self._on(basis, measure_id) for basis in (own, OTHER_BASIS[own]))
        if now and beside and now != beside:
            instead = f"{beside} is" if self.is_in_full else "another value is"
            return f"This value is {BASES[own]}; {instead} {BASES[OTHER_BASIS[own]]}."
        if now and own == "computed" and any(bases[m] == "reported" for m in others):
            return f"This value is {BASES[own]}; the council does not print it."
        return None

    def _on(self, basis: str, measure_id: str) -> str | None:
        """Return the month's value on a basis, as it is shown."""
        kpi = self.shown.published.kpis.get((measure_id, self.shown.published.month, basis))
        measure = self.shown.published.measures[measure_id]
        if kpi is None or kpi.value is None:
            return None
        return number_cell(half_up(kpi.value, measure.decimals), measure).text

    def _is_supplied(self, measure_id: str, month: date) -> bool:
        kpi = self.shown.kpi(measure_id, month)
        return kpi is not None and (kpi.value is not None or kpi.denominator == 0)

    def count(self, measure_id: str) -> int:
        """Return how many open findings are about a measure."""
        return sum(finding.measure_id == measure_id for finding in self.findings)

    def warnings(self, measure_id: str) -> list[Finding]:
        """Return the open errors and warnings about values of a measure that the pack shows."""
        return [
            finding
            for finding in self.findings
            if finding.measure_id == measure_id
            and finding.severity != "info"
            and not finding.is_of_text
            and self.period(finding)
        ]

    def doubts(self) -> list[str]:
        """Return what is wrong, check by check, with the values furthest from what they should be first."""
        by_check: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            is_shown = finding.measure_id in self.shown.measure_ids and not finding.is_of_text
            is_of_pack = finding.month is None or self.period(finding)
            if finding.severity != "info" and is_shown and is_of_pack:
                by_check[finding.check_id].append(finding)
        ranked = sorted(by_check.items(), key=lambda item: (-max(map(_distance, item[1])), -len(item[1])))
        rest = sum(len(found) for _, found in ranked[DOUBTS:])
        more = [f"{counted(rest, 'more value')}: see Findings."] if rest else []
        return [self._doubt(check_id, found) for check_id, found in ranked[:DOUBTS]] + more

    def _doubt(self, check_id: str, found: Sequence[Finding]) -> str:
        measures = self.shown.published.measures
        names = {f.measure_id: measures[f.measure_id].measure_name for f in found if f.measure_id}
        if self.is_in_full:
            worst = max(found, key=_distance)
            more = f" And {len(found) - 1} more like it." if len(found) > 1 else ""
            name = names[worst.measure_id or ""]
            said = PLACE.sub("", LABEL.sub(r"\2", self.message(worst))).removeprefix(name)
            return f"{name}{said if said[0] in ',:' else f': {said}'}{more}"
        about = list(names.values())
        about = about if len(about) <= 2 else [about[0], f"{len(about) - 1} more measures"]
        return f"{listed(about)}: {counted(len(found), 'value')}. {self._rule(check_id)}"

    def source(self, measure_ids: list[str]) -> str:
        """Return where the values of a table come from: return and version, or the lists they are computed from."""
        said = list(dict.fromkeys(origin for m in measure_ids if (origin := self.origin(m))))
        return "Source: " + "; ".join(said) + "." if said else ""

    def origin(self, measure_id: str) -> str:
        """Return where a measure's latest value comes from, or nothing where it has none."""
        published = self.shown.published
        kpi = self.shown.kpi(measure_id, published.month)
        if kpi is None:
            return ""
        if kpi.basis == "computed":
            return f"computed from the child-level lists up to {kpi.reporting_month:%B %Y}"
        extract = published.measures[measure_id].home_extract or ""
        file = published.files.get((extract, kpi.reporting_month))
        if not file:
            return f"summary return {extract}"
        title = load_contracts()[extract].title
        received = f"version {file.version}, received {file.received_at:%-d %B %Y}"
        path = f", {file.file_path}" if self.names_files else ""
        return f"summary return {title}, {kpi.reporting_month:%B %Y} ({received}{path})"

    def short_origin(self, measure_id: str) -> str:
        """Return where a measure's latest value comes from, without version and file."""
        return self.origin(measure_id).partition(" (")[0]


def _distance(finding: Finding) -> float:
    return finding.distance or 0
