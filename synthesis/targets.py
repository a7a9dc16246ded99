"""How many of everything happen in each month, before there is a child: from a plain model, or from printed returns."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from hashlib import md5

from dateutil.relativedelta import relativedelta

BANDS = {
    "days_1_15": (1, 15),
    "days_16_25": (16, 25),
    "days_26_35": (26, 35),
    "days_36_45": (36, 45),
    "days_45_plus": (46, 90),
}
BAND_SHARES = (0.55, 0.12, 0.10, 0.08, 0.15)
SHARES = ("cpp_0_12_months_pct", "cpp_12_24_months_pct", "cpp_24_plus_months_pct")
TYPICAL_CONTACTS = 2_000  # a month, for an authority of medium size at scale 1
Figures = dict[str, dict[int, int]]


@dataclass(frozen=True)
class Span:
    """Consecutive months. Month 1 is the first; 0 and below lie before the first extract."""

    first: date
    months: int

    def month(self, idx: int) -> date:
        """Return the first day of a month."""
        return self.first + relativedelta(months=idx - 1)

    def index(self, month: date) -> int:
        """Return the index of a month."""
        return (month.year - self.first.year) * 12 + month.month - self.first.month + 1

    def idxs(self) -> range:
        """Return the indices of the months."""
        return range(1, self.months + 1)


@dataclass
class Targets:
    """The figures of one authority, by measure id and month index; `shares` only where they are to be followed."""

    figures: Figures
    shares: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    ceased_2yrs: dict[int, int] = field(default_factory=dict)

    def __getitem__(self, measure: str) -> dict[int, int]:
        return self.figures[measure]


def draw(*key: object) -> float:
    """Return a number from 0 up to 1, the same for the same key on any machine."""
    return int.from_bytes(md5("|".join(map(str, key)).encode(), usedforsecurity=False).digest()[:6]) / (1 << 48)


def modelled(span: Span, seed: int, authority: str, contacts: float) -> Targets:
    """Return the figures of a model that repeats each year: seasons, no trend; every stock follows from its flows.

    Args:
        span: The months.
        seed: Another seed gives other figures.
        authority: Another authority has other figures.
        contacts: The mean of a month.
    """

    def around(mean: float, spread: float, *key: object) -> int:
        return int(mean * (1 + spread * (2 * draw(seed, authority, *key) - 1)) + 0.5)

    f: Figures = {}
    for idx in span.idxs():
        month = span.month(idx)
        holiday = 0.85 if month.month in (8, 12) else 1.02  # schools are closed
        made = {"contacts": around(contacts * holiday, 0.05, "contacts", month)}
        made["contacts_not_open_cases"] = int(made["contacts"] * (0.72 + 0.06 * draw(seed, authority, "open", month)))
        made["referrals"] = around(contacts * holiday * 0.16, 0.10, "referrals", month)
        made["referrals_leading_to_assessment"] = int(
            made["referrals"] * (0.82 + 0.1 * draw(seed, authority, "led", month))
        )
        for band, share in zip(BANDS, BAND_SHARES, strict=True):
            made[band] = around(contacts * 0.137 * share, 0.15, band, month)
        for measure, figure in made.items():
            f.setdefault(measure, {})[idx] = figure
    opening = {"cin_total": 0.25, "cpp_total": 0.16, "lac_indigenous": 0.25, "lac_uasc": 0.05}
    turnover = {"cin_total": 0.035, "cpp_total": 0.09, "lac_indigenous": 0.04, "lac_uasc": 0.05}
    for stock, share in opening.items():
        _walk(f, stock, span, contacts * share, turnover[stock], around)
    f["lac_new"] = {i: f["lac_indigenous_new"][i] + f["lac_uasc_new"][i] for i in span.idxs()}
    f["lac_total"] = {i: f["lac_indigenous"][i] + f["lac_uasc"][i] for i in span.idxs()}
    f["lac_also_cpp"] = {i: around(f["lac_total"][i] * 0.03, 0.2, "also", i // 3) for i in span.idxs()}
    f["lac_3plus_placements"] = {i: around(f["lac_total"][i] * 0.10, 0.1, "moves", i) for i in span.idxs()}
    return Targets(f)


def _walk(f: Figures, stock: str, span: Span, opening: float, turnover: float, around: Callable[..., int]) -> None:
    """Add a stock that starts near `opening` and is pulled back towards it, and its new starts."""
    name = stock.removesuffix("_total") + "_new"
    f[stock], f[name] = {}, {}
    now = int(opening + 0.5)
    for idx in span.idxs():
        new = around(opening * turnover, 0.3, name, idx)
        ceased = min(around(now * turnover, 0.3, stock, idx), now)
        now += new - ceased
        f[stock][idx], f[name][idx] = now, new


def authority_contacts(seed: int, authority: str, scale: float) -> float:
    """Return the contacts in a month of an authority: some authorities are small, some large."""
    return TYPICAL_CONTACTS * scale * (0.6 + 0.8 * draw(seed, authority, "size"))
