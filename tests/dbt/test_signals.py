"""The charts of marts.kpi_spc: two published worked examples, a series for each rule that breaks it alone, and the rules
once more in numpy on random series, with the settings as they are.
"""

from datetime import date
from functools import partial

import numpy as np
import of_signals
import pandas as pd
import pytest

from orchestration import dbt
from orchestration import warehouse as private

pytestmark = pytest.mark.long

UP = [8, 9, 10, 11, 12, 13]
SERIES = {
    # NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 Individuals Control Charts: flow rate of ten batches
    "nist": [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1],
    # the worked example that the documentation of spc-plotly 0.1.3 prints (https://pypi.org/project/spc-plotly/), after
    # Wheeler, Making Sense of Data: 38 months, all of them the baseline
    "wheeler": [
        *(
            2478,
            2350,
            2485,
            2296,
            2359,
            2567,
            3089,
            2668,
            1788,
            2854,
            2365,
            1883,
            1959,
            1927,
            2640,
            2626,
            2144,
            2409,
            4412,
        ),
        *(
            3287,
            3049,
            3364,
            3078,
            2972,
            3415,
            2753,
            3102,
            2191,
            3693,
            4385,
            4699,
            3031,
            2659,
            3885,
            2628,
            2621,
            3071,
            2002,
        ),
    ],
    "quiet": [8, 14] * 6,
    # mean 7.67: seven above it, four of them rising from below
    "nearly": [1, 5, 1, 5, 3, 9, 11, 9, 11, 9, 11, 9],
    # 188 / 12 = 15.67, mean moving range 132 / 11 = 12, upper limit 47.59
    "outside": [*[8, 16] * 5, 8, 60],
    # mean 7.67, limits 0.41 and 14.92: eight above
    "one_side": [1, 5, 1, 5, 9, 11, 9, 11, 9, 11, 9, 11],
    # mean 10.7, limits 2.13 and 19.27
    "trend": [8, 14, 8, 14, *UP],
    "trend_with_a_gap": [8, 14, 8, 14, *UP[:3], None, *UP[3:]],
    "trend_with_a_pause": [8, 14, 8, 14, *UP[:3], 10, *UP[3:]],
    "too_few": [8, 14, 8, 14, 8, 14, 60],
    # 38 months make the baseline of 11; what comes later is judged by it and does not move it
    "moved_after_the_baseline": [10, 12] * 19 + [20] * 2,
    "new_system": [100, 104] * 4 + [10, 14] * 4,
    "never_changed": [7] * 10,
}
OUT, SIDE, TREND = "is_outside_limits", "is_on_one_side", "is_trend"
CLASSIC = of_signals.USUAL | {"baseline_months": 38}  # the worked examples follow Wheeler's rules
MADE = {  # a measure of the kind of each made-up series
    "contacts": lambda made: made.counts(300, 0.1, 360),
    "cpp_new": lambda made: made.counts(3),
    "cpp_total": lambda made: made.caseload(30, 11, 60),
    "cpp_ceased_2yrs_plus_pct_ni64": lambda made: made.percentages(0.03, 9, 41, 0.15),
    "lac_3plus_placements_pct": lambda made: made.shares(25, 30, 0.08),
}
SIGNALS = {  # position in the series, from 1
    # as printed: the anomalies of July 2022, June and July 2023, and the long run from November 2021 to June 2022
    "wheeler": {(19, OUT), (30, OUT), (31, OUT), (18, SIDE)},
    "outside": {(12, OUT)},
    "one_side": {(12, SIDE)},
    "trend": {(10, TREND)},
    "moved_after_the_baseline": {(39, OUT), (40, OUT)},
}


