"""A census is read, and nothing in it followed."""

from datetime import date

import duckdb
import pytest

from data_quality.contracts import load_contracts
from ingestion import bulk, ledger
from ingestion.census import CENSUS, census_rows
from ingestion.identify import identify
from ingestion.load import load, prepare
from ingestion.reading import read_tables
from ingestion.receive import receive
from ingestion.tables import HEAD_ROWS, RefusedError

MONTHS = [date(2013, 4, 1), date(2013, 5, 1)]
HEAD = '<?xml version="1.0"?>\n'
CHILDREN = (
    "<Message><Header/><Children><Child><ChildIdentifiers><LAchildID>A1</LAchildID>"
    "<PersonBirthDate>2010-05-06</PersonBirthDate><GenderCurrent>F</GenderCurrent></ChildIdentifiers>"
    "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities><Disability>MOB</Disability>"
    "<Disability>LD</Disability></Disabilities></ChildCharacteristics>"
    "<CINdetails><CINreferralDate>2013-04-02</CINreferralDate><DateOfInitialCPC>2013-04-20</DateOfInitialCPC>"
    "<Assessments><AssessmentActualStartDate>2013-04-03</AssessmentActualStartDate><FactorsIdentifiedAtAssessment>"
    "<AssessmentFactors>2B</AssessmentFactors><AssessmentFactors>3A</AssessmentFactors></FactorsIdentifiedAtAssessment>"
    "</Assessments><Section47><S47ActualStartDate>2013-04-05</S47ActualStartDate></Section47>"
    "<ChildProtectionPlans><CPPstartDate>2013-04-20</CPPstartDate><NumberOfPreviousCPP>1</NumberOfPreviousCPP>"
    "<Reviews><CPPreviewDate>2013-07-18</CPPreviewDate></Reviews><Reviews><CPPreviewDate>2014-01-10</CPPreviewDate>"
    "</Reviews></ChildProtectionPlans><ReferralNFA>false</ReferralNFA></CINdetails></Child></Children></Message>"
)
ONE = CHILDREN[CHILDREN.index("<Child>") : CHILDREN.index("</Children>")]
CENSUS_PARTS = [contract for contract in load_contracts().values() if contract.dataset == "cin_census"]


def rows_of(path, part):
    return [cells for name, cells in census_rows(path) if name == part]


def test_a_census_is_a_table_for_each_part_with_what_holds_around_it(tmp_path):
    path = tmp_path / "return.dat"
    path.write_text(HEAD + CHILDREN)
    tables = {table.sheet: table for table in read_tables(path)}
    assert [identify(table, load_contracts().values(), MONTHS[0]).extract for table in tables.values()] == [
        f"cin_census_{part}" for part in ("assessments", "cpp", "cpp_reviews", "plans", "referrals", "section_47")
    ]
    child = ["A1", "2010-05-06", "", "F", "WBRI", "MOB,LD", "2013-04-02"]
    assert rows_of(path, "Reviews") == [
        [*child, "2013-04-20", "2013-07-18"],
        [*child, "2013-04-20", "2014-01-10"],
    ]
    assert rows_of(path, "Assessments") == [[*child, "2013-04-03", "", "", "2B,3A"]]
    # a conference of the episode is none of the enquiry, unless it says so itself
    assert rows_of(path, "Section47") == [[*child, "2013-04-05", "", "", ""]]
    assert len(tables["CINPlanDates"].rows) == 1


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HARM = {
    "billion laughs": (
        f'{HEAD}<!DOCTYPE Message [<!ENTITY l0 "ha">{LAUGHS}]>' + CHILDREN.replace("<LAchildID>A1", "<LAchildID>&l9;"),
        "declares a document type",
    ),
    "external entity": (
        f'{HEAD}<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + CHILDREN.replace(">A1<", ">&x;<"),
        "declares a document type",
    ),
    "document type": (
        f'{HEAD}<!DOCTYPE Message SYSTEM "http://127.0.0.1/m.dtd">{CHILDREN}',
        "declares a document type",
    ),
    "truncated": (HEAD + CHILDREN[:-40], "truncated"),
    "broken": (HEAD + CHILDREN.replace("</CINdetails>", "</CINdetail>"), "broken in line 2"),
    "undeclared entity": (HEAD + CHILDREN.replace(">A1<", ">&secret;<"), "broken in line 2"),
    "too deep": (HEAD + CHILDREN.replace("<Header/>", "<a>" * 40 + "</a>" * 40), "32 deep"),
    "endless text": (HEAD + CHILDREN.replace(">A1<", f">{'A' * 70_000}<"), "65,536 letters"),
    "another file": (f"{HEAD}<Workbook><Table/></Workbook>", "a web page (HTML or XML)"),
}


