"""docs/signals.md says how often the signals are false and what they find; a smaller simulation agrees."""

import re

import of_signals
import pytest
from conftest import ROOT

PAGE = (ROOT / "docs" / "signals.md").read_text()
SAID = {
    name: [float(number) for number in numbers.split(" | ")]
    for name, numbers in re.findall(r"^\| ([A-Z].*?) \| ([\d.]+(?: \| [\d.]+)+) \|$", PAGE, re.MULTILINE)
}
SERIES = of_signals.Maker(400, seed=7)


def test_the_page_tells_of_every_kind_of_series_and_of_no_other():
    assert SAID.keys() == of_signals.CALM.keys() | of_signals.CHANGED.keys()


@pytest.mark.parametrize("kind", of_signals.CALM)
def test_at_most_one_calm_month_in_a_hundred_gives_a_signal(kind):
    said = dict(zip([*of_signals.RULES, "any"], SAID[kind], strict=False))
    assert said["any"] <= 1
    found = of_signals.false_alarms(of_signals.CALM[kind](SERIES), of_signals.settings())
    assert found == {rule: pytest.approx(rate, abs=0.35) for rule, rate in said.items()}


@pytest.mark.parametrize("kind", of_signals.CHANGED)
def test_a_change_that_matters_is_found_as_often_as_the_page_says(kind):
    found = of_signals.found_in_time(of_signals.CHANGED[kind](SERIES), of_signals.settings())
    assert found == pytest.approx(SAID[kind][0], abs=9)


def test_the_usual_rules_are_wrong_too_often_which_is_why_they_are_not_used():
    calm = of_signals.CALM["Plans ceased after two years, 3 % of 9 to 41"](SERIES)
    assert of_signals.false_alarms(calm, of_signals.USUAL)["any"] > 2
