"""The values of a pack as they are shown: on one basis each, rounded half up, or as the DfE's symbols."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from reporting import commentary
from reporting.pack.document import Cell
from reporting.pack.records import Key, Kpi, Limits, Measure, Published, month_key, ytd_key

SUPPRESSED, NOT_SUPPLIED, NOT_APPLICABLE, ROUNDS_TO_ZERO = "c", "x", "z", "k"
SYMBOLS = {
    "0": "zero",
    SUPPRESSED: "suppressed, so that no number of 1 to 5 children can be read or worked out",
    NOT_SUPPLIED: "not supplied",
    NOT_APPLICABLE: "not applicable: there is nothing to calculate a percentage of",
    ROUNDS_TO_ZERO: "more than zero, but rounds to zero",
}
YEAR_TO_DATE = "ytd"
RATE = "rate_per_10000"
RATE_DECIMALS = 1


def half_up(value: float, decimals: int) -> float:
    """Return the value rounded for display."""
    return float(commentary.half_up(value, decimals))


@dataclass(frozen=True)
class Shown:
    """The values of one pack; `kept` are the keys of those that its readers may not see."""

    published: Published
    measure_ids: Collection[str]
    kept: Collection[Key]

    @cached_property
    def bases(self) -> Mapping[str, str]:
        """Return the basis on which each measure is shown."""
        return bases(self.published)

    def kpi(self, measure_id: str, month: date) -> Kpi | None:
        """Return the published row of a month, on the basis that is shown."""
        return self.published.kpis.get((measure_id, month, self.bases.get(measure_id, "reported")))

    def month(self, measure_id: str, month: date) -> Cell:
        """Return the value of a month."""
        kpi = self.kpi(measure_id, month)
        return self._cell(measure_id, month_key(measure_id, month), kpi.value if kpi else None, kpi)

    def ytd(self, measure_id: str) -> Cell:
        """Return the year to date."""
        kpi = self.kpi(measure_id, self.published.month)
        key = ytd_key(measure_id, self.published.month)
        return self._cell(measure_id, key, kpi.ytd_value if kpi else None, kpi)

    def limits(self, measure_id: str, month: date) -> Limits | None:
        """Return the limits of a month's XmR chart, if all the values that they are made from are shown."""
        found = self.published.limits.get((measure_id, month, self.bases[measure_id]))
        return found if found and self.is_whole(measure_id) else None

    def change_since(self, measure_id: str, month: date) -> Cell:
        """Return how the pack's month moved since last month, or the same month last year: better or worse if it did.

        What chance may do is neither. Last month is judged by the chart, last year by `marts.mart_comparators`.
        """
        before, now = self.month(measure_id, month), self.month(measure_id, self.published.month)
        if month == self.published.last_year:
            is_real = self._differs_from_last_year(measure_id)
        else:
            limits = self.limits(measure_id, self.published.month)
            is_real = bool(limits and limits.has_moved(before.number, now.number))
        return change(before, now, self.published.measures[measure_id], is_real)

    def _differs_from_last_year(self, measure_id: str) -> bool:
        found = (measure_id, self.bases[measure_id], "value", "same period last year")
        return any(
            bool(c.is_beyond_chance)
            for c in self.published.comparators
            if (c.measure_id, c.basis, c.statistic, c.comparator) == found
        )

    def rate(self, measure_id: str) -> Cell:
        """Return the month's rate per 10,000. It is suppressed with the values that it could be worked back to."""
        rate = self.published.rates.get((measure_id, self.bases.get(measure_id, "reported")))
        if not self.is_whole(measure_id):
            return Cell(SUPPRESSED)
        if rate is None or rate.rate_per_10000 is None:
            return Cell(NOT_SUPPLIED)
        return rate_cell(rate.rate_per_10000)

    def other_basis(self, measure_id: str) -> tuple[str, Cell] | None:
        """Return the month's value on the basis that is not shown, where it is another. It is for the team only."""
        basis = "computed" if self.bases.get(measure_id, "reported") == "reported" else "reported"
        found = self.published.kpis.get((measure_id, self.published.month, basis))
        measure = self.published.measures[measure_id]
        if found is None or found.value is None:
            return None
        other = number_cell(half_up(found.value, measure.decimals), measure)
        return (basis, other) if other.text != self.month(measure_id, self.published.month).text else None

    def is_whole(self, measure_id: str) -> bool:
        """Return whether every value of the measure is shown, so that what is made from all of them may be shown.

        A percentage is shown rounded: with exact limits its parts could be worked out, where they are not shown too.
        """
        measure = self.published.measures[measure_id]
        of = {measure_id} | {part for part in (measure.numerator_id, measure.denominator_id) if part}
        return not self.kept or (of <= set(self.measure_ids) and not any(key[0] in of for key in self.kept))

    def _cell(self, measure_id: str, key: Key, value: float | None, kpi: Kpi | None) -> Cell:
        measure = self.published.measures[measure_id]
        period = YEAR_TO_DATE if key[1].endswith("ytd") else key[1]
        if key in self.kept:
            return Cell(SUPPRESSED, measure_id=measure_id, period=period)
        if value is None:
            is_empty = measure.kind == "ratio" and kpi is not None and kpi.denominator == 0
            mark = kpi.printed_mark if kpi and period != YEAR_TO_DATE else None
            return Cell(NOT_APPLICABLE if is_empty else mark or NOT_SUPPLIED, measure_id=measure_id, period=period)
        number = half_up(value, measure.decimals)
        if measure.is_percentage and number == 0 and value > 0:
            return Cell(ROUNDS_TO_ZERO, measure_id=measure_id, period=period)
        return number_cell(number, measure, measure_id=measure_id, period=period)


