"""What leaves the private warehouse of text that came from outside: the words of ours, and for all else its place."""

import duckdb
import pytest

from data_quality.our_words import WITHHELD, is_known, is_our_name, quoted, without_strange_words
from ingestion import ledger
from publication import file_names
from publication.outside import columns, prepare
from publication.tables import Column, Table

FILES = [  # path, sheet
    ("croydon/2013-12/list_8_lac.csv", None),
    ("croydon/2013-12/Jane Doe.xlsx", "Jane 2"),
    ("croydon/2013-12/Jane Doe.xlsx", "Contacts"),
    ("croydon/2013-12/Jane", None),
    ("croydon/2013-12/overview.xlsx", "J. Doe, row 3, column A"),
    ("Jane/2013-12/overview.csv", None),
    ("Doe.xlsx", None),
    ("croydon/2013-12/a Doe.xlsx", None),
]
INSERT = """
    insert into quality.ingest_ledger by name
    select ? as file_path, ? as sheet, ? as received_number, ? as delivery_id, 'accepted' as status, '' as file_name,
        '' as file_sha256, 1 as file_bytes, 1 as modified_ns, true as is_present, timestamp '2014-01-01' as received_at,
        received_at as presence_changed_at
"""


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as made:
        ledger.prepare(made)
        for number, (path, sheet) in enumerate(FILES, start=1):
            made.execute(INSERT, [path, sheet, number, str(number)])
        prepare(made, file_names.of(made))
        yield made


def seen(con, table, schema="quality", **cells):
    made = Table(schema, table, None, {name: Column("VARCHAR", None) for name in cells}, f"{schema}.{table}")
    values = ", ".join(f"?::varchar as {name}" for name in cells)
    rows = con.execute(f"select {columns(made)} from (select {values})", list(cells.values()))
    return dict(zip(cells, rows.fetchone(), strict=True))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("croydon/2013-12/list_8_lac.csv, row 7, column LABEL", "croydon/2013-12/list_8_lac.csv, row 7, column LABEL"),
        ("croydon/2013-12/Jane Doe.xlsx, sheet Jane 2, row 7", "croydon/2013-12/file 2.xlsx, sheet 1, row 7"),
        ("croydon/2013-12/Jane Doe.xlsx, sheet Contacts", "croydon/2013-12/file 2.xlsx, sheet Contacts"),
        ("croydon/2013-12/Jane: 3 rows", "croydon/2013-12/file 4: 3 rows"),
        (
            "croydon/2013-12/overview.xlsx, sheet J. Doe, row 3, column A, row 9",
            "croydon/2013-12/overview.xlsx, sheet 1, row 9",
        ),
        ("Jane/2013-12/overview.csv was refused: no", "(withheld)/2013-12/file 6 was refused: no"),
        (
            "see (croydon/2013-12/Jane Doe.xlsx) and barnet/2013-11/cpp.csv.",
            "see (croydon/2013-12/file 2.xlsx) and barnet/2013-11/cpp.csv.",
        ),
        ("Doe.xlsx", "file 7"),
        ("croydon/2013-12/a Doe.xlsx", "croydon/2013-12/file 8.xlsx"),
        # of no file that the ledger has: nothing that follows is shown
        ("croydon/2013-12/Ann Lee, row 3, column B", "croydon/2013-12/(withheld)"),
        ("croydon/2013-12/overview.xlsx, sheet Ann Lee, row 3", "croydon/2013-12/(withheld)"),
        ("croydon/2013-12/file 7.csv, sheet 2, row 3", "croydon/2013-12/file 7.csv, sheet 2, row 3"),
        ('The header "Child Unique ID" is now "Jane Doe".', 'The header "Child Unique ID" is now "(withheld)".'),
        ('We do not recognise the row "Jane".', 'We do not recognise the row "(withheld)".'),
        ('a quotation that "does not end, Jane', 'a quotation that "(withheld)'),
        ('"# of referrals", May 2013: "17O2" is not a number.', '"# of referrals", May 2013: "17O2" is not a number.'),
        ("Annex A lists up to 2013-12", "Annex A lists up to 2013-12"),
    ],
)
def test_a_sentence_tells_files_by_number_and_withholds_what_it_quotes_unless_it_is_of_our_words(con, text, shown):
    assert seen(con, "findings", message=text, source_ref=text) == {"message": shown, "source_ref": shown}
    assert seen(con, "findings", message=shown) == {"message": shown}  # carried over from an earlier publication