def month(number):
    return date(2021 + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def charted(home_of, folder, rows, breaks, of):
    """The rows of kpi_spc that the models make of a kpi_monthly with these rows, and of these settings."""
    with home_of(folder) as file:
        connect = partial(private.connect, file)
        with connect() as con:
            con.execute("create schema marts")
            con.execute(
                """
                create table marts.kpi_monthly (
                    authority_code varchar, month date, measure_id varchar, value double, is_mature boolean,
                    denominator double, basis varchar
                )
                """
            )
            points = pd.DataFrame(rows)  # noqa: F841 (DuckDB reads it)
            con.execute("insert into marts.kpi_monthly select *, 'reported' from points")
            for found in breaks:
                con.execute("insert into reference.process_breaks values (?, ?, ?, null, 'new', 'a test')", found)
        settings = ", ".join(f"spc_{name}: {value}" for name, value in of.items())
        models = ("int_spc_points__standardised", "int_spc_limits__drawn", "kpi_spc")
        dbt.invoke("run", "--select", *models, "--vars", f"{{{settings}}}")
        with connect(read_only=True) as con:
            return con.execute("select * from marts.kpi_spc").df().to_dict("records")


@pytest.fixture(scope="module")
def charts(tmp_path_factory, home_of):
    """(series, measure) to its rows by number of month."""
    rows = [
        (name, month(number), measure, value, True, None)
        for name, values in SERIES.items()
        for number, value in enumerate(values, start=1)
        for measure in (["contacts", "lac_total"] if name == "new_system" else ["contacts"])
    ]
    rows.append(("quiet", month(13), "contacts", 99.0, False, None))  # its events are not all known yet
    breaks = [(month(9), "new_system", "contacts")]
    charts = {}
    for row in charted(home_of, tmp_path_factory.mktemp("signals"), rows, breaks, CLASSIC):
        number = (row["month"].year - 2021) * 12 + row["month"].month
        charts.setdefault((row["authority_code"], row["measure_id"]), {})[number] = row
    return charts


def signals(chart):
    return {(number, signal) for number, row in chart.items() for signal in (OUT, SIDE, TREND) if row[signal] is True}


def test_limits_are_those_that_nist_prints(charts):
    chart = charts["nist", "contacts"]
    assert len(chart) == 10
    assert signals(chart) == set()
    for row in chart.values():
        assert row["mean"] == pytest.approx(50.81, abs=5e-5)
        assert row["mean_moving_range"] == pytest.approx(1.8778, abs=5e-5)
        assert row["lower_limit"] == pytest.approx(45.8159, abs=1e-3)
        assert row["upper_limit"] == pytest.approx(55.8041, abs=1e-3)
    assert [round(chart[number]["moving_range"], 1) for number in range(2, 11)] == [
        2,
        2.3,
        1.4,
        3.5,
        3.4,
        1.4,
        0.2,
        1.2,
        1.5,
    ]


def test_limits_and_signals_are_those_of_a_printed_example_over_38_months(charts):
    for row in charts["wheeler", "contacts"].values():
        assert row["mean"] == pytest.approx(2820.6315789473683)
        assert row["mean_moving_range"] == pytest.approx(571.8918918918919)
        # printed with 2.66 for 3 / 1.128: 0.0004 mean moving ranges off
        assert row["lower_limit"] == pytest.approx(1299.3991465149359, abs=0.3)
        assert row["upper_limit"] == pytest.approx(4341.864011379801, abs=0.3)


@pytest.mark.parametrize("series", SERIES)
def test_a_series_breaks_the_rule_it_was_made_for_and_no_other(charts, series):
    assert signals(charts[series, "contacts"]) == SIGNALS.get(series, set())


def test_a_month_without_a_figure_is_no_point_and_begins_what_is_in_a_row_anew(charts):
    chart = charts["trend_with_a_gap", "contacts"]
    assert 8 not in chart
    assert (chart[7]["months_in_trend"], chart[9]["months_in_trend"], chart[11]["months_in_trend"]) == (3, 0, 3)
    assert str(chart[9]["moving_range"]) == "nan"
    assert 13 not in charts["quiet", "contacts"]


def test_fewer_months_than_the_least_have_no_limits_and_no_signals(charts):
    chart = charts["too_few", "contacts"]
    assert len(chart) == 7
    assert all(str(row["upper_limit"]) == "nan" and row[OUT] is None for row in chart.values())


def test_a_baseline_begins_anew_at_a_break_of_its_measure(charts):
    broken, whole = charts["new_system", "contacts"], charts["new_system", "lac_total"]
    assert {broken[number]["baseline_from"].date() for number in range(1, 9)} == {month(1)}
    assert {broken[number]["baseline_from"].date() for number in range(9, 17)} == {month(9)}
    assert (broken[8]["mean"], broken[9]["mean"], whole[9]["mean"]) == (102, 12, 57)
    # mean moving range (14 * 4 + 94) / 15 = 10: all 16 lie beyond 30.4 and 83.6
    assert signals(whole) == {(number, OUT) for number in range(1, 17)}
    # a caseload moves slowly: not the side, but the step of 94 is a signal, where 3 * 10 / 0.798 is usual
    assert [number for number, row in whole.items() if row["is_jump"]] == [9]


def test_a_limit_is_never_below_zero(charts):
    # 15.67 less 2.66 times 12
    assert charts["outside", "contacts"][1]["lower_limit"] == 0


def test_the_models_give_the_signals_of_the_simulation_with_the_settings_as_they_are(tmp_path, home_of):
    of = of_signals.settings()
    series = {measure: make(of_signals.Maker(30)) for measure, make in MADE.items()}
    rows = [
        (
            *(str(number), month(at + 1), measure, value if n is None else 100 * value / n[number, at], True),
            None if n is None else n[number, at],
        )
        for measure, made in series.items()
        for n in [made.denominators]
        for (number, at), value in np.ndenumerate(made.values)
    ]
    found = charted(home_of, tmp_path, rows, [], of)
    names = dict(zip(of_signals.RULES, (OUT, "is_near_limit", SIDE, TREND, "is_jump"), strict=True))
    seen = set()
    for measure, made in series.items():
        # the baseline is closed, so that later months do not change what is said of one
        for at in range(of["baseline_months"] - 1, of_signals.MONTHS):
            rows_of = {
                r["authority_code"]: r
                for r in found
                if (r["measure_id"], r["month"].date()) == (measure, month(at + 1))
            }
            for rule, signalled in of_signals.judged(made, at, of).items():
                assert [rows_of[str(n)][names[rule]] for n in range(30)] == signalled.tolist(), (measure, at, rule)
                seen |= {rule} if signalled.any() else set()
    assert seen == set(of_signals.RULES)
