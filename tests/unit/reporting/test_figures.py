"""How a pack shows a figure, its direction and its status."""

import pytest

from reporting.pack import figures, published
from reporting.pack.document import Cell


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(2.5, 0, 3), (0.285 * 100, 0, 29), (7.936, 0, 8), (1.25, 1, 1.3), (0.04, 1, 0.0)],
)
def test_figures_are_rounded_half_up(value, decimals, expected):
    assert figures.half_up(value, decimals) == expected


@pytest.mark.parametrize(
    ("polarity", "before", "now", "said", "status"),
    [
        ("lower", 9.0, 8.0, "▼ 1 point, better", "Green: target met"),
        ("lower", 20.0, 18.0, "▼ 2 points, better", "Amber: missed, improving"),
        ("lower", 18.0, 20.0, "▲ 2 points, worse", "Red: target missed"),
        ("higher", 16.0, 16.0, "no change", "Green: target met"),
        ("higher", 15.0, 10.0, "▼ 5 points, worse", "Red: target missed"),
    ],
)
def test_direction_and_status_follow_the_register(polarity, before, now, said, status):
    measure = published.Measure(
        "m", "M", "", "percentage", "ratio", "latest", "n", "d", None, polarity, 16.0, 0, "", ""
    )
    before, now = Cell(f"{before:.0f}%", before), Cell(f"{now:.0f}%", now)
    moved = figures.change(before, now, measure, is_real=True)
    assert moved.text == said
    assert figures.status(now, measure, moved).text == status
    assert figures.change(Cell("c"), now, measure, is_real=True).text == "not comparable"


def test_a_change_that_chance_may_make_is_neither_better_nor_worse():
    measure = published.Measure("m", "M", "", "percentage", "ratio", "latest", "n", "d", None, "lower", 16.0, 0, "", "")
    moved = figures.change(Cell("20%", 20.0), Cell("18%", 18.0), measure, is_real=False)
    assert (moved.text, moved.tone) == ("▼ 2 points", None)
    assert figures.status(Cell("18%", 18.0), measure, moved).text == "Red: target missed"
