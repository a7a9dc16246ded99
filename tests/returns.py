"""SYNTHETIC monthly returns: a clean year of one made-up authority, of which every figure agrees with every other.

The months are written down in `MONTHS`; everything else a return prints (totals, years to date, percentages) follows
from them, so a mutated cell is the only thing wrong in what a test delivers. No figure here is of any council.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from openpyxl import Workbook

# Synthetic, April to March.
MONTHS = {
    "contacts": (2000, 2010, 1990, 2020, 1980, 2030, 1970, 2040, 1960, 2050, 1950, 2000),
    "contacts_not_open_cases": (1500, 1510, 1490, 1520, 1480, 1530, 1470, 1540, 1460, 1550, 1450, 1500),
    # 264 of 320 is 82.5%, printed 83%
    "referrals": (320, 300, 250, 260, 240, 280, 310, 290, 270, 265, 255, 275),
    "referrals_leading_to_assessment": (264, 270, 200, 221, 204, 252, 217, 203, 216, 212, 204, 220),
    "days_1_15": (100, 110, 90, 95, 80, 105, 100, 98, 102, 104, 96, 100),
    "days_16_25": (40, 38, 42, 36, 44, 34, 46, 32, 48, 30, 50, 40),
    "days_26_35": (20, 22, 18, 24, 16, 26, 14, 28, 12, 30, 10, 20),
    "days_36_45": (10, 12, 8, 14, 6, 16, 4, 18, 2, 20, 5, 10),
    "days_45_plus": (30, 29, 31, 28, 32, 27, 33, 26, 34, 25, 35, 30),
    "cin_total": (500, 505, 498, 502, 496, 507, 501, 499, 510, 503, 497, 500),
    "cin_new": (20, 22, 18, 15, 17, 24, 16, 14, 25, 12, 13, 21),
    # each month's plans are last month's, plus the new, less the ceased
    "cpp_new": (20, 30, 25, 22, 6, 24, 26, 28, 21, 23, 25, 20),
    "cpp_ceased": (18, 20, 25, 20, 0, 20, 30, 24, 20, 35, 20, 20),
    "cpp_ceased_2yrs_plus": (1, 2, 1, 3, 0, 1, 3, 2, 1, 1, 2, 1),
    "lac_indigenous": (450, 452, 449, 449, 453, 450, 456, 452, 459, 455, 461, 464),
    "lac_uasc": (250, 251, 255, 252, 256, 254, 258, 257, 261, 259, 263, 262),
    "lac_new": (30, 28, 26, 32, 27, 33, 25, 34, 29, 31, 28, 30),
    "lac_also_cpp": (15, 18, 14, 19, 16, 17, 15, 18, 19, 16, 18, 17),
    "lac_3plus_placements": (70, 72, 68, 74, 66, 76, 64, 78, 62, 80, 60, 70),
}
CPP_BEFORE_APRIL = 298
# Plans open 12 to 24 months and 24 months or more; the rest are younger. April's shares (80, 15, 4) add up to 99%,
# May's (79, 17, 5) to 101%.
OPEN_12_24 = (46, 52, 50, 48, 51, 49, 53, 47, 54, 50, 52, 51)
OPEN_24_PLUS = (13, 14, 12, 15, 11, 16, 13, 12, 14, 15, 11, 13)

HEADS = ("APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "JAN", "FEB", "MAR")
LABELS = {
    "overview": {
        "contacts": "# of all contacts",
        "contacts_not_open_cases": "# contacts not relating to open cases",
        "referrals": "# of referrals",
        "assessments_completed": "# of completed assessments",
        "cin_total": "Total # CIN*",
        "cin_new": "(New CIN)*",
        "cpp_total": "Total # CPP",
        "cpp_new": "(New CPP)",
        "lac_total": "Total # LAC",
        "lac_new": "(New LAC)",
        "lac_also_cpp": "No. LAC also subject to a CPP",
    },
    "referrals_to_assessment": {
        "referrals": "No. of referrals",
        "referrals_leading_to_assessment": "... of which the no. leading to an assessment "
        "(Referrals outcomed as requiring an assessment)",
        "referrals_leading_to_assessment_pct": "% of referrals leading to an assessment",
    },
    "assessment_timespan": {
        "days_1_15": "1 -15 days",
        "days_16_25": "16 - 25 days",
        "days_26_35": "26 - 35 days",
        "days_36_45": "36 - 45 days",
        "days_45_plus": "46 days +",
        "grand_total": "Grand Total",
    },
    "cpp_duration": {
        "cpp_current": "No. of children currently subject to a CPP",
        "cpp_0_12_months_pct": "% subject to a CPP for 0-12 months",
        "cpp_12_24_months_pct": "% subject to a CPP for 12-24 months",
        "cpp_24_plus_months_pct": "% subject to a CPP for 24+ months",
        "cpp_ceased": "No. CPP ceased in the month",
        "cpp_ceased_2yrs_plus": "No. ceased CPPs that lasted 2yrs+",
        "cpp_ceased_2yrs_plus_pct_ni64": "% ceased CPPs that lasted 2yrs+ NI 64",
    },
    "lac_movement": {
        "lac_indigenous": "Current indigenous LAC",
        "lac_uasc": "Current UASC LAC",
        "lac_total": "Current LAC total",
    },
    "placement_stability": {
        "lac_3plus_placements": "Total no. LAC with 3+ placements in last 12 months",
        "lac_3plus_placements_pct": "Overall % LAC with 3+ placements in last 12 months",
    },
}
SUMMED = {  # flows; the rest are caseloads, whose year to date is the latest month
    *("contacts", "contacts_not_open_cases", "referrals", "referrals_leading_to_assessment", "assessments_completed"),
    *("days_1_15", "days_16_25", "days_26_35", "days_36_45", "days_45_plus", "grand_total"),
    *("cin_new", "cpp_new", "cpp_ceased", "cpp_ceased_2yrs_plus", "lac_new"),
}
SUMMED_RATIOS = {
    "referrals_leading_to_assessment_pct": ("referrals_leading_to_assessment", "referrals"),
    "cpp_ceased_2yrs_plus_pct_ni64": ("cpp_ceased_2yrs_plus", "cpp_ceased"),
}
LATEST_RATIOS = {
    "cpp_0_12_months_pct": ("cpp_0_12_months", "cpp_current"),
    "cpp_12_24_months_pct": ("cpp_12_24_months", "cpp_current"),
    "cpp_24_plus_months_pct": ("cpp_24_plus_months", "cpp_current"),
    "lac_3plus_placements_pct": ("lac_3plus_placements", "lac_total"),
}


def percentage(numerator: int, denominator: int) -> str:
    """Rounded half up to whole per cent, as printed; 0% where there is nothing to divide by."""
    share = Decimal(100 * numerator) / denominator if denominator else Decimal(0)
    return f"{share.quantize(Decimal(1), ROUND_HALF_UP)}%"


def _counts(months: int, plans_before: int) -> dict[str, list[int]]:
    counts = {measure: list(figures[:months]) for measure, figures in MONTHS.items()}
    plans, stock = [], plans_before
    for new, ceased in zip(counts["cpp_new"], counts["cpp_ceased"], strict=True):
        stock += new - ceased
        plans.append(stock)
    middle, long = list(OPEN_12_24[:months]), list(OPEN_24_PLUS[:months])
    bands = ("days_1_15", "days_16_25", "days_26_35", "days_36_45", "days_45_plus")
    assessed = [sum(month) for month in zip(*(counts[band] for band in bands), strict=True)]
    looked_after = [a + b for a, b in zip(counts["lac_indigenous"], counts["lac_uasc"], strict=True)]
    return counts | {
        "assessments_completed": assessed,
        "grand_total": assessed,
        "cpp_total": plans,
        "cpp_current": plans,
        "cpp_0_12_months": [all_ - m - n for all_, m, n in zip(plans, middle, long, strict=True)],
        "cpp_12_24_months": middle,
        "cpp_24_plus_months": long,
        "lac_total": looked_after,
    }


def _printed(counts: dict[str, list[int]], measure: str, thousands: str) -> list[str]:
    """A measure's months and its year to date, as the council prints them."""
    if parts := (SUMMED_RATIOS | LATEST_RATIOS).get(measure):
        numerator, denominator = (counts[part] for part in parts)
        months = [percentage(n, d) for n, d in zip(numerator, denominator, strict=True)]
        so_far = percentage(sum(numerator), sum(denominator)) if measure in SUMMED_RATIOS else months[-1]
        return [*months, so_far]
    figures = counts[measure]
    return [f"{figure:{thousands}}" for figure in [*figures, sum(figures) if measure in SUMMED else figures[-1]]]


