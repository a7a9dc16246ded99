"""The rows of the published marts that a pack is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from data_quality.contracts import financial_month
from reporting.commentary import Figures
from reporting.words import april_of, financial_year

Key = tuple[str, str]
"""A measure and a period: a month, or the year to date of a month."""
Relation = tuple[str, str, str, str]
"""Its id, its kind, a role, and the measure in that role."""


class Authority(NamedTuple):
    """An authority that has values, and the latest month of them."""

    code: str
    name: str
    folder: str
    latest_month: date
    is_home: bool
    """Whether the warehouse began with it: its packs and commentaries need no folder of its own."""


@dataclass(frozen=True)
class Measure:
    """A row of the measure register."""

    measure_id: str
    measure_name: str
    domain: str
    unit: str
    kind: str
    ytd_rule: str
    numerator_id: str | None
    denominator_id: str | None
    home_extract: str | None
    polarity: str
    target: float | None
    decimals: int
    definition: str
    source: str

    @property
    def is_percentage(self) -> bool:
        """Return whether the measure is a percentage."""
        return self.unit == "percentage"

    @property
    def target_text(self) -> str:
        """Return the target as a person writes it, or nothing."""
        return "" if self.target is None else f"{self.target:g}{'%' if self.is_percentage else ''}"


@dataclass(frozen=True)
class Kpi:
    """A row of marts.kpi_monthly."""

    basis: str
    value: float | None
    ytd_value: float | None
    printed_mark: str | None
    is_mature: bool
    denominator: float | None
    reporting_month: date
    months_supplied: int


@dataclass(frozen=True)
class Finding:
    """An open finding. `distance` is how far the value is from the expected one, in proportion to that."""

    finding_id: str
    check_id: str
    severity: str
    extract: str | None
    month: date | None
    measure_id: str | None
    message: str
    source_ref: str | None
    distance: float | None
    is_of_text: bool


@dataclass(frozen=True)
class Restatement:
    """A value that a later summary return prints otherwise."""

    measure_id: str
    month: date
    period: str
    earlier_text: str | None
    printed_text: str | None
    reporting_month: date
    version: int


@dataclass(frozen=True)
class Move:
    """How far the earlier months of a computed measure moved after their own list. The differences keep their sign.

    `typical` is the median of all `months`, without the sign.
    """

    measure_id: str
    months: int
    months_moved: int
    typical: float
    largest: float
    largest_month: date


@dataclass(frozen=True)
class Delivered:
    """The current file of an extract and month."""

    version: int
    file_path: str
    received_at: datetime


@dataclass(frozen=True)
class Limits:
    """The mean and the limits of a month in an XmR chart, and the signals that it gives."""

    mean: float
    lower_limit: float
    upper_limit: float
    baseline_from: date
    is_outside_limits: bool
    is_near_limit: bool
    is_jump: bool
    is_on_one_side: bool
    is_trend: bool
    months_on_side: int
    months_in_trend: int

    def has_moved(self, before: float | None, now: float | None) -> bool:
        """Return whether the month's change is more than chance: a jump, or a step away from the mean to outside."""
        if before is None or now is None:
            return False
        return self.is_jump or (self.is_outside_limits and (now - before) * (now - self.mean) > 0)

    @property
    def is_signal(self) -> bool:
        """Return whether the month did what chance does not explain."""
        return any((self.is_outside_limits, self.is_near_limit, self.is_jump, self.is_on_one_side, self.is_trend))


@dataclass(frozen=True)
class Break:
    """A recorded change in how something is done or recorded; without a measure or domain it is of all of them."""

    break_month: date
    domain: str | None
    measure_id: str | None
    reason: str
    source: str


@dataclass(frozen=True)
class Comparator:
    """A value that one of the month's can be compared with: last year's, another authority's, a published one."""

    measure_id: str
    basis: str
    statistic: str
    comparator: str
    area_name: str | None
    period: str
    comparator_value: float
    source: str | None
    is_beyond_chance: bool | None = None
    """Whether the two values differ by more than chance: only then is one better or worse. None if nobody can tell."""
    authorities: int | None = None
    """Of a median: how many authorities it is taken over."""
    lowest: float | None = None
    highest: float | None = None
    model_year: int | None = None
    """Of statistical neighbours: the year of the model that names them."""


