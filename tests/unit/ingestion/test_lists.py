"""Child-level lists, from a file to raw.<extract>. Every value here is made up."""

import csv
import io
import logging
import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook

from data_quality import findings
from data_quality.checks import contract_checks
from data_quality.contracts import load_contracts
from ingestion import bulk, ledger, load, receive, vault
from ingestion.tables import HEAD_ROWS

LISTS = {n: c for n, c in load_contracts().items() if c.kind == "list" and c.dataset == "annex_a"}
CONTACTS = "annex_a_contacts"
MARCH = date(2024, 3, 1)
HEADER = ["Child Unique ID", "Gender", "Ethnicity", "Age of Child (Years)", "Date of Contact", "Contact Source"]
ROWS = [
    ["00123", "a) Male", "pregnancy", "3", "01/03/2024", "Finance team"],
    ["A-7", "U", 'Known as "Jo", café', "", "02/03/2024", " 6: Police "],
    ["A-8", "F", "WBRI", "17", "2024-03-28", "1A: Individual, mother"],
]
READ = [[cell or None for cell in row] for row in ROWS]
COLUMNS = "child_id, gender_code, ethnicity_code, age_years, contact_date, contact_source_code"


class Warehouse:
    """A landing folder and the tables that ingestion and the checks write."""

    def __init__(self, path, empty):
        self.path, self.file, self.said = path, Path(shutil.copy(empty, path)), []
        self.con = duckdb.connect(str(self.file))

    def drop(self, content: bytes, name="list.csv", month=MARCH):
        """Deliver a file to Croydon and load what is accepted; returns its ledger rows as dictionaries."""
        file = self.path / "landing" / "croydon" / f"{month:%Y-%m}" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        landing, vault, contracts = self.path / "landing", self.path / "vault", load_contracts()
        receive.receive(self.con, landing, vault, contracts, date(2010, 4, 1), say=self.said.append)
        load.load(self.con, contracts.values(), vault, [month])
        return self.rows(f"from quality.ingest_ledger where file_name = '{name}' order by sheet")

    def rows(self, sql):
        result = self.con.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def raw(self, columns=COLUMNS, extract=CONTACTS):
        return [
            list(row.values()) for row in self.rows(f"select {columns} from raw.{extract} order by version, source_row")
        ]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    file = tmp_path_factory.mktemp("empty") / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        ledger.prepare(con)
        findings.prepare(con)
        load.prepare(con, load_contracts().values())
    return file


@pytest.fixture
def warehouse(tmp_path, empty):
    made = Warehouse(tmp_path, empty)
    yield made
    made.con.close()