def number_cell(number: float, measure: Measure, measure_id: str | None = None, period: str | None = None) -> Cell:
    """Return a cell that shows a rounded number in the measure's unit."""
    text = f"{number:,.{measure.decimals}f}" + ("%" if measure.is_percentage else "")
    return Cell(text, number, measure.decimals, measure.is_percentage, measure_id=measure_id, period=period)


def rate_cell(rate: float) -> Cell:
    """Return a cell that shows a rate per 10,000."""
    number = half_up(rate, RATE_DECIMALS)
    return Cell(f"{number:,.{RATE_DECIMALS}f}", number, RATE_DECIMALS)


def bases(published: Published) -> dict[str, str]:
    """Return the basis of each measure, as marts.kpi chooses it."""
    return {measure_id: published.bases.get(measure_id, "computed") for measure_id in published.measures}


def change(before: Cell, now: Cell, measure: Measure, is_real: bool) -> Cell:
    """Return the direction of travel between two values as shown.

    It is better or worse only if it `is_real`, more than chance, and the register says which direction is better.
    """
    if before.number is None or now.number is None:
        return Cell("not comparable")
    difference = round(now.number - before.number, measure.decimals)
    if difference == 0:
        return Cell("no change")
    unit = (" point" if abs(difference) == 1 else " points") if measure.is_percentage else ""
    arrow, way = ("▲", "higher") if difference > 0 else ("▼", "lower")
    said = f"{arrow} {abs(difference):,.{measure.decimals}f}{unit}"
    if measure.polarity == "neutral" or not is_real:
        return Cell(said)
    is_better = measure.polarity == way
    return Cell(f"{said}, {'better' if is_better else 'worse'}", tone="good" if is_better else "bad")


def status(now: Cell, measure: Measure, moved: Cell | None = None) -> Cell:
    """Return green, amber or red by the register's target: met; missed, but `moved` for the better; missed."""
    if measure.target is None:
        return Cell("–")
    if now.number is None:
        return Cell("no value")
    sign = 1 if measure.polarity == "higher" else -1
    if sign * (now.number - measure.target) >= 0:
        return Cell("Green: target met", tone="good")
    if moved and moved.tone == "good":
        return Cell("Amber: missed, improving", tone="middling")
    return Cell("Red: target missed", tone="bad")
