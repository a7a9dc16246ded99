"""Measure how often the signals of marts.kpi_spc are false, and how often they find a change, on made-up series.

`judged` is the rules once more, in numpy: a test holds that the model of dbt says the same.
`python benchmarks/of_signals.py` prints the tables of docs/signals.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SETTINGS = Path(__file__).parent.parent / "dbt_project" / "dbt_project.yml"
MONTHS, CHANGE_AT, FOUND_WITHIN = 36, 24, 6
CALM_FROM = 12  # the thirteenth month is the first one judged: younger charts give fewer signals
MR_OF_SD, STEP_OF_SD = 1.128, 0.798  # the mean of |a - b| of two normal numbers, and of |a|
RULES = ("outside", "near", "one_side", "trend", "jump")
USUAL = {  # Wheeler's rules, for every measure alike
    "minimum_months": 8,
    "baseline_months": 24,
    "equal_within": 0.000001,
    "limit_sigmas": 3,
    "warning_sigmas": 2,
    "two_of_three": False,
    "screening_factor": 1000,
    "chance_sigmas": 0,
    "children_of_doubt": 0,
    "months_on_one_side": 8,
    "months_in_trend": 6,
    "stock_months_in_trend": 6,
}


@dataclass(frozen=True)
class Series:
    """Months of many series of one measure: values or numerators, and the denominators of percentages."""

    values: Numbers
    denominators: Numbers | None = None
    is_stock: bool = False


def settings() -> dict[str, Any]:
    """Return the settings of the charts without their prefix."""
    known: dict[str, Any] = yaml.safe_load(SETTINGS.read_text())["vars"]
    return {name.removeprefix("spc_"): value for name, value in known.items() if name.startswith("spc_")}


def judged(series: Series, month: int, of: dict[str, Any]) -> dict[str, NDArray[np.bool_]]:
    """Return which series give which signal in a month (counted from 0), with the months up to it as known then."""
    x = series.values[:, : month + 1]
    first = slice(0, min(of["baseline_months"], month + 1))
    if series.denominators is None:
        value = x
        mean = x[:, first].mean(axis=1, keepdims=True)
        chance, child = np.sqrt(mean) * np.ones_like(x), np.ones_like(x)
    else:
        n = series.denominators[:, : month + 1]
        value = 100 * x / n
        mean = 100 * x[:, first].sum(axis=1, keepdims=True) / n[:, first].sum(axis=1, keepdims=True)
        chance, child = np.sqrt(np.clip(mean * (100 - mean), 0, None) / n), 100 / n
    distance, child = value - mean, child * of["children_of_doubt"]
    unit = np.where(chance > 0, chance, 1)
    spread = np.maximum(
        _screened(np.abs(np.diff(distance / unit, axis=1)), first, of) / MR_OF_SD,
        np.where(chance[:, :1] > 0, of["chance_sigmas"], 0)[:, 0],
    )
    sigma = spread[:, None] * unit
    steps = np.diff(value, axis=1)
    # a difference of rounding is none, as in the model
    side = np.sign(np.where(np.abs(distance) < of["equal_within"], 0, distance))
    is_far = np.abs(distance) > of["warning_sigmas"] * sigma + child + of["equal_within"]
    runs = of["months_in_trend"] if not series.is_stock else of["stock_months_in_trend"]
    ways = np.sign(np.where(np.abs(steps) < of["equal_within"], 0, steps))
    usual = of["limit_sigmas"] * _screened(np.abs(steps), first, of) / STEP_OF_SD + child[:, -1]
    found = {
        "outside": np.abs(distance[:, -1]) > of["limit_sigmas"] * sigma[:, -1] + child[:, -1] + of["equal_within"],
        "near": is_far[:, -1] & ((is_far & (side == side[:, -1:]))[:, -3:].sum(axis=1) >= 2) & of["two_of_three"],
        "one_side": _is_run(side, of["months_on_one_side"]),
        "trend": _is_run(ways, runs - 1),
        "jump": np.abs(steps[:, -1]) > usual + of["equal_within"],
    }
    silent = ("near", "one_side") if series.is_stock else ("jump",)
    return {rule: is_found & (rule not in silent) for rule, is_found in found.items()}


def _screened(ranges: Numbers, first: slice, of: dict[str, Any]) -> Numbers:
    """Return the mean of the baseline's moving ranges, without those too large to be chance."""
    ranges = ranges[:, : first.stop - 1]
    mean = ranges.mean(axis=1, keepdims=True)
    kept = ranges <= of["screening_factor"] * mean + of["equal_within"]
    return np.asarray((ranges * kept).sum(axis=1) / np.maximum(kept.sum(axis=1), 1))