@dataclass
class Returns:
    """The six returns of one reporting month, as printed: extract -> rows, header first. Changed in place."""

    month: date
    tables: dict[str, list[list[str]]]

    def set(self, extract: str, measure: str, head: str, text: str) -> "Returns":
        """One printed cell; `measure` is a measure id or a label, `head` a header ('YTD' for the year to date)."""
        self._row(extract, measure)[self._column(extract, head)] = text
        return self

    def get(self, extract: str, measure: str, head: str) -> str:
        return self._row(extract, measure)[self._column(extract, head)]

    def relabel(self, extract: str, measure: str, label: str) -> "Returns":
        self._row(extract, measure)[0] = label
        return self

    def rehead(self, extract: str, head: str, text: str) -> "Returns":
        self.tables[extract][0][self._column(extract, head)] = text
        return self

    def add_row(self, extract: str, *cells: str) -> "Returns":
        self.tables[extract].append(list(cells))
        return self

    def drop(self, extract: str, measure: str | None = None, head: str | None = None) -> "Returns":
        """A row, a column, or the whole extract."""
        if measure:
            self.tables[extract].remove(self._row(extract, measure))
        elif head:
            column = self._column(extract, head)
            for row in self.tables[extract]:
                del row[column]
        else:
            del self.tables[extract]
        return self

    def _row(self, extract: str, measure: str) -> list[str]:
        label = LABELS[extract].get(measure, measure)
        return next(row for row in self.tables[extract] if row[0] == label)

    def _column(self, extract: str, head: str) -> int:
        header = self.tables[extract][0]
        return next(i for i, cell in enumerate(header) if i and (cell == head or cell.endswith(f" {head}")))


