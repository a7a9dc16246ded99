"""Packs of SYNTHETIC returns across a year's end: trend, comparisons and notes belong to the month and year they say.

A clean March has contacts 2,000 (2,000 in April 2013 too), 316 plans (300) and 726 children looked after (700). April
2014 prints what April 2013 did, but 2,200 contacts. Barnet prints only October to December 2013.
"""

import io
from datetime import date

import openpyxl
import pytest
from returns import HEADS, clean_returns, write_all_csv

from reporting.pack import compose, published, xlsx
from reporting.pack.document import Chart, Pack, Table

pytestmark = pytest.mark.long

CROYDON = "E09000008"
BARNET = "E09000003"
DECEMBER, MARCH, APRIL = date(2013, 12, 1), date(2014, 3, 1), date(2014, 4, 1)
OF_13_MONTHS = [*(f"{head.title()} 13" for head in HEADS[:9]), "Jan 14", "Feb 14", "Mar 14", "Apr 14"]


@pytest.fixture(scope="module")
def home(new_home):
    home = new_home("year-end")
    march, april = clean_returns(MARCH), clean_returns(APRIL)
    march.set("referrals_to_assessment", "referrals_leading_to_assessment_pct", "YTD", "79%")  # it is 82%
    for head in ("APR", "YTD"):
        april.set("overview", "contacts", head, "2,200")
    write_all_csv(march, home.landing / "croydon" / "2014-03")
    write_all_csv(april, home.landing / "croydon" / "2014-04")
    december = clean_returns(DECEMBER)
    for header, *rows in december.tables.values():
        for cells in rows:
            cells[1:7] = [""] * len(header[1:7])
    write_all_csv(december, home.landing / "barnet" / "2013-12")
    assert home.csc("run").returncode == 0
    return home


@pytest.fixture(scope="module")
def packs(home) -> dict[tuple[str, date], Pack]:
    """The packs of Croydon, for the team and for the public."""
    return {
        (audience, month): compose.compose(published.read(home.path / "published", CROYDON, month), audience)
        for audience in ("internal", "public")
        for month in (MARCH, APRIL)
    }


def table(pack: Pack, table_id: str) -> Table:
    blocks = [block for section in pack.sections for block in section.blocks]
    return next(block for block in blocks if isinstance(block, Table) and block.table_id == table_id)


def row(of: Table, measure_id: str) -> dict[str, str]:
    """The texts of a measure's row, by the names of their columns."""
    cells = next(cells for cells in of.rows if cells[0].measure_id == measure_id)
    return {column: cell.text for column, cell in zip(of.columns, cells, strict=True)}


def sentences(pack: Pack) -> list[str]:
    """The sentences that the pack begins with."""
    return [line for section in pack.sections[:2] for block in section.blocks for line in getattr(block, "lines", [])]


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_pack_of_april_shows_thirteen_months_and_compares_with_march_and_last_april(packs, audience):
    pack = packs[audience, APRIL]
    assert table(pack, "overview").columns == ["Measure", *OF_13_MONTHS, "2014/15 YTD"]
    contacts = row(table(pack, "headlines"), "contacts")
    assert contacts | {"Apr 2013": "2,000", "Mar 2014": "2,000", "Apr 2014": "2,200"} == contacts
    assert contacts | {"Change in the month": "▲ 200", "Change in a year": "▲ 200", "Year to date": "2,200"} == contacts
    assert row(table(pack, "headlines"), "lac_total")["Change in the month"] == "▼ 26"
    [changed] = [line for line in sentences(pack) if line.startswith("Contacts:")]
    assert "rose from 2,000 in March to 2,200 in April, the highest of the 13 months shown" in changed
    assert "; it was 2,000 in April 2013" in changed


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_pack_made_again_says_that_later_deliveries_judge_it(packs, audience):
    said = "deliveries up to April 2014: values, limits and findings may differ from those at the time"
    assert dict(packs[audience, MARCH].facts)["Made again with"] == said
    assert "Made again with" not in dict(packs[audience, APRIL].facts)


def test_charts_of_april_are_drawn_over_the_thirteen_months(packs):
    charts = {b.chart_id: b for s in packs["internal", APRIL].sections for b in s.blocks if isinstance(b, Chart)}
    assert '"Apr 13"' in charts["chart-contacts-line"].specification
    assert "2,000 in April 2013, 2,200 in April 2014" in charts["chart-contacts-line"].alternative


def test_a_month_of_last_year_that_its_own_pack_suppressed_stays_suppressed(packs):
    def kept(month: date) -> set[tuple[str, str]]:
        tables = [b for section in packs["public", month].sections for b in section.blocks if isinstance(b, Table)]
        cells = [cell for of in tables for row in of.rows for cell in row if cell.text == "c"]
        return {(cell.measure_id, cell.period) for cell in cells if cell.period not in (None, "ytd")}

    assert len(kept(MARCH)) > 10
    assert kept(MARCH) <= kept(APRIL)


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_note_on_a_year_to_date_stays_with_its_year(packs, audience):
    def notes_on_ytd(month: date) -> str:
        found = table(packs[audience, month], "referrals-to-assessment")
        cells = next(cells for cells in found.rows if cells[0].measure_id == "referrals_leading_to_assessment_pct")
        return " ".join(note.text for note in found.footnotes if note.mark in cells[-1].marks)

    of_march = "printed as 79" if audience == "internal" else "A percentage does not follow from its parts."
    assert of_march in notes_on_ytd(MARCH)
    assert of_march not in notes_on_ytd(APRIL)
    whens = [(cells[3].text, cells[1].text) for cells in table(packs[audience, APRIL], "findings-table").rows]
    assert ("A percentage does not follow from its parts", "year to date, Mar 2014") in whens
    assert "79%" not in " ".join(sentences(packs[audience, APRIL]))


def test_a_year_to_date_of_three_months_says_which_it_holds(home):
    said = "The year to date holds 3 of 9 months: October, November and December."
    pack = compose.compose(published.read(home.path / "published", BARNET, DECEMBER), "internal")
    for table_id, column in (("overview", "2013/14 YTD"), ("headlines", "Year to date")):
        found = table(pack, table_id)
        marks = {note.text: note.mark for note in found.footnotes}
        marked = {row[0].measure_id for row in found.rows if marks[said] in row[found.columns.index(column)].marks}
        assert {"contacts", "referrals"} <= marked
        assert "lac_total" not in marked  # a caseload is that of its month
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(pack)))
    cells = [cell for sheet in book for cells in sheet.iter_rows() for cell in cells]
    assert any(said in str(cell.value) for cell in cells)