def _is_run(signs: Numbers, length: int) -> NDArray[np.bool_]:
    if signs.shape[1] < length:
        return np.zeros(len(signs), dtype=bool)
    return np.asarray(np.abs(signs[:, -length:].sum(axis=1)) == length)


class Maker:
    """Makes series that do not change, or from a month on do, as councils have them."""

    def __init__(self, many: int, seed: int = 20) -> None:
        self.many, self.random = many, np.random.default_rng(seed)

    def counts(self, mean: float, varies: float = 0, then: float | None = None) -> Series:
        """Return events of a month: by chance alone, or with a mean that varies by a share of itself."""
        means = self._then(mean, then)
        if varies:
            means = means * self.random.gamma(varies**-2, varies**2, (self.many, MONTHS))
        return Series(self.random.poisson(means).astype(float))

    def percentages(self, share: float, least: int, most: int, then: float | None = None) -> Series:
        """Return how many of the events of a month were of one kind."""
        of = self.random.integers(least, most + 1, (self.many, MONTHS))
        return Series(self.random.binomial(of, self._then(share, then)).astype(float), of.astype(float))

    def caseload(self, new: float, stay: float, then: float | None = None) -> Series:
        """Return how many are open at the end of a month, where `new` come in a month and stay `stay` months."""
        open_ = self.random.poisson(new * stay, self.many)
        coming = self._then(new, then)[0]
        months = []
        for month in range(MONTHS):
            open_ = self.random.binomial(open_, 1 - 1 / stay) + self.random.poisson(coming[month], self.many)
            months.append(open_)
        return Series(np.array(months, dtype=float).T, is_stock=True)

    def shares(self, new: float, stay: float, share: float, turn: float = 12) -> Series:
        """Return how many of a caseload are of one kind, which each child turns to or from once in `turn` months."""
        total = self.random.poisson(new * stay, self.many)
        kind = self.random.binomial(total, share)
        of, total_of = [], []
        for _ in range(MONTHS):
            stays = self.random.binomial(kind, 1 - 1 / stay), self.random.binomial(total - kind, 1 - 1 / stay)
            kept = [self.random.binomial(n, 1 - 1 / turn) for n in stays]
            turned = sum(stays) - sum(kept)
            came = self.random.poisson(new, self.many)
            kind = kept[0] + self.random.binomial(turned + came, share)
            total = sum(stays) + came
            of.append(kind)
            total_of.append(total)
        return Series(np.array(of, dtype=float).T, np.maximum(np.array(total_of, dtype=float).T, 1), is_stock=True)

    def _then(self, before: float, then: float | None) -> Numbers:
        months = np.where(np.arange(MONTHS) < CHANGE_AT, before, before if then is None else then)
        return np.broadcast_to(months, (self.many, MONTHS))