def clean_returns(month: date = date(2013, 12, 1), plans_before: int = CPP_BEFORE_APRIL) -> Returns:
    """The six returns of a reporting month, with nothing wrong in them; `plans_before` are those of the March before."""
    months = (month.month - 4) % 12 + 1
    year = month.year - (month.month < 4)
    header = ["", *HEADS[:months], f"{year}/{(year + 1) % 100:02d} YTD"]
    counts = _counts(months, plans_before)
    tables = {
        extract: [header[:]]
        + [
            [label, *_printed(counts, measure, "," if extract == "overview" else "")]
            for measure, label in labels.items()
        ]
        for extract, labels in LABELS.items()
    }
    return Returns(month, tables)


def write_csv(
    rows: Iterable[Iterable[str]], path: Path, encoding: str = "utf-8", delimiter: str = ",", line_end: str = "\r\n"
) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_all_csv(returns: Returns, folder: Path) -> None:
    """One plain CSV per extract, named after it."""
    for extract, rows in returns.tables.items():
        write_csv(rows, folder / f"{extract}.csv")


def write_workbook(sheets: dict[str, list[list[str]]], path: Path) -> Path:
    """A workbook as Excel keeps one: figures are numbers, the comma and the % sign are in their formats."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                if text:
                    _write_cell(sheet.cell(number, column), text)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def _write_cell(cell, text: str) -> None:
    figure = text.replace(",", "").removesuffix("%")
    if not figure.replace(".", "", 1).isdigit():
        cell.value = text
    elif text.endswith("%"):
        decimals = len(figure.partition(".")[2])
        cell.value = float(Decimal(figure) / 100)
        cell.number_format = "0%" if not decimals else f"0.{'0' * decimals}%"
    else:
        cell.value = float(figure) if "." in figure else int(figure)
        cell.number_format = "#,##0" if "," in text else "General"
