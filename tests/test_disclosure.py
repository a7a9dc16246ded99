"""Nothing that a pack suppresses can be worked out from it: thousands of generated tables, and the sample's own packs."""

import random
from datetime import date

import pytest
from disclosure_audit import recovered

from reporting.pack import disclosure
from reporting.pack.knowledge import figures_to_protect
from reporting.pack.published import Kpi, Measure, month_key, ytd_key

MONTHS = [date(2013, month, 1) for month in range(4, 8)]
TABLES = 2000
BATCH = 250  # tables that share nothing, protected and attacked together


def measure(measure_id, kind="flow", numerator=None, denominator=None):
    unit = "percentage" if numerator else "count"
    rule = {"flow": "sum", "stock": "latest", "ratio": "ratio_of_sums"}[kind]
    return Measure(
        measure_id, measure_id, "", unit, kind, rule, numerator, denominator, None, "neutral", None, 0, "", ""
    )


class Tables:
    """Tables of three bands and their total, a percentage of one of them, and a caseload with who came and who left."""

    def __init__(self, seed: int, tables: int):
        chance = random.Random(seed)
        self.measures, self.relations, self.values, self.rows = {}, [], {}, []
        for n in range(tables):
            self.add(f"t{n:03d}", chance)
        self.kpis = {
            (m, month): Kpi("reported", self.values[m, i], self.ytd(m, i), None, True, True, None, month, i + 1, None)
            for m in self.measures
            for i, month in enumerate(MONTHS)
        }
        self.counts = {}
        for (m, month), kpi in self.kpis.items():
            if self.measures[m].unit == "count":
                self.counts |= {month_key(m, month): kpi.value, ytd_key(m, month): kpi.ytd_value}

    def add(self, name, chance):
        total, parts = f"{name}_total", [f"{name}_{part}" for part in "abc"]
        stock, came, left, pct = (f"{name}_{kind}" for kind in ("stock", "came", "left", "pct"))
        made = [measure(m) for m in (total, *parts, came, left)]
        made += [measure(stock, "stock"), measure(pct, "ratio", parts[0], total)]
        self.measures |= {m.measure_id: m for m in made}
        self.relations += [(f"{name}_sum", "adds_up", "total", total)]
        self.relations += [(f"{name}_sum", "adds_up", "part", part) for part in parts]
        self.relations += [
            (f"{name}_flow", "stock_flow", role, m)
            for role, m in (("stock", stock), ("inflow", came), ("outflow", left))
        ]
        most = chance.choice([3, 8, 20, 60])
        open_before = chance.randint(0, 40)
        for i, _ in enumerate(MONTHS):
            for part in parts:
                self.values[part, i] = float(chance.choice([0, chance.randint(0, 6), chance.randint(0, most)]))
            self.values[total, i] = sum(self.values[part, i] for part in parts)
            self.values[came, i] = float(chance.randint(0, most))
            self.values[left, i] = float(chance.randint(0, int(min(most, open_before + self.values[came, i]))))
            open_before = self.values[stock, i] = open_before + self.values[came, i] - self.values[left, i]
            self.values[pct, i] = (
                100 * self.values[parts[0], i] / self.values[total, i] if self.values[total, i] else None
            )

    def ytd(self, m, i):
        found = self.measures[m]
        if found.kind == "stock":
            return self.values[m, i]
        if found.kind == "flow":
            return sum(self.values[m, j] for j in range(i + 1))
        below = self.ytd(found.denominator_id, i)
        return 100 * self.ytd(found.numerator_id, i) / below if below else None

    def suppressed(self):
        figures = figures_to_protect(self.measures, self.relations, self.kpis, {}, list(self.measures), MONTHS)
        return disclosure.suppressed(figures), figures

    def known(self, kept):
        """What anybody knows, written out by hand: (terms, least, most)."""
        names = sorted({m.split("_")[0] for m in self.measures})
        for name in names:
            total, (a, b, c) = f"{name}_total", [f"{name}_{part}" for part in "abc"]
            for i, month in enumerate(MONTHS):
                for key in (month_key, ytd_key):
                    yield {key(total, month): 1, key(a, month): -1, key(b, month): -1, key(c, month): -1}, 0, 0
                    yield from self.percentage(kept, f"{name}_pct", key(a, month), key(total, month), key, month)
                for m in (total, a, b, c, f"{name}_came", f"{name}_left"):
                    yield {ytd_key(m, month): 1} | {month_key(m, other): -1 for other in MONTHS[: i + 1]}, 0, 0
                stock = f"{name}_stock"
                yield {ytd_key(stock, month): 1, month_key(stock, month): -1}, 0, 0
                if i:
                    flows = {month_key(f"{name}_came", month): -1, month_key(f"{name}_left", month): 1}
                    yield {month_key(stock, month): 1, month_key(stock, MONTHS[i - 1]): -1} | flows, 0, 0

    def percentage(self, kept, pct, part, whole, key, month):
        kpi = self.kpis[pct, month]
        value = kpi.value if key is month_key else kpi.ytd_value
        if value is None or key(pct, month) in kept:
            return
        shown = int(value + 0.5 + 1e-9)
        yield {part: 200, whole: -(2 * shown - 1)}, 0, float("inf")
        yield {part: 200, whole: -(2 * shown + 1)}, -float("inf"), -1


@pytest.mark.parametrize("seed", range(TABLES // BATCH))
def test_no_suppressed_count_of_a_generated_table_is_recovered(seed):
    tables = Tables(seed, BATCH)
    kept, _ = tables.suppressed()
    small = {key for key, value in tables.counts.items() if 1 <= value <= 5}
    assert small <= kept
    assert not [key for key in kept if tables.counts.get(key) == 0]
    secrets = {key for key in kept if key in tables.counts}
    shown = tables.counts.keys() - kept
    assert recovered(tables.counts, shown, list(tables.known(kept)), secrets) == set()