CALM: dict[str, Callable[[Maker], Series]] = {
    "Contacts, 1,800 a month, varying by 10 %": lambda made: made.counts(1800, 0.1),
    "Referrals, 300 a month, varying by 10 %": lambda made: made.counts(300, 0.1),
    "Referrals, 300 a month, by chance alone": lambda made: made.counts(300),
    "New plans, 30 a month, varying by 20 %": lambda made: made.counts(30, 0.2),
    "New plans, 30 a month, by chance alone": lambda made: made.counts(30),
    "New plans that are a second one, 3 a month": lambda made: made.counts(3),
    "Plans ceased after two years, 3 % of 9 to 41": lambda made: made.percentages(0.03, 9, 41),
    "Second plans, 15 % of 14 to 43": lambda made: made.percentages(0.15, 14, 43),
    "Conferences in time, 80 % of 30 to 60": lambda made: made.percentages(0.8, 30, 60),
    "Assessments in time, 80 % of 100 to 300": lambda made: made.percentages(0.8, 100, 300),
    "Referrals assessed, 88 % of 220 to 390": lambda made: made.percentages(0.88, 220, 390),
    "Children on a plan, 330, 30 new a month": lambda made: made.caseload(30, 11),
    "Children looked after, 750, 25 new a month": lambda made: made.caseload(25, 30),
    "Children in need, 450, 64 new a month": lambda made: made.caseload(64, 7),
    "Three placements or more, 8 % of 750": lambda made: made.shares(25, 30, 0.08),
    "Plans open two years or more, 4 % of 330": lambda made: made.shares(30, 11, 0.04, turn=24),
}
CHANGED: dict[str, Callable[[Maker], Series]] = {
    "Contacts, 1,800 a month, varying by 10 %: up by a fifth": lambda made: made.counts(1800, 0.1, 2160),
    "Referrals, 300 a month, varying by 10 %: up by a fifth": lambda made: made.counts(300, 0.1, 360),
    "Referrals, 300 a month, by chance alone: up by a fifth": lambda made: made.counts(300, 0, 360),
    "New plans, 30 a month, varying by 20 %: up by half": lambda made: made.counts(30, 0.2, 45),
    "New plans, 30 a month, by chance alone: up by half": lambda made: made.counts(30, 0, 45),
    "Plans ceased after two years, of 9 to 41: 3 % to 15 %": lambda made: made.percentages(0.03, 9, 41, 0.15),
    "Second plans, of 14 to 43: 15 % to 30 %": lambda made: made.percentages(0.15, 14, 43, 0.3),
    "Conferences in time, of 30 to 60: 80 % to 60 %": lambda made: made.percentages(0.8, 30, 60, 0.6),
    "Assessments in time, of 100 to 300: 80 % to 70 %": lambda made: made.percentages(0.8, 100, 300, 0.7),
    "Referrals assessed, of 220 to 390: 88 % to 80 %": lambda made: made.percentages(0.88, 220, 390, 0.8),
    "Children on a plan, 330: new ones up from 30 to 45 a month": lambda made: made.caseload(30, 11, 45),
}


def false_alarms(series: Series, of: dict[str, Any]) -> dict[str, float]:
    """Return of 100 months of a series without change how many give each signal, and how many any of them."""
    months = [judged(series, month, of) for month in range(CALM_FROM, MONTHS)]
    shares = {rule: 100 * float(np.mean([found[rule] for found in months])) for rule in RULES}
    return shares | {"any": 100 * float(np.mean([np.any(list(found.values()), axis=0) for found in months]))}


def found_in_time(series: Series, of: dict[str, Any]) -> float:
    """Return of 100 series that changed how many give a signal within six months of it."""
    months = [judged(series, month, of) for month in range(CHANGE_AT, CHANGE_AT + FOUND_WITHIN)]
    return 100 * float(np.mean(np.any([list(found.values()) for found in months], axis=(0, 1))))


def main() -> None:
    """Print both tables as Markdown, for the settings as they are and for other settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=5000, help="how many of each kind (default: 5000)")
    parser.add_argument("--set", nargs=2, action="append", default=[], metavar=("SETTING", "VALUE"))
    asked = parser.parse_args()
    of = settings() | {name: yaml.safe_load(value) for name, value in asked.set}
    print(f"| Without change | {' | '.join(rule.replace('_', ' ') for rule in RULES)} | any | by the usual rules |")
    print("|---|" + "---:|" * (len(RULES) + 2))
    for name, make in CALM.items():
        series = make(Maker(asked.series))
        rates = [*false_alarms(series, of).values(), false_alarms(replace(series, is_stock=False), USUAL)["any"]]
        print(f"| {name} | {' | '.join(f'{rate:.2f}' for rate in rates)} |")
    print("\n| Change | found | by the usual rules |\n|---|---:|---:|")
    for name, make in CHANGED.items():
        series = make(Maker(asked.series))
        found = found_in_time(series, of), found_in_time(replace(series, is_stock=False), USUAL)
        print(f"| {name} | {' | '.join(f'{rate:.0f}' for rate in found)} |")


if __name__ == "__main__":
    main()
