"""Compare printed and synthetic figures: which the lists reproduce, and why not the others."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypedDict

from synthesis.printed import Returns
from synthesis.targets import Span

RULE = (
    "Stocks first (totals, then durations), then new ones; those that ceased follow. "
    "Of figures that exclude each other the fewest are given up."
)
REASONS = {  # why a figure is not followed, and which printed figure is followed instead
    "assessments_completed": "The table of timespans adds up to another total; its bands were followed.",
    "cin_new": "The printed stocks, which were followed, rise by more: the rest are children who transferred in.",
    "cpp_new": "The printed stocks, which were followed, rise by more: the rest transferred in during this month.",
    "cpp_ceased": "The printed stocks and new plans, which were followed, leave another number that ceased.",
    "cpp_ceased_2yrs_plus": "More are printed than plans that ceased, which were followed.",
    "cpp_ceased_2yrs_plus_pct_ni64": "It follows from the plans that ceased, which were not all reproduced.",
    "cpp_24_plus_months_pct": "More plans were that old the month before, and too few ceased; both were followed.",
    "lac_new": "The printed stocks, which were followed, rise by more: the rest are children who transferred in.",
    "lac_3plus_placements_pct": "The printed number and the printed total, both followed, give another percentage.",
}
OTHERWISE = "The lists give another figure; those printed around it were followed."


@dataclass(frozen=True)
class Figure:
    """One printed figure and what the lists give."""

    measure_id: str
    month: str
    extract: str
    printed: float
    listed: float | None
    is_followed: bool
    reason: str | None


def compare(returns: Returns, span: Span, listed: dict[int, dict[str, float]]) -> list[Figure]:
    """Return every printed figure of the months written, and whether the lists give the same.

    Percentages agree when they round to the printed one.
    """
    figures = []
    for (extract, measure, idx), printed in sorted(returns.figures.items(), key=lambda item: (item[0][2], item[0])):
        if idx not in listed:
            continue
        given = listed[idx].get(measure)
        if measure.endswith(("_pct", "_ni64")) and given is not None:
            is_followed = int(given + 0.5) == round(printed)
            given = round(given, 2)
        else:
            is_followed = given == printed
        reason = None if is_followed else REASONS.get(measure, OTHERWISE)
        figures.append(Figure(measure, f"{span.month(idx):%Y-%m}", extract, printed, given, is_followed, reason))
    return figures


class Summary(TypedDict):
    """The content of CALIBRATION.json; each figure has the fields of `Figure`."""

    is_synthetic: bool
    authority: str
    rule: str
    printed_figures: int
    followed: int
    not_followed: list[dict[str, Any]]
    figures: list[dict[str, Any]]


def summary(returns: Returns, figures: list[Figure]) -> Summary:
    """Return the content of CALIBRATION.json."""
    missed = [asdict(figure) for figure in figures if not figure.is_followed]
    return Summary(
        is_synthetic=True,
        authority=returns.authority,
        rule=RULE,
        printed_figures=len(figures),
        followed=len(figures) - len(missed),
        not_followed=missed,
        figures=[asdict(figure) for figure in figures],
    )


def write(path: Path, document: Summary) -> None:
    """Write CALIBRATION.json."""
    path.write_text(json.dumps(document, indent=1) + "\n")
