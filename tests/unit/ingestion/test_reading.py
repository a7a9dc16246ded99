import csv
import io
import re
import tracemalloc
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from datetime import date, datetime

import duckdb
import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from data_quality.contracts import load_contracts, raw_columns
from ingestion import limits, load
from ingestion.reading import read_tables
from ingestion.tables import HEAD_ROWS, RefusedError
from ingestion.text import MAX_LINE_BYTES

TITLE = 'Café Road area; the "Rate" per £1,000, by month'
RETURN = [
    [TITLE, "", "", ""],
    [],
    ["Indicator", "2013-04-01", "\xa0Target ", "Note"],
    ["Assessments in time", "78%", "2,196", "first line\nsecond line"],
    ["Children looked after", "", "12", ""],
    ["", "", "", ""],
]
ROWS = (
    (TITLE,),
    (),
    ("Indicator", "2013-04-01", "Target", "Note"),
    ("Assessments in time", "78%", "2,196", "first line\nsecond line"),
    ("Children looked after", "", "12"),
)


def as_text(delimiter=",", line_end="\r\n"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(RETURN)
    return text.getvalue().replace("\n", line_end)


def as_workbook(rows=RETURN, **changes):
    book = Workbook()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            book.active.cell(number, column, value or None)
    for name, value in changes.items():
        book.active[name] = value
    return saved(book)


def saved(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def rezipped(content, change):
    """The archive with change(name, part) in place of each part; a part of None is left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
    return out.getvalue()


def read(tmp_path, content, name="return.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return read_tables(path)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("codec", "mark", "label"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8-sig", b"", "utf-8-sig"),
        ("cp1252", b"", "cp1252"),
        ("utf-16-le", BOM_UTF16_LE, "utf-16"),
        ("utf-16-be", BOM_UTF16_BE, "utf-16"),
        ("utf-16-le", b"", "utf-16"),
        ("utf-16-be", b"", "utf-16"),
    ],
)
def test_a_return_reads_the_same_in_every_text_guise(tmp_path, codec, mark, label, delimiter, line_end):
    [table] = read(tmp_path, mark + as_text(delimiter, line_end).encode(codec))
    assert (table.rows, table.width, table.is_complete) == (ROWS, 4, True)
    assert (table.sheet, table.encoding, table.delimiter) == (None, label, delimiter)


@pytest.mark.parametrize("name", ["return.xlsx", "return.csv", "return"])
def test_a_return_reads_the_same_from_a_workbook_of_any_name(tmp_path, name):
    [table] = read(tmp_path, as_workbook(), name)
    assert (table.rows, table.width, table.is_complete) == (ROWS, 4, True)
    assert (table.sheet, table.encoding, table.delimiter) == ("Sheet", None, None)


@pytest.mark.parametrize(
    ("text", "delimiter", "rows"),
    [
        ("sep=;\r\na,b;c\r\n", ";", ((), ("a,b", "c"))),
        ("Area\n\nCamden\n", ",", (("Area",), (), ("Camden",))),
        ('a,"x;y;z"\nb,"x;y;z"\n', ",", (("a", "x;y;z"), ("b", "x;y;z"))),
        ("Area;People\nKent;1,576,069\n", ";", (("Area", "People"), ("Kent", "1,576,069"))),
        (
            "Kent\t1,5\t2,5\nEssex, all\t1,5\t2,5\n",
            "\t",
            (("Kent", "1,5", "2,5"), ("Essex, all", "1,5", "2,5")),
        ),
        ('Pipe,5" wide\n', ",", (("Pipe", '5" wide'),)),
    ],
)
def test_the_delimiter_is_the_one_that_makes_the_records_consistent(tmp_path, text, delimiter, rows):
    [table] = read(tmp_path, text.encode())
    assert (table.delimiter, table.rows) == (delimiter, rows)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.9, "0%", "90%"),
        (0.65, "0.00%", "65.00%"),
        (0.285, "0%", "29%"),
        (0.145, "0%;[Red]-0%", "15%"),
        (-0.05, "0%", "-5%"),
        (12.5, "#,##0%", "1,250%"),
        (78, '0"%"', "78%"),
        (78, r"0\%", "78%"),
        (78, '0.0"%"', "78.0%"),
        (2196, "#,##0", "2,196"),
        (2196, '_-* #,##0_-;-* #,##0_-;_-* "-"_-', "2,196"),
        (2196, "General", "2196"),
        (2196, '0" a, b"', "2196"),
        (0, "General", "0"),
        (12.0, "General", "12"),
        (100.0, "0", "100"),
        (12.000000000000002, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (90.5, "0.0", "90.5"),
        (17.25, "0", "17.25"),
        (1234567890123456, "0", "1234567890123456"),
        (datetime(2013, 4, 1), "mmm-yy", "2013-04-01"),
        (date(2013, 4, 1), "dd/mm/yyyy", "2013-04-01"),
        (datetime(2013, 4, 1, 9, 30), "dd/mm/yyyy hh:mm", "2013-04-01 09:30:00"),
        (True, "General", "TRUE"),
        ("#DIV/0!", "General", "#DIV/0!"),
    ],
)
def test_a_cell_of_a_workbook_comes_out_with_its_printed_unit(tmp_path, value, number_format, text):
    book = Workbook()
    book.active["A1"] = value
    book.active["A1"].number_format = number_format
    assert read(tmp_path, saved(book))[0].rows == ((text,),)


def test_only_visible_sheets_with_text_are_read_and_merges_keep_their_first_cell(tmp_path):
    book = Workbook()
    book.active["B3"], book.active["C3"], book.active["B4"] = "2013/14", "unseen", "unseen"
    book.active["D4"] = "seen"
    book.active.merged_cells.add("B3:C4")  # unlike merge_cells(), leaves the text beneath
    book.create_sheet("Blank")
    for state in ("hidden", "veryHidden"):
        book.create_sheet(state)["A1"] = "text"
        book[state].sheet_state = state
    book.create_chartsheet("Chart").add_chart(BarChart())
    book.create_sheet("Second")["A1"] = "text"
    tables = read(tmp_path, saved(book))
    assert [table.sheet for table in tables] == ["Sheet", "Second"]
    assert tables[0].rows == ((), (), ("", "2013/14"), ("", "", "", "seen"))


def test_a_formula_reads_as_its_stored_result_even_when_that_is_an_empty_text(tmp_path):
    def calculate(name, part):
        part = re.sub(rb'(r="B1")(.*?)<v ?/?>(</v>)?', rb"\1\2<v>7</v>", part)
        return re.sub(rb'(r="C1")(.*?)<v ?/?>(</v>)?', rb'\1 t="str"\2<v></v>', part)

    content = as_workbook([["a", "=3+4", '=""', "b"]])
    assert read(tmp_path, rezipped(content, calculate))[0].rows == (("a", "7", "", "b"),)


@pytest.mark.parametrize(("extra", "is_complete"), [("", True), (",\n" * 9, True), ("x,y\n", False)])
def test_a_long_table_is_complete_only_if_nothing_but_blanks_follows_its_head(tmp_path, extra, is_complete):
    [table] = read(tmp_path, ("a,b\n" * HEAD_ROWS + extra).encode())
    assert (len(table.rows), table.is_complete) == (HEAD_ROWS, is_complete)


ENCRYPTED = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000) + "EncryptedPackage".encode("utf-16-le")
REFUSALS = {
    "no bytes": (b"", "empty", "again"),
    "only a mark and blanks": ("\ufeff \r\n\xa0\r\n".encode(), "empty", "again"),
    "only delimiters": (b",,\n,,\n", "empty", "again"),
    "a blank workbook": (saved(Workbook()), "empty", "again"),
    "a password": (ENCRYPTED, "password", "Remove the password"),
    "an old workbook": (ENCRYPTED[:2000], "old Office format", ".xlsx or .csv"),
    "a PDF": (b"%PDF-1.7\n\0\xff", "PDF", "printed from"),
    "a web page": (b"\r\n<!DOCTYPE html><table>", "web page", "save it"),
    "a web page in UTF-16": ("<html>".encode("utf-16"), "web page", "save it"),
    "binary data": (b"abc\0\x01\x02" * 9, "binary", "Excel"),
    "a byte outside Windows-1252": (b"caf\xe9,\x81\n", "characters", "Excel"),
    "half a UTF-16 character": ("a,b".encode("utf-16")[:-1], "truncated", "whole file"),
    "an open quote": (b'a,b\nc,"d\ne,f\n', "row 2", "whole file"),
    "an open quote in row 1": (b'a;"b\ne;f\n', "row 1", "whole file"),
    "an open quote in a long file": (b'a,b\nc,"d\n' + b"e,f\n" * 2**19, "row 2", "whole file"),
    "more columns than Excel has": (b"," * 2**14 + b"a\n", "16,385 columns", "Export it again"),
    "one long line": (b"a" * (MAX_LINE_BYTES + 1), "1.0 MB", "again"),
    "another archive": (
        rezipped(as_workbook(), lambda name, part: None if name == "xl/workbook.xml" else part),
        "not an ordinary Excel workbook",
        ".xlsx",
    ),
    "a truncated workbook": (as_workbook()[:-400], "truncated", "Excel"),
    "a damaged sheet": (
        rezipped(as_workbook(), lambda name, part: part[: len(part) // 2] if "sheet1" in name else part),
        "damaged",
        "Excel",
    ),
    "a missing part": (
        rezipped(as_workbook(), lambda name, part: b"" if "styles" in name else part),
        "damaged",
        "Excel",
    ),
    "a formula never calculated": (as_workbook(E4="=1+1"), '"Sheet", cell E4', "calculate"),
}


@pytest.mark.parametrize(("content", "found", "action"), REFUSALS.values(), ids=REFUSALS)
def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path, content, found, action):
    with pytest.raises(RefusedError) as refusal:
        read(tmp_path, content)
    assert found in refusal.value.found
    assert action in refusal.value.action
    assert not re.search(rf"zip|xml\b|Error|Traceback|{re.escape(str(tmp_path))}", str(refusal.value))


@pytest.mark.parametrize("name", ["return.xlsx", "return.XLSM", "return.xls"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_text_named_as_a_workbook_is_refused(tmp_path, name, codec):
    with pytest.raises(RefusedError, match=r"content is text.*rename it to \.csv"):
        read(tmp_path, as_text().encode(codec), name)


def test_a_workbook_that_unpacks_beyond_reason_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "_limits", limits.Limits(unpacked_mb=0))
    with pytest.raises(RefusedError, match="unpacks to"):
        read(tmp_path, as_workbook())


@pytest.mark.parametrize("start", [b"", b"a,b\n" * 2**20])
def test_a_file_of_gigabytes_is_never_read_into_memory(tmp_path, start):
    path = tmp_path / "return.csv"
    path.write_bytes(start + b"c")
    with path.open("r+b") as file:
        file.truncate(3 * 2**30)
    tracemalloc.start()
    if start:
        assert not read_tables(path)[0].is_complete
    else:
        with pytest.raises(RefusedError, match=r"3,072\.0 MB"):
            read_tables(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 2**20


@pytest.mark.parametrize(
    ("ending", "is_cut"),
    [
        ("Total,1,2\nOther,1", True),
        ("Total,1,2\nOther,1\n", False),
        ("Total,1,2\nNote: CRS, December", False),
        ("Total,1,2\n\nSource: CRS, 2013", False),
    ],
)
def test_a_last_row_that_breaks_off_is_refused_and_a_footnote_is_not(tmp_path, ending, is_cut):
    file = tmp_path / "a.csv"
    file.write_text(f"label,APR,MAY\nFirst,1,2\n{ending}", newline="")
    if is_cut:
        with pytest.raises(RefusedError, match="its last row stops before the others do"):
            read_tables(file)
    else:
        assert read_tables(file)[0].rows[1] == ("First", "1", "2")


def test_a_column_that_a_contract_gains_is_added_to_the_raw_table_of_an_older_warehouse():
    contract = load_contracts()["cin_census_referrals"]
    before = contract.model_copy(update={"columns": contract.columns[:-1]})
    with duckdb.connect() as con:
        con.execute("create schema raw")
        for known in (before, contract, contract):
            load.prepare(con, [known])
        columns = con.execute("select column_name from duckdb_columns() where schema_name = 'raw'").fetchall()
    assert {name for (name,) in columns} == set(raw_columns(contract))