def text(rows, delimiter=",", line_end="\r\n", encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(sheets):
    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def table(extract, required_only=False, rows=2):
    """A header of the contract's first spellings, and rows of made-up cells."""
    columns = LISTS[extract].required if required_only else LISTS[extract].columns
    return [[c.headers[0] for c in columns]] + [[f"{c.name} {i}" for c in columns] for i in range(rows)]


# Identification


@pytest.mark.parametrize("required_only", [True, False])
@pytest.mark.parametrize("extract", LISTS)
def test_a_list_is_known_by_its_headers_alone(warehouse, extract, required_only):
    rows = table(extract, required_only)
    rows[0] = [f" {header.upper().replace(' ', '  ')} ".replace("'", "’") for header in rows[0]]
    [ledger] = warehouse.drop(text(rows), "decision_2031_apr.csv")
    assert (ledger["extract"], ledger["status"], ledger["row_count"]) == (extract, "accepted", 2)
    assert (ledger["notes"] is None) == (len(rows[0]) == len(LISTS[extract].columns))
    names = [c.name for c in (LISTS[extract].required if required_only else LISTS[extract].columns)]
    assert warehouse.raw(", ".join(names), extract) == rows[1:]


@pytest.mark.parametrize("written", ["7) {}", "3. {}", "[dbo].[table].[{}]", "extract.{}", "{} (dd/mm/yyyy)", "{}:"])
def test_a_header_is_known_in_the_forms_that_systems_write(warehouse, written):
    rows = table("annex_a_cpp", required_only=True)
    rows[0] = [written.format(header) for header in rows[0]]
    [ledger] = warehouse.drop(text(rows), "list.csv")
    assert (ledger["extract"], ledger["status"]) == ("annex_a_cpp", "accepted")


def without(*headers):
    places = [i for i, header in enumerate(HEADER) if header not in headers]
    return [[row[i] for i in places] for row in [HEADER, *ROWS]]


def with_columns(*headers, at=0):
    return [
        [*row[:at], *(headers if i == 0 else ["x"] * len(headers)), *row[at:]] for i, row in enumerate([HEADER, *ROWS])
    ]


def test_line_ends_within_a_cell_of_the_first_row_are_no_rows(warehouse):
    rows = [HEADER, [*ROWS[0][:5], 'Police,\n"by"\r\nphone'], *ROWS[1:]]
    rows[0] = [*HEADER[:5], "Contact\nSource"]
    for number, content in enumerate((text(rows), text(rows, "|", "\n"), workbook({"a": rows}))):
        name = f"list {number}.{'xlsx' if number == 2 else 'csv'}"
        [ledger] = warehouse.drop(content, name, date(2024, 1 + number, 1))
        assert (ledger["status"], ledger["row_count"]) == ("accepted", 3)
    assert sorted(row[0] for row in warehouse.raw()) == sorted(["00123", "A-7", "A-8"] * 3)


def test_an_optional_column_that_is_missing_costs_that_column_only(warehouse):
    [ledger] = warehouse.drop(text(without("Age of Child (Years)")))
    assert ledger["status"] == "accepted"
    assert ledger["notes"].startswith("Not supplied: Date of Birth, Age of Child (Years), Contact ID")
    assert [row[3] for row in warehouse.raw()] == [None] * 3


def test_a_column_is_never_taken_for_another_that_sounds_like_it(warehouse):
    [ledger] = warehouse.drop(text(with_columns("Team Manager", "Stage", "Language", at=1)))
    assert ledger["notes"].endswith('Columns that we do not use: "Team Manager", "Stage", "Language".')
    assert warehouse.raw() == READ


@pytest.mark.parametrize(
    "written", [text, lambda rows: text(rows, encoding="utf-16"), lambda rows: workbook({"a": rows})]
)
@pytest.mark.parametrize("at", [0, 3])
def test_sex_beside_gender_is_read_where_gender_is_blank(warehouse, written, at):
    rows = with_columns("sex", at=at)
    gender = rows[0].index("Gender")
    rows[1][gender], rows[3][gender] = "", "  "
    [ledger] = warehouse.drop(written(rows), "list.xlsx" if written(rows)[:2] == b"PK" else "list.csv")
    assert ledger["notes"].endswith('Columns that we read where another is blank: "sex".')
    assert [row[1] for row in warehouse.raw()] == ["x", READ[1][1], "x"]
    assert [row[:1] + row[2:] for row in warehouse.raw()] == [row[:1] + row[2:] for row in READ]


REFUSED = {
    "a required column is missing": (without("Ethnicity"), ['the column "Ethnicity" is missing']),
    "it is headed otherwise": (
        [["Child Unique ID", "Gender", "Ethnic Group", "Date of Contact", "Contact Source"]],
        ['"Ethnicity" is missing', 'nearest header in the file is "Ethnic Group"'],
    ),
    "a header is there twice": (with_columns("Gender"), ['2 columns are headed as "Gender": "Gender", "Gender"']),
    "it is two lists in one": (
        [table(CONTACTS)[0] + table("annex_a_referrals", required_only=True)[0][3:]],
        ["more than one list", "Annex A list 1, contacts", "Annex A list 3, referrals"],
    ),
}


@pytest.mark.parametrize(("rows", "said"), REFUSED.values(), ids=REFUSED)
def test_a_list_with_a_wrong_header_is_refused_and_says_which(warehouse, rows, said):
    [ledger] = warehouse.drop(text(rows))
    assert (ledger["status"], ledger["extract"], ledger["loaded_at"]) == ("refused", CONTACTS, None)
    assert all(words in ledger["found"] for words in said), ledger["found"]
    assert "Date of Contact" in ledger["expected"]
    assert "drop the file" in ledger["action"]
    assert warehouse.raw() == []


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "march.csv", "empty"),
        (b"\r\n,,,\r\n", "march.csv", "empty"),
        (b"%PDF-1.7 report", "contacts_20240331.csv", "a PDF"),
        (text([HEADER, *ROWS]), "Annex_A.xlsx", "content is text"),
        (
            text([["Ref", "Name", "Gender"], ["1", "Zebedee Quux", "M"]] * 600),
            "x.csv",
            "more than 1000 rows and 3 columns",
        ),
    ],
)
def test_what_is_no_list_is_refused_without_a_word_of_its_content(warehouse, content, name, said):
    [ledger] = warehouse.drop(content, name)
    assert ledger["status"] == "refused"
    assert said in ledger["found"]
    assert "Quux" not in str(ledger)


