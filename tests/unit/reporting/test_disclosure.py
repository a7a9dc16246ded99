"""Nothing that is suppressed can be worked out: thousands of generated tables, each attacked in whole numbers."""

import random
from datetime import date

import pytest
from disclosure_audit import recovered

from reporting.pack import disclosure
from reporting.pack.knowledge import figures_to_protect
from reporting.pack.records import Kpi, Measure, month_key, ytd_key

APRIL_TO_JUNE = [date(2013, month, 1) for month in (4, 5, 6)]
# tables of a batch share nothing, and are protected and attacked together; a third month makes one four times as dear
BATCHES = {0: (100, 3), 1: (500, 2), 2: (500, 2), 3: (500, 2), 4: (500, 2)}  # seed: tables and months
INFINITE = float("inf")


class Tables:
    """Tables of bands, their total and a percentage of one of them; and of a caseload, who came and who left."""

    def __init__(self, seed: int):
        tables, months = BATCHES[seed]
        self.chance = random.Random(seed)
        self.months = APRIL_TO_JUNE[:months]
        self.measures, self.relations, self.values = {}, [], {}
        self.names = [f"{'band' if n % 2 else 'flow'}{n:03d}" for n in range(tables)]
        for name in self.names:
            (self.add_bands if name.startswith("band") else self.add_flow)(name, self.chance.choice([6, 20, 60, 150]))
        self.kpis = {
            (m, month): Kpi("reported", self.values[m, i], self.ytd(m, i), None, True, None, month, i + 1)
            for m in self.measures
            for i, month in enumerate(self.months)
        }
        self.counts = {}
        for (m, month), kpi in self.kpis.items():
            if self.measures[m].unit == "count":
                self.counts |= {month_key(m, month): kpi.value, ytd_key(m, month): kpi.ytd_value}

    def add_bands(self, name: str, most: int):
        parts = [f"{name}_{part}" for part in "abc"]
        total = f"{name}_total"
        for measure_id in (total, *parts):
            self.add(measure_id, "flow")
        self.add(f"{name}_pct", "ratio", parts[0], total)
        self.relations += [(name, "adds_up", "total", total), *((name, "adds_up", "part", part) for part in parts)]
        for i, _ in enumerate(self.months):
            for part in parts:
                self.values[part, i] = float(self.chance.choice([0, *(self.chance.randint(0, most) for _ in range(3))]))
            whole = self.values[total, i] = sum(self.values[part, i] for part in parts)
            self.values[f"{name}_pct", i] = 100 * self.values[parts[0], i] / whole if whole else None

    def add_flow(self, name: str, most: int):
        roles = {"stock": f"{name}_stock", "inflow": f"{name}_came", "outflow": f"{name}_left"}
        for role, measure_id in roles.items():
            self.add(measure_id, "stock" if role == "stock" else "flow")
        self.relations += [(name, "stock_flow", role, measure_id) for role, measure_id in roles.items()]
        there = self.chance.randint(0, 2 * most)
        for i, _ in enumerate(self.months):
            came = self.values[roles["inflow"], i] = float(self.chance.randint(0, most))
            left = self.values[roles["outflow"], i] = float(self.chance.randint(0, int(min(most, there + came))))
            there = self.values[roles["stock"], i] = there + came - left

    def add(self, measure_id: str, kind: str, numerator=None, denominator=None):
        rule = {"flow": "sum", "stock": "latest", "ratio": "ratio_of_sums"}[kind]
        unit = "percentage" if numerator else "count"
        self.measures[measure_id] = Measure(
            measure_id, measure_id, "", unit, kind, rule, numerator, denominator, None, "neutral", None, 0, "", ""
        )

    def ytd(self, measure_id: str, i: int):
        measure = self.measures[measure_id]
        if measure.kind == "ratio":
            below = self.ytd(measure.denominator_id, i)
            return 100 * self.ytd(measure.numerator_id, i) / below if below else None
        return (
            self.values[measure_id, i]
            if measure.kind == "stock"
            else sum(self.values[measure_id, j] for j in range(i + 1))
        )

    def suppressed(self):
        return disclosure.suppressed(
            figures_to_protect(self.measures, self.relations, self.kpis, {}, list(self.measures), self.months)
        )

    def known(self, kept):
        """What anybody knows of the tables, written out by hand: (terms, least, most)."""
        for name in self.names:
            is_band = name.startswith("band")
            for i, month in enumerate(self.months):
                for m in ("total", "a", "b", "c") if is_band else ("came", "left"):
                    months = {month_key(f"{name}_{m}", of): -1 for of in self.months[: i + 1]}
                    yield {ytd_key(f"{name}_{m}", month): 1} | months, 0, 0
                for key in (month_key, ytd_key):
                    if is_band:
                        total, a, b, c = (key(f"{name}_{m}", month) for m in ("total", "a", "b", "c"))
                        yield {total: 1, a: -1, b: -1, c: -1}, 0, 0
                        yield from self.of_percentage(kept, f"{name}_pct", a, total, key, month)
                if not is_band:
                    stock = month_key(f"{name}_stock", month)
                    yield {ytd_key(f"{name}_stock", month): 1, stock: -1}, 0, 0
                    if i:
                        flows = {month_key(f"{name}_came", month): -1, month_key(f"{name}_left", month): 1}
                        yield {stock: 1, month_key(f"{name}_stock", self.months[i - 1]): -1} | flows, 0, 0

    def of_percentage(self, kept, pct, part, whole, key, month):
        kpi = self.kpis[pct, month]
        value = kpi.value if key is month_key else kpi.ytd_value
        if value is not None and key(pct, month) not in kept:
            shown = int(value + 0.5 + 1e-9)
            yield {part: 200, whole: 1 - 2 * shown}, 0, INFINITE
            yield {part: 200, whole: -1 - 2 * shown}, -INFINITE, -1


@pytest.mark.parametrize("seed", BATCHES)
def test_no_suppressed_count_of_a_generated_table_is_recovered(seed):
    tables = Tables(seed)
    kept = tables.suppressed()
    assert {key for key, value in tables.counts.items() if 1 <= value <= 5} <= kept
    assert len(kept) < len(tables.kpis)  # of twice as many figures
    secrets = {key for key in kept if key in tables.counts}
    by_anybody, by_guesser = recovered(tables.counts, tables.counts.keys() - kept, list(tables.known(kept)), secrets)
    assert by_anybody == set()
    assert len(by_guesser) < 0.005 * len(secrets)
    for measure_id, period in by_guesser:  # all that month had was suppressed: the symbols themselves told it
        of_table = {key for key in tables.counts if key[0].split("_")[0] == measure_id.split("_")[0]}
        assert {key for key in of_table if key[1] == period and tables.counts[key]} <= kept


def test_the_attacker_recovers_most_of_what_primary_suppression_alone_leaves_open():
    tables = Tables(0)
    small = {key for key, value in tables.counts.items() if 1 <= value <= 5}
    percentages = {
        key for m, month in tables.kpis if m.endswith("_pct") for key in (month_key(m, month), ytd_key(m, month))
    }
    found, _ = recovered(tables.counts, tables.counts.keys() - small, list(tables.known(percentages)), small)
    assert len(found) > 0.5 * len(small)
