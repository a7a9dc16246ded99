"""Files of the vault written again without a child: what is left reads as before, and nothing of the child is left."""

import zipfile

import duckdb
import pytest
import xlsxwriter

from ingestion.erase import NORMALISED
from ingestion.reading import read_tables
from ingestion.text import encoding_throughout, text_records
from ingestion.without_rows import Taken, normalised, rewrite
from ingestion.workbook import sheet_records

ANN, IDS = "00417", frozenset(["417"])
CENSUS = """<?xml version="1.0" encoding="utf-8"?>
<Message><Children>
<Child><ChildIdentifiers><LAchildID>00417</LAchildID><UPN>A1</UPN></ChildIdentifiers><Note>Ann</Note></Child>
<Child><ChildIdentifiers><LAchildID>418</LAchildID></ChildIdentifiers><Note>Ben</Note></Child>
</Children></Message>
"""


def taken(rows, used=(None,)):
    return Taken(rows, IDS, frozenset(used))


def bytes_of(file):
    """The bytes of a file, of a workbook those that are packed in it."""
    if not zipfile.is_zipfile(file):
        return file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_text_keeps_its_encoding_and_every_other_row_its_number(tmp_path, encoding):
    kept, to = tmp_path / "list.csv", tmp_path / "new.csv"
    kept.write_bytes('Id;Näme\n00417;Ann\n\n418;"Ben;\n two"\n00417;\n'.encode(encoding))
    assert rewrite(kept, to, taken({None: frozenset([2, 5])})) == 2
    assert b"Ann" not in to.read_bytes().replace(b"\0", b"")
    here = encoding_throughout(kept)
    assert encoding_throughout(to) == here
    assert [r for r in text_records(to, here, ";") if r] == [["Id", "Näme"], ["418", "Ben;\n two"]]
    assert list(text_records(to, here, ";"))[3] == ["418", "Ben;\n two"]


def test_a_workbook_has_neither_the_row_nor_what_is_hidden(tmp_path):
    kept, to = tmp_path / "lists.xlsx", tmp_path / "new.xlsx"
    with xlsxwriter.Workbook(kept) as book:
        plans, notes, hidden = (book.add_worksheet(name) for name in ("Plans", "Notes", "Old"))
        for row, cells in enumerate([("Id", "Date"), (ANN, "Ann"), ("418", "2013-04-01")]):
            plans.write_row(row, 0, cells)
        plans.write_comment("A1", "Ann again")
        notes.write_row(0, 1, ("00417", "asked for by Ann"))
        notes.write_row(1, 1, ("418", "a note"))
        hidden.write_row(0, 0, ("00417", "Ann"))
        hidden.hide()
    assert rewrite(kept, to, taken({"Plans": frozenset([2])}, used=["Plans"])) == 2
    assert b"Ann" not in bytes_of(to) and b"00417" not in bytes_of(to)
    assert list(sheet_records(to, "Plans"))[2] == ["418", "2013-04-01"]
    assert list(sheet_records(to, "Notes"))[1] == ["", "418", "a note"]
    assert [table.sheet for table in read_tables(to)] == ["Plans", "Notes"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_child_is_cut_out_of_an_xml_return(tmp_path, encoding):
    kept, to = tmp_path / "census", tmp_path / "new"
    kept.write_bytes(CENSUS.replace("utf-8", encoding).encode(encoding))
    assert rewrite(kept, to, taken({})) == 1
    text = to.read_bytes().decode(encoding)
    assert "Ann" not in text and "A1" not in text
    assert [line for line in text.splitlines() if "Child>" in line] == [
        line for line in CENSUS.splitlines() if "Child>" in line and "Ann" not in line
    ]


def test_of_a_table_that_we_do_not_use_a_row_goes_if_a_cell_is_the_id(tmp_path):
    kept, to = tmp_path / "refused.csv", tmp_path / "new.csv"
    kept.write_text("Somebody,Something\nAnn,417\nBen,4170\n")
    assert rewrite(kept, to, taken({}, used=[])) == 1
    assert to.read_text() == "Somebody,Something\n\nBen,4170\n"
    kept.write_text("Somebody,Something\nBen,4170\n")
    assert rewrite(kept, to, taken({}, used=[])) == 0


@pytest.mark.parametrize("content", [b"%PDF-1.4 \x81 Ann", b"PK\3\4 Ann", b'a,b\n"Ann', CENSUS[:150].encode()])
def test_what_cannot_be_searched_goes_as_a_whole(tmp_path, content):
    kept, to = tmp_path / "0123abc", tmp_path / "new"
    kept.write_bytes(content)
    assert rewrite(kept, to, taken({}, used=[])) == 1
    assert "Ann" not in to.read_text() and "0123abc" in to.read_text()


@pytest.mark.parametrize("text", ["00417", '="00417"', "'417.0'", " ab-1 ", "12.50", "0", "000", "A B"])
def test_an_id_is_normalised_alike_in_python_and_in_sql(text):
    found = duckdb.execute(f"select {NORMALISED.format(column='$id')}", {"id": text}).fetchall()
    assert found == [(normalised(text),)]