def test_a_workbook_has_a_sheet_per_list_and_a_refused_sheet_stops_no_other(warehouse):
    lists = [name for name in LISTS if name != "annex_a_cin"]
    sheets = {f"Sheet {n}": table(name) for n, name in enumerate(lists)} | {"Notes": [["Extracted at month end"]]}
    sheets["Sheet 1"][0].remove("Gender")
    ledger = warehouse.drop(workbook(sheets), "Summary_2024.xlsx")
    assert [(row["sheet"], row["extract"], row["status"], row["row_count"]) for row in ledger] == [
        ("Notes", None, "ignored", None),
        *((f"Sheet {n}", name, *(("refused", None) if n == 1 else ("accepted", 2))) for n, name in enumerate(lists)),
    ]
    for n, name in enumerate(lists):
        assert len(warehouse.raw("1", name)) == (0 if n == 1 else 2)


# Reading


FORMS = {
    "plain": (text([HEADER, *ROWS]), [2, 3, 4]),
    "plain and long": (text([HEADER, *ROWS * 700]), range(2, 2102)),
    "line feeds": (text([HEADER, *ROWS], line_end="\n"), [2, 3, 4]),
    "no last line end": (text([HEADER, *ROWS])[:-2], [2, 3, 4]),
    "UTF-8 with a mark": (text([HEADER, *ROWS], encoding="utf-8-sig"), [2, 3, 4]),
    "UTF-16": (text([HEADER, *ROWS], "\t", encoding="utf-16"), [2, 3, 4]),
    "UTF-16 without a mark": (text([HEADER, *ROWS], encoding="utf-16-le"), [2, 3, 4]),
    "Windows-1252": (text([HEADER, *ROWS], encoding="cp1252"), [2, 3, 4]),
    "semicolons": (text([HEADER, *ROWS], ";"), [2, 3, 4]),
    "declared semicolons": (b"sep=;\r\n" + text([HEADER, *ROWS], ";"), [3, 4, 5]),
    "a title": (text([["Contacts of March 2024"], HEADER, *ROWS]), [3, 4, 5]),
    "a title of two lines and a blank row": (text([["Contacts\nMarch"], [], HEADER, *ROWS]), [4, 5, 6]),
    "blank rows": (text([HEADER, ROWS[0], [], [" "] * 6, ROWS[1], [""] * 6, ROWS[2], [], [""] * 6]), [2, 5, 7]),
    "trailing delimiters": (text([[*row, "", ""] for row in [HEADER, *ROWS]]), [2, 3, 4]),
    "trailing delimiters below": (text([HEADER, *([*row, "", ""] for row in ROWS)]), [2, 3, 4]),
    "a workbook": (workbook({"Any": [["Contacts"], [], HEADER, *ROWS[:2], [], ROWS[2]]}), [4, 5, 7]),
    "a workbook, indented": (workbook({"Any": [["", *row] for row in [HEADER, *ROWS]]}), [2, 3, 4]),
}