@dataclass(frozen=True)
class Rate:
    """A month's value per 10,000 residents aged 0 to 17. A flow's is of the twelve months up to the month."""

    value: float | None
    population: float | None
    mid_year: int | None
    rate_per_10000: float | None


@dataclass(frozen=True)
class Placed:
    """An area in a funnel plot: its published value, what that is of, and the limits for an area of its size."""

    measure_id: str
    statistic: str
    period: str
    area_name: str
    is_neighbour: bool
    value: float
    size: float
    neighbours: int
    mean: float
    lower_by_chance: float
    upper_by_chance: float
    lower_limit: float
    upper_limit: float
    is_apart: bool
    source: str


@dataclass(frozen=True)
class Quoted:
    """A value that a printed text quotes, and what the tables or the lists give for it."""

    measure_id: str
    month: date | None
    observed: float | None
    expected: float | None
    is_agreed: bool | None
    is_of_lists: bool


@dataclass(frozen=True)
class Published:
    """Everything a pack is made from.

    `months` are the thirteen up to the pack's own, without a gap, or as many as have values. `kpis` are of the months
    since the last financial year but one, as packs of earlier months may tell what this one suppresses.
    """

    authority_code: str
    authority_name: str
    month: date
    known_to: date
    """The latest month that was delivered: what came after the pack's own month judges it too."""
    months: Sequence[date]
    publication_id: str
    measures: Mapping[str, Measure]
    relations: Sequence[Relation]
    kpis: Mapping[tuple[str, date, str], Kpi]
    bases: Mapping[str, str]
    """The basis on which each measure is shown, as marts.kpi chooses it. A measure without any value has none."""
    findings: Sequence[Finding]
    reasons: Mapping[str, str]
    restatements: Sequence[Restatement]
    moves: Sequence[Move]
    files: Mapping[tuple[str, date], Delivered]
    limits: Mapping[tuple[str, date, str], Limits]
    breaks: Sequence[Break]
    comparators: Sequence[Comparator]
    rates: Mapping[tuple[str, str], Rate]
    """Each of a measure and a basis."""
    assurance: Mapping[tuple[str, str], str]
    """Of a measure and a basis, in the pack's month: hit, miss, cannot be relied on, or too few months."""
    funnel: Sequence[Placed]
    quoted: Sequence[Quoted]
    statistics: Figures
    commentary: tuple[str, str] | None
    """The name and the text of what officers wrote about the month."""

    @property
    def financial_year(self) -> str:
        """Return the pack's financial year, such as '2013/14'."""
        return financial_year(self.month)

    @property
    def april(self) -> date:
        """Return the first month of the pack's financial year."""
        return april_of(self.month)

    @property
    def year_to_date(self) -> list[date]:
        """Return every month from April to the pack's own."""
        return [self.april + relativedelta(months=n) for n in range(financial_month(self.month))]

    @property
    def last_month(self) -> date | None:
        """Return the month before the pack's, if the pack shows it."""
        return self._shown_before(1)

    @property
    def last_year(self) -> date | None:
        """Return the same month a year ago, if the pack shows it."""
        return self._shown_before(12)

    @property
    def month_names(self) -> list[str]:
        """Return a short name for each month: with its year where the pack shows more than one financial year."""
        form = "%b" if self.months[0] >= self.april else "%b %y"
        return [month.strftime(form) for month in self.months]

    def _shown_before(self, months: int) -> date | None:
        before = self.month - relativedelta(months=months)
        return before if before in self.months else None


def month_key(measure_id: str, month: date) -> Key:
    """Return the key of a month's value."""
    return measure_id, f"{month:%Y-%m}"


def ytd_key(measure_id: str, month: date) -> Key:
    """Return the key of the year to date of a month."""
    return measure_id, f"{month:%Y-%m} ytd"
