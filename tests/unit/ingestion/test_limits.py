"""Small files that are dear to read: each is loaded or refused in words, soon, and the files beside it are loaded."""

import re
import time
from datetime import date

import duckdb
import hostile
import pytest

from data_quality.contracts import load_contracts
from ingestion import ledger, limits
from ingestion.extent import check_workbook
from ingestion.load import load, prepare
from ingestion.reading import read_tables
from ingestion.receive import receive
from ingestion.tables import RefusedError, nearest
from ingestion.workbook import sheet_records

PATIENCE = 60  # seconds on a busy machine for what took over 100 s, or ended the process
REFUSED = {
    "many_merges.xlsx": "20,000 merged cells",
    "tall_merges.xlsx": "20,000 merged cells",
    "wide_rows.xlsx": "16,384 columns",
    "far_cell.xlsx": "columns",
    "wide_text.csv": "250,000 columns",
    "many_formats.xlsx": "over 300,000 formats",
    "many_names.xlsx": "over 50,000 formats, names or sheets",
    "many_texts.xlsx": "over 200,000 texts",
    "moved_texts.xlsx": "over 200,000 texts",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_too_large_is_refused_in_words_without_waiting(tmp_path, name):
    file = hostile.FILES[name](tmp_path / name)
    started = time.monotonic()
    with pytest.raises(RefusedError) as refused:
        read_tables(file, lambda _: "texts.xlsx" not in name)
    assert time.monotonic() - started < 10
    assert REFUSED[name] in refused.value.found
    assert re.search("CSC_|new workbook", refused.value.action) or "texts.xlsx" in name


@pytest.mark.parametrize("name", ["blank_rows_of_a_return.xlsx", "many_errors.xlsx", "wide_csv.csv"])
def test_what_holds_little_is_read_however_it_is_written(tmp_path, name):
    file = hostile.FILES[name](tmp_path / name)
    started = time.monotonic()
    [table] = read_tables(file)
    assert time.monotonic() - started < PATIENCE
    assert table.width <= 7


@pytest.mark.parametrize(
    "cell",
    [
        "<c r='XFD1048576' t='inlineStr'><is><t>1</t></is></c><!-- r=\"A1\" -->",
        '<c\nr="XFD1048576"><v>1</v></c>',
        '<c t="n" r = "XFD1048576"><v>1</v></c>',
        '<c t="inlineStr" r="ZZ1048576"><is><t>r="A1"</t></is></c>',
    ],
)
def test_no_way_to_write_a_far_cell_goes_unseen(tmp_path, cell):
    file = hostile.workbook(tmp_path / "far.xlsx", [hostile.head(), f'<row r="9">{cell}</row>'])
    with pytest.raises(RefusedError, match=r"columns|cells"):
        check_workbook(file)


def test_formats_down_to_the_last_row_and_column_take_no_place(tmp_path):
    blank = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    file = hostile.workbook(tmp_path / "formats.xlsx", [hostile.head(), blank])
    assert read_tables(file, lambda _: True)[0].width == len(hostile.HEADERS)


def test_a_file_that_takes_too_long_or_is_too_large_is_refused_and_the_others_are_loaded(tmp_path, monkeypatch):
    folder = tmp_path / "landing" / "croydon" / "2013-12"
    contracts = [load_contracts()[name] for name in ("annex_a_contacts", "annex_a_referrals")]
    folder.mkdir(parents=True)
    for contract, name, rows in zip(contracts, ("contacts.csv", "long.csv"), (1, 5_000), strict=True):
        headers = ",".join(column.headers[0] for column in contract.columns)
        (folder / name).write_text(f"{headers}\n" + f"1{',' * (len(contract.columns) - 1)}\n" * rows)
    hostile.far_cell(folder / "far.xlsx")
    (folder / "large.csv").write_bytes(b"a,b\n" * 2**19)
    monkeypatch.setattr(limits, "_limits", limits.Limits(file_mb=1, rows=3_000))
    with duckdb.connect() as con:
        ledger.prepare(con)
        prepare(con, contracts)
        receive(con, folder.parents[1], tmp_path / "vault", load_contracts(), date(2010, 4, 1))
        loaded = load(con, contracts, tmp_path / "vault", [date(2013, 12, 1)])
        assert loaded == {"annex_a_contacts": 1, "annex_a_referrals": 0}
        refused = dict(
            con.execute("select file_name, found from quality.ingest_ledger where status = 'refused'").fetchall()
        )
    assert refused == {
        "far.xlsx": 'Sheet "Contacts" has 16,384 columns',
        "long.csv": "The table has 5,000 rows",
        "large.csv": "The file has 2 MB",
    }
    monkeypatch.setattr(limits, "_limits", limits.Limits(seconds=-1))
    limits.begin()
    with pytest.raises(RefusedError, match="takes more than -1 seconds"):
        read_tables(folder / "long.csv")
    monkeypatch.setattr(limits, "_limits", limits.Limits())
    limits.begin()


def test_a_formula_without_a_result_is_refused_wherever_it_is_in_a_list(tmp_path):
    rows = [hostile.row(n, ["1"] * 7) for n in range(2, 1_500)]
    formula = '<row r="1500"><c r="A1500"><f>1+1</f>{}</c></row>'
    for name, value in (("none.xlsx", ""), ("empty.xlsx", "<v/>"), ("blank.xlsx", "<v></v>")):
        file = hostile.workbook(tmp_path / name, [hostile.head(), *rows, formula.format(value)])
        with pytest.raises(RefusedError, match="cell A1500, has a formula without a result"):
            list(sheet_records(file, "Contacts"))
    file = hostile.workbook(tmp_path / "calculated.xlsx", [hostile.head(), *rows, formula.format("<v>2</v>")])
    assert list(sheet_records(file, "Contacts"))[-1][0] == "2"
    text = formula.format("<v></v>").replace('"A1500"', '"A1500" t="str"')
    assert list(sheet_records(hostile.workbook(tmp_path / "text.xlsx", [hostile.head(), *rows, text]), "Contacts"))


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("# of all con\u200btacts", "character 13 is invisible (ZERO WIDTH SPACE); delete it"),
        (
            "# \u043ef all contacts",
            "character 3 only looks like a Latin letter (CYRILLIC SMALL LETTER O); type it again",
        ),
        ("# of all contact", ""),
    ],
)
def test_of_two_texts_that_look_the_same_the_message_names_the_character(label, said):
    assert nearest(["# of all contacts"], [label], "label") == (
        f' (the nearest label in the file is "{label}"{": " if said else ""}{said})'
    )
