"""What readers see of the text in a cell that nobody could read."""

import duckdb
import pytest

from publication.outside import columns
from publication.tables import Column, Table


def seen(table, **cells):
    made = Table("quality", table, None, {name: Column("varchar", None) for name in cells}, f"quality.{table}")
    with duckdb.connect() as con:
        values = ", ".join(f"? as {name}" for name in cells)
        rows = con.execute(f"select {columns(made)} from (select {values})", list(cells.values()))
        return dict(zip(cells, rows.fetchone(), strict=True))


@pytest.mark.parametrize(
    ("extract", "reason", "text", "shown"),
    [
        ("overview", "not a number", "17O2", "17O2"),
        ("overview", "not a number", "1,702 *", "1,702 *"),
        ("overview", "not a number", "see Ann Lee", "(withheld)"),
        ("overview", "not a number", "CR0 1EA", "(withheld)"),
        ("annex_a_cpp", "not a date", "31/02/2013", "31/02/2013"),
        ("annex_a_cpp", "not a date", "#N/A", "#N/A"),
        ("annex_a_cpp", "not a date", "CR0 1EA", "(withheld)"),
        ("annex_a_cpp", "not a date", "1234567", "(withheld)"),  # it may be an id
        (
            "annex_a_cpp",
            "not a known spelling in the code list gender",
            "05/06/2005",
            "(withheld)",
        ),  # shifted by a cell
        ("annex_a_cpp", "not a known spelling in the code list gender", " n/a ", " n/a "),
    ],
)
def test_a_rejected_cell_is_shown_only_if_it_cannot_be_about_a_person(extract, reason, text, shown):
    assert seen("rejected_rows", extract=extract, reason=reason, raw_text=text)["raw_text"] == shown


def test_a_spelling_nobody_knows_is_withheld_and_other_columns_stay():
    assert seen("unknown_spellings", spelling="ann lee", code_list="need") == {
        "spelling": "(withheld)",
        "code_list": "need",
    }
    assert seen("findings", message="as it is") == {"message": "as it is"}
