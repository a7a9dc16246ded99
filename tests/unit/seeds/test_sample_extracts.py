import csv
import os
import re
from pathlib import Path

import pytest
from conftest import ROOT

EXTRACTS = ROOT / "seeds" / "extracts" / "croydon" / "2013-12"
HEADER = ["", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "2013/14 YTD"]

HEADINGS = {
    "overview": "OVERVIEW",
    "referrals_to_assessment": "REFERRALS LEADING TO ASSESSMENT",
    "assessment_timespan": "TIMESPAN OF COMPLETION OF ASSESSMENT FORMS",
    "cpp_duration": "DURATION OF PLANS",
    "lac_movement": "SUMMARY OF MOVEMENT IN LAC NUMBERS",
    "placement_stability": "PLACEMENT STABILITY - NO. OF PLACEMENTS",
}

# Added up from the printed report, not from the files, so that the files have something to
# answer to where the report is not at hand. Months only; a percentage counts as its number.
ROW_TOTALS = {
    "overview": {
        "# of all contacts": 16870,
        "# contacts not relating to open cases": 13809,
        "# of referrals": 2693,
        "# of completed assessments": 1797,
        "Total # CIN*": 4346,
        "(New CIN)*": 125,
        "Total # CPP": 2971,
        "(New CPP)": 268,
        "Total # LAC": 6890,
        "(New LAC)": 309,
        "No. LAC also subject to a CPP": 154,
    },
    "referrals_to_assessment": {
        "No. of referrals": 2693,
        "... of which the no. leading to an assessment (Referrals outcomed as requiring an assessment)": 2281,
        "% of referrals leading to an assessment": 770,
    },
    "assessment_timespan": {
        "1 -15 days": 891,
        "16 - 25 days": 158,
        "26 - 35 days": 166,
        "36 - 45 days": 119,
        "45 days +": 450,
        "Grand Total": 1784,
    },
    "cpp_duration": {
        "No. of children currently subject to a CPP": 1900,
        "% subject to a CPP for 0-12 months": 476,
        "% subject to a CPP for 12-24 months": 99,
        "% subject to a CPP for 24+ months": 24,
        "No. CPP ceased in the month": 162,
        "No. ceased CPPs that lasted 2yrs+": 6,
        "% ceased CPPs that lasted 2yrs+ NI 64": 26,
    },
    "lac_movement": {
        "Current indigenous LAC": 3898,
        "Current UASC LAC": 2992,
        "Current LAC total": 6890,
    },
    "placement_stability": {
        "Total no. LAC with 3+ placements in last 12 months": 627,
        "Overall % LAC with 3+ placements in last 12 months": 84,
    },
}

# April to December, then the year-to-date column.
COLUMN_TOTALS = {
    "overview": [6349, 6363, 6314, 6227, 5933, 5360, 4517, 4985, 4184, 36972],
    "referrals_to_assessment": [705, 751, 554, 568, 521, 539, 667, 769, 670, 5059],
    "assessment_timespan": [622, 566, 426, 268, 270, 228, 230, 426, 532, 3568],
    "cpp_duration": [453, 441, 432, 453, 440, 474, 0, 0, 0, 611],
    "lac_movement": [1454, 1454, 1468, 1504, 1538, 1548, 1558, 1618, 1638, 1638],
    "placement_stability": [89, 85, 76, 78, 72, 76, 82, 79, 74, 74],
}


def extract(table):
    with (EXTRACTS / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def cell(table, label, column):
    return {row[0]: row for row in extract(table)}[label][HEADER.index(column)]


def number(text):
    return float(text.replace(",", "").rstrip("%") or 0)


def report_lines():
    default = ROOT.parent / "shared" / "reference" / "scrutiny-report-2014-02-11.txt"
    path = Path(os.environ.get("CSC_REFERENCE", default))
    if not path.is_file():
        pytest.skip(f"the printed report's text is not here ({path}); set CSC_REFERENCE to it")
    return path.read_text(encoding="utf-8").splitlines()


def printed_table(lines, heading):
    table = []
    for line in lines[lines.index(heading) + 1 :]:
        if not line.strip():
            continue
        if "\t" not in line:
            break
        row = line.split("\t")
        if table and row == table[0]:
            continue  # the header again, after a page break
        if row[0] and not any(row[1:]):
            table[-1][0] += " " + row[0]  # the second line of a broken label
            continue
        table.append(row)
    return table


def test_every_cell_is_the_cell_the_council_printed():
    lines = report_lines()
    printed = {table: printed_table(lines, heading) for table, heading in HEADINGS.items()}
    copied = {table: extract(table) for table in HEADINGS}
    for table in HEADINGS:
        assert copied[table] == printed[table], table
    for tables in (printed, copied):
        assert sum(len(row) for rows in tables.values() for row in rows) == 418


def test_every_percentage_and_decimal_of_the_reports_prose_is_among_the_quoted_figures():
    """And every quoted figure is in the prose. Numbers of sections, years, ages and days are no figures."""
    prose = " ".join(line for line in report_lines() if "\t" not in line)
    with (EXTRACTS / "quoted_figures.csv").open(encoding="utf-8", newline="") as file:
        quoted = [row["value"] for row in csv.DictReader(file)]
    assert len(quoted) == 17
    found = re.findall(r"(?<![\d.])\d+(?:\.\d+)?%?(?![\d%])", prose)
    assert set(quoted) <= set(found)
    assert {text for text in found if "%" in text or "." in text} == {q for q in quoted if "%" in q or "." in q}


@pytest.mark.parametrize("table", HEADINGS)
def test_rows_and_columns_add_up_to_the_printed_tables_totals(table):
    header, *rows = extract(table)
    assert header == HEADER
    row_totals = [(row[0], sum(map(number, row[1:10]))) for row in rows]
    assert row_totals == list(ROW_TOTALS[table].items())
    columns = list(zip(*rows, strict=True))[1:]
    assert [sum(map(number, column)) for column in columns] == COLUMN_TOTALS[table]


def test_what_was_left_blank_stays_blank_and_a_printed_zero_stays_a_zero():
    blanks = {
        (table, row[0], month)
        for table in HEADINGS
        for row in extract(table)[1:]
        for month, value in zip(HEADER, row, strict=True)
        if value == ""
    }
    assert blanks == {("assessment_timespan", "16 - 25 days", "SEP")} | {
        ("cpp_duration", label, month) for label in ROW_TOTALS["cpp_duration"] for month in ("OCT", "NOV", "DEC")
    }
    assert cell("cpp_duration", "No. ceased CPPs that lasted 2yrs+", "JUN") == "0"
    assert cell("cpp_duration", "% ceased CPPs that lasted 2yrs+ NI 64", "JUN") == "0%"


def test_signs_and_separators_stay_as_printed():
    # The row is named a count but carries percent signs: a fault for the warehouse to find,
    # so it must not be put right here.
    label = "Total no. LAC with 3+ placements in last 12 months"
    assert cell("placement_stability", label, "APR") == "78%"
    assert cell("placement_stability", label, "2013/14 YTD") == "65.00%"
    # The same total is printed with a separator in one table and without in another.
    assert cell("overview", "# of referrals", "2013/14 YTD") == "2,693"
    assert cell("referrals_to_assessment", "No. of referrals", "2013/14 YTD") == "2693"