def test_the_ledger_shows_names_of_ours_only(con):
    made = Table(
        "quality",
        "ingest_ledger",
        None,
        {name: Column("VARCHAR", None) for name in ("file_path", "file_name", "sheet", "headers", "found")},
        "quality.ingest_ledger",
    )
    row = ("croydon/2013-12/Jane Doe.xlsx", "Jane Doe.xlsx", "Jane 2", '[{"header": "Jane", "column": null}]', '"Jane"')
    sql = "select ? as file_path, ? as file_name, ? as sheet, ? as headers, ? as found"
    assert con.execute(f"select {columns(made)} from ({sql})", row).fetchone() == (
        "croydon/2013-12/file 2.xlsx",
        "file 2.xlsx",
        "1",
        '[{"header": "(withheld)", "column": null}]',
        '"(withheld)"',
    )


@pytest.mark.parametrize(
    ("extract", "reason", "text", "shown"),
    [
        ("overview", "not a number", "17O2", "17O2"),
        ("overview", "not a number", "1,702 *", "1,702 *"),
        ("overview", "not a number", "170213", WITHHELD),  # it may be an id, or a date of birth
        ("overview", "not a number", "see Ann Lee", WITHHELD),
        ("overview", "not a number", "CR0 1EA", WITHHELD),
        ("annex_a_cpp", "not a date", "31/02/2013", "99/99/9999"),  # how it is written, not whose birthday it is
        ("annex_a_cpp", "not a date", "#N/A", "#N/A"),
        ("annex_a_cpp", "not a date", "CR0 1EA", WITHHELD),
        ("annex_a_cpp", "not a date", "1234567", WITHHELD),  # it may be an id
        ("annex_a_cpp", "not a known spelling in the code list gender", "05/06/2005", WITHHELD),  # shifted by a cell
        ("annex_a_cpp", "not a known spelling in the code list gender", " n/a ", " n/a "),
    ],
)
def test_a_rejected_cell_is_shown_only_if_it_cannot_be_about_a_person(con, extract, reason, text, shown):
    cell = seen(con, "rejected_rows", extract=extract, reason=reason, raw_text=text)
    assert cell["raw_text"] == shown
    assert seen(con, "rejected_rows", **cell)["raw_text"] == shown


def test_spellings_and_codes_that_no_list_has_are_withheld(con):
    assert seen(con, "unknown_spellings", spelling="ann lee", code_list="need") == {
        "spelling": WITHHELD,
        "code_list": "need",
    }
    assert seen(con, "findings", measure_id="contacts") == {"measure_id": "contacts"}
    assert seen(con, "findings", measure_id="ann lee") == {"measure_id": WITHHELD}
    assert seen(con, "restatements", printed_text="1,702", earlier_text="Ann") == {
        "printed_text": "1,702",
        "earlier_text": WITHHELD,
    }
    facts = {"assessment_factors": "2B,3A,21", "participation": "PN3", "start_reason": "S"}
    assert seen(con, "fct_any", schema="core", **facts) == facts
    assert set(seen(con, "fct_any", schema="core", **dict.fromkeys(facts, "ANN LEE,CR01EA")).values()) == {WITHHELD}


def test_a_name_is_ours_if_it_has_words_of_lists_and_two_numbers_at_most():
    ours = ["list_8_lac", "overview", "Annex A List 1 Contacts December 2013", "cpp_duration v2"]
    others = ["Jane contacts", "contacts 01 02 2010", "contacts 010210", "December 2013", "7", "contacts CR0 1EA", ""]
    assert [name for name in ours + others if is_our_name(name, "croydon")] == ours


def test_a_text_is_known_if_a_contract_the_register_or_a_code_list_has_it():
    known = [
        "Child Unique ID",
        " # OF  all contacts",
        "Overview",
        "Apr-13",
        "2013/14 YTD",
        "12%",
        "17O2",
        "n/a",
        "Referrals",
    ]
    others = ["Jane", "01/02/2010", "2010-02-01", "123456", "CR0 1EA", "01.02.10", "April Jones"]
    assert [text for text in known + others if is_known(text)] == known


def test_a_quotation_mark_in_a_text_cannot_end_its_quotation():
    label = 'No." Jane Doe "'
    assert without_strange_words(f"The row {quoted(label)} is new.") == 'The row "(withheld)" is new.'


def test_of_several_strange_names_a_message_says_how_many():
    said = without_strange_words('Columns that we do not use: "Jane", "Ann", "Gender", "Lee".')
    assert said == 'Columns that we do not use: "(withheld)" (2 names), "Gender", "(withheld)".'