@pytest.mark.parametrize(("content", "said"), HARM.values(), ids=HARM)
def test_a_census_that_could_do_harm_or_is_cut_is_refused(tmp_path, content, said):
    path = tmp_path / "census.xml"
    path.write_text(content)
    with pytest.raises(RefusedError) as refused:
        read_tables(path)
    assert said in refused.value.found
    assert "A1" not in str(refused.value)
    assert said.startswith("a web page") or refused.value.expected == CENSUS


def test_a_census_without_end_is_read_a_child_at_a_time(tmp_path):
    path = tmp_path / "census.xml"
    path.write_text(CHILDREN.replace("</Children>", ONE * 3_000 + "</Children>"))
    assert len(rows_of(path, "Reviews")) == 2 * 3_001
    assert {table.is_complete for table in read_tables(path)} == {False}


@pytest.mark.parametrize("harm", ["truncated", "broken", "undeclared entity"])
def test_a_census_is_followed_to_its_end_before_any_of_it_is_accepted(tmp_path, harm):
    path, (content, said) = tmp_path / "census.xml", HARM[harm]
    start = content.index("<Child>")
    path.write_text(content[:start] + ONE * HEAD_ROWS + content[start:])
    with pytest.raises(RefusedError) as refused:
        read_tables(path)
    assert said.split(" in line")[0] in refused.value.found


@pytest.fixture
def delivered(tmp_path, monkeypatch):
    """A warehouse that has received a census, and how often its elements were read since."""
    landing, vault = tmp_path / "landing", tmp_path / "vault"
    file = landing / "ealing" / "2013-05" / "census.xml"
    file.parent.mkdir(parents=True)
    read = []
    monkeypatch.setattr(bulk, "census_rows", lambda path: read.append(path) or census_rows(path))

    def deliver(content: str):
        file.write_text(content)
        ledger.prepare(con)
        for contract in CENSUS_PARTS:
            prepare(con, contract)
        assert {status for _, status in receive(con, landing, vault, load_contracts(), MONTHS[0])} == {"accepted"}
        return con, vault, read

    with duckdb.connect() as con:
        con.execute("create schema raw")
        yield deliver


def test_a_census_is_read_once_for_all_its_parts_and_what_a_killed_run_left_once_more(delivered):
    con, vault, read = delivered(CHILDREN)
    assert load(con, CENSUS_PARTS[:1], vault, MONTHS) == {"cin_census_assessments": 1}
    assert len(read) == 1
    rows = {"cpp": 1, "cpp_reviews": 2, "plans": 0, "referrals": 1, "section_47": 1}
    assert load(con, CENSUS_PARTS, vault, MONTHS) == {"cin_census_assessments": 0} | {
        f"cin_census_{part}": count for part, count in rows.items()
    }
    assert len(read) == 2
    numbers = con.execute("select source_row, review_date, version from raw.cin_census_cpp_reviews").fetchall()
    assert numbers == [(2, "2013-07-18", 1), (3, "2014-01-10", 1)]
    assert sum(load(con, CENSUS_PARTS, vault, MONTHS).values()) == 0
    assert len(read) == 2
    assert list(vault.glob(".*")) == []


def test_a_census_refused_far_below_its_head_loads_nothing(delivered):
    long = ONE.replace(">A1<", f">{'A' * 70_000}<")
    con, vault, _ = delivered(CHILDREN.replace("</Children>", ONE * 2 * HEAD_ROWS + long + "</Children>"))
    assert sum(load(con, CENSUS_PARTS, vault, MONTHS).values()) == 0
    ends = con.execute("select distinct status, version, loaded_at, found from quality.ingest_ledger").fetchall()
    assert ends == [("refused", None, None, "The XML has an element of over 65,536 letters")]
    assert con.execute("select count(*) from raw.cin_census_referrals").fetchone() == (0,)


@pytest.mark.parametrize(
    "content",
    [
        '<Message xmlns="urn:school"><Pupils><Pupil><UPN>1</UPN></Pupil></Pupils></Message>',
        "<Message/>",
    ],
)
def test_a_census_without_a_row_is_refused_and_not_taken_for_no_children(tmp_path, content):
    path = tmp_path / "census.xml"
    path.write_text(content)
    with pytest.raises(RefusedError, match="no referral of a child in it"):
        read_tables(path)


def test_a_census_with_a_prefix_is_the_same(tmp_path):
    path, prefixed = tmp_path / "census.xml", tmp_path / "prefixed.xml"
    path.write_text(HEAD + CHILDREN)
    text = CHILDREN.replace("</", "|").replace("<", "<n:").replace("|", "</n:")
    prefixed.write_text(HEAD + text.replace("<n:Message", '<n:Message xmlns:n="urn:other"', 1))
    assert list(census_rows(prefixed)) == list(census_rows(path))