@pytest.mark.parametrize(("content", "source_rows"), FORMS.values(), ids=FORMS)
def test_a_list_reads_the_same_whatever_form_it_comes_in(warehouse, content, source_rows):
    [ledger] = warehouse.drop(content, "march.xlsx" if content.startswith(b"PK") else "contacts_20240331.csv")
    assert (ledger["status"], ledger["row_count"]) == ("accepted", len(source_rows))
    assert warehouse.raw() == READ * (len(source_rows) // 3)
    assert warehouse.raw("source_row") == [[row] for row in source_rows]
    assert list((warehouse.path / "vault").glob(".*")) == []


def test_the_first_accented_letter_may_stand_far_below_the_head(warehouse):
    plain = [["A-8", "F", "WBRI", "17", "2024-03-28", "6: Police"]] * (HEAD_ROWS + 1)
    [ledger] = warehouse.drop(text([HEADER, *plain, *ROWS], encoding="cp1252"))
    assert (ledger["encoding"], ledger["row_count"]) == ("cp1252", HEAD_ROWS + 4)
    assert warehouse.raw()[-3:] == READ


def test_cells_survive_as_they_are(warehouse):
    odd = [
        ["'1", "5\" 7'", "line one\nline two", "-", "NULL", '""'],
        ["=A1", "\u00a0x", "\\", "#N/A", "a;b\tc", "\u2019"],
    ]
    warehouse.drop(text([HEADER, *odd]))
    assert warehouse.raw() == odd
    stray = text([HEADER]) + b'7,5" 7,"a" b,1,2,3\r\n8,b,c,d,e\r\n9,b,c,d,e,f\r\n'  # quotes left open, a cell left out
    warehouse.drop(stray, "stray.csv")
    assert warehouse.raw()[2:] == [["7", '5" 7', "a b", "1", "2", "3"], ["8", "b", "c", "d", "e", None], [*"9bcdef"]]


def test_numbers_and_dates_of_a_workbook_become_text_without_loss(warehouse):
    cells = [123456789012345, True, 0.1 + 0.2, 17.0, datetime(2024, 3, 1), datetime(2024, 3, 1, 9, 30)]
    warehouse.drop(
        workbook({"List": [HEADER, cells, ["00123", "", "", 45383, date(2024, 3, 31), "31/03/24"]]}), "a.xlsx"
    )
    assert warehouse.raw() == [
        ["123456789012345", "TRUE", "0.3", "17", "2024-03-01", "2024-03-01 09:30:00"],
        ["00123", None, None, "45383", "2024-03-31", "31/03/24"],
    ]


LONG = text([HEADER, *ROWS * 700])
BROKEN = {
    "a cell too many": (LONG + b"Quux,M,WBRI,1,2,3,Zebedee\r\n", "row 2102 has 7 cells under a header of 6"),
    "a row that breaks off": (LONG + b"Quux,M,WB", "its last row stops"),
    "an open quotation mark": (LONG + b'Quux,M,"WB\r\nQuux,M\r\n', "a quotation mark opens in row 2102"),
    "NUL": (LONG + b"Quux,M\0,WBRI,1,2,3\r\n", "binary"),
    "bytes that are no text": (LONG + b"Quux\x81,M,caf\xe9,1,2,3\r\n", "characters that are not text"),
}


@pytest.mark.parametrize(("content", "said"), BROKEN.values(), ids=BROKEN)
def test_a_fault_far_below_the_head_refuses_the_file_and_loads_nothing_of_it(warehouse, content, said):
    [ledger] = warehouse.drop(content)
    assert ledger["status"] == "refused"
    assert said in ledger["found"]
    assert (ledger["version"], ledger["loaded_at"], ledger["row_count"]) == (None, None, None)
    assert "Quux" not in str(ledger) + str(warehouse.said)
    assert warehouse.raw() == []
    warehouse.drop(LONG, "again.csv")
    assert len(warehouse.raw()) == 2100


def test_every_version_is_kept_and_an_empty_list_is_one(warehouse):
    warehouse.drop(text([HEADER, *ROWS]), "first.csv")
    [second] = warehouse.drop(text([HEADER, *ROWS[:2]]), "second.csv")
    [third] = warehouse.drop(text([HEADER]), "third.csv")
    assert (second["version"], third["version"], third["status"], third["row_count"]) == (2, 3, "accepted", 0)
    assert warehouse.raw("version, source_row") == [[1, 2], [1, 3], [1, 4], [2, 2], [2, 3]]


def test_what_a_killed_run_left_of_a_list_is_removed(warehouse):
    (warehouse.path / "vault").mkdir()
    left = warehouse.path / "vault" / f"{bulk.TEMPORARY}killed"
    left.mkdir()
    (left / "list.csv").write_text("Zebedee Quux")
    half = warehouse.path / "vault" / f"{vault.ARRIVING}1234"
    half.write_text("Zebedee")
    warehouse.drop(text([HEADER, *ROWS]))
    assert not left.exists()
    assert not half.exists()


# Checks


def judged(warehouse, extract):
    """Judge a raw table as a run does; returns {check_id: places} of the checks that failed."""
    from data_quality.expectations import judge  # takes seconds to import

    checks = [check for check in contract_checks().values() if check.table == f"raw.{extract}"]
    warehouse.con.close()  # two connections of a process do not open one file in two ways
    verdicts = judge(warehouse.file, checks)
    warehouse.con = duckdb.connect(str(warehouse.file))
    assert len(verdicts) == len(checks) == 4
    said = [(v.check, "passed" if v.passed else "failed", v.breaches) for v in verdicts]
    findings.record(warehouse.con, "run", "great_expectations", said)
    findings.refresh_contracts(warehouse.con, [(v.check, v.breaches, v.places) for v in verdicts])
    return {
        v.check.check_id.removeprefix(f"{extract}_"): "; ".join(map(str, v.places)) for v in verdicts if not v.passed
    }


def test_checks_judge_the_newest_version_of_what_has_not_passed_yet(warehouse):
    blank = [[*row[:2], " ", *row[3:]] for row in ROWS]
    warehouse.drop(text([HEADER, *ROWS]), month=date(2024, 1, 1))
    assert judged(warehouse, CONTACTS) == {}
    # a single row without its child holds nothing back: the audit of the lists finds it
    warehouse.drop(text([HEADER, *blank, ["", "F", "", "", "", "6: Police"]]), month=date(2024, 2, 1))
    wrong = {"required_columns_are_filled": "E09000008 2024-02 version 1, column ethnicity_code"}
    assert judged(warehouse, CONTACTS) == wrong
    warehouse.drop(text([HEADER, *ROWS]), month=MARCH)
    assert judged(warehouse, CONTACTS) == wrong  # February is still wrong
    [said] = warehouse.rows("select message from quality.findings where status = 'open'")
    assert said["message"].startswith(
        'Annex A list 1, contacts, February 2024: the column "Ethnicity" is blank in every row. Measures and breakdowns'
    )
    [said] = warehouse.rows("select severity from quality.findings where status = 'open'")
    assert said["severity"] == "warning"
    warehouse.drop(text([HEADER, *ROWS[:1]]), "corrected.csv", month=date(2024, 2, 1))
    assert judged(warehouse, CONTACTS) == {}
    # January has passed and is not read again
    warehouse.con.execute("update raw.annex_a_contacts set child_id = null where reporting_month = date '2024-01-01'")
    assert judged(warehouse, CONTACTS) == {}


def test_nothing_of_a_person_leaves_the_raw_tables(warehouse, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    planted = {"direct": "ZZPLANTED-D", "staff": "ZZPLANTED-W", "special": "ZZPLANTED-S", "quasi": "ZZPLANTED-Q"}
    sheets = {}
    for name, contract in LISTS.items():
        cells = [planted.get(column.personal, "") + f" {column.name}" for column in contract.columns]
        sheets[name] = [[column.headers[0] for column in contract.columns], cells]
    sheets["annex_a_cin"][0][2] = "Ethnic"
    sheets["annex_a_lac"][1][0] = ""
    warehouse.drop(workbook(sheets), "lists.xlsx")
    for n, (name, rows) in enumerate(sheets.items()):
        broken = text(rows) + b'"' if n % 2 else text([*rows, [*rows[1], "ZZPLANTED more"]])
        warehouse.drop(broken, f"{name}.csv")
        warehouse.drop(text(rows[1:]), f"{name} without a header.csv")
    blank = "E09000008 2024-03 version 1, column child_id"
    assert judged(warehouse, "annex_a_lac")["decisive_columns_are_filled"] == blank
    statuses = warehouse.rows("select status, count(*) as n from quality.ingest_ledger group by all")
    assert {row["status"]: row["n"] for row in statuses} == {"accepted": 6, "refused": 15}
    assert any("ZZPLANTED-D" in str(row) for row in warehouse.rows("from raw.annex_a_contacts"))
    printed = capfd.readouterr()
    left = [warehouse.said, caplog.text, printed.out, printed.err]
    left += [warehouse.rows(f"from quality.{name}") for name in ("ingest_ledger", "findings", "check_results")]
    assert "ZZPLANTED" not in str(left)
