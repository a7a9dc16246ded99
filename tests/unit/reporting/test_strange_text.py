"""Text that came from outside is shown as text in every form of a pack, whatever is in it, and stops none."""

import io

import pypdfium2
import pytest
from openpyxl import load_workbook

from reporting.pack import html, pdf, xlsx
from reporting.pack.document import Cell, Pack, Section, Table, Text

OF_ANOTHER_SCRIPT = "".join(map(chr, range(0x6F22, 0x6F22 + 12)))
STRANGE = [
    "Well done \U0001f600",
    OF_ANOTHER_SCRIPT,
    "=1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "#set page()",
    "a\u202eb",
    "\x1b[31m",
]


@pytest.fixture(scope="module")
def pack():
    rows = [[Cell(text), Cell("1", 1)] for text in STRANGE]
    table = Table("strange", "Texts", ["Text", "Value"], rows, [False, True])
    return Pack(
        "Scrutiny pack",
        "Croydon",
        "December 2013",
        "Internal",
        [],
        [Section("texts", "Texts", [Text(STRANGE, "Words")]), Section("wide", "Wide", [table], is_wide=True)],
        table,
    )


def test_a_page_runs_none_of_it(pack):
    page = html.render(pack)
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    assert STRANGE[0] in page


def test_a_pdf_is_made_of_it_and_says_where_its_font_lacks_a_character(pack):
    made = pypdfium2.PdfDocument(pdf.render(pack))
    said = "\n".join(page.get_textpage().get_text_range() for page in made)
    assert "Well done ?" in said and "??" in said and "alert(1)" in said and "#set page()" in said


def test_a_workbook_has_no_formula_of_it(pack):
    book = load_workbook(io.BytesIO(xlsx.render(pack)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "=1+1" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n"}
