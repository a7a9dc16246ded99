"""A return as XML is read, and nothing in it followed."""

from datetime import date

import duckdb
import pytest

from data_quality.contracts import load_contracts
from ingestion import bulk, ledger
from ingestion.identify import identify
from ingestion.load import load, prepare
from ingestion.reading import read_tables
from ingestion.receive import receive
from ingestion.tables import HEAD_ROWS, NotUsedError, RefusedError
from ingestion.xml_layout import CENSUS, SSDA903
from ingestion.xml_return import part_rows

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
    return [cells for name, cells in part_rows(path) if name == part]


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
    assert said.startswith("a web page") or refused.value.expected == CENSUS.expected


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


CARE = (
    "<EXPSSDA903><CHILD><HEADER><CHILDID>B1</CHILDID><UPN>UN1</UPN><SEX>2</SEX><DOB>04/05/2008</DOB>"
    "<ETHNIC>WBRI</ETHNIC><UASC>1</UASC><DUC>03/04/2026</DUC><AREVIEW><REVIEW>01/05/2013</REVIEW>"
    "<REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW><AREVIEW><REVIEW>01/09/2013</REVIEW><REVIEW_CODE>PN2</REVIEW_CODE>"
    "</AREVIEW><MOTHER /><MC_DOB /><PERMANENCE><PREV_PERM>Z1</PREV_PERM></PERMANENCE><OC2><HEALTH_CHECK>1"
    "</HEALTH_CHECK><IMMUNISATIONS>1</IMMUNISATIONS></OC2></HEADER>"
    "<EPISODE><DECOM>06/01/2013</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N4</CIN><PL>U4</PL><DEC /><REC /></EPISODE></CHILD>"
    "<CHILD><HEADER><CHILDID>B2</CHILDID><SEX>1</SEX><DOB>05/05/2009</DOB><ETHNIC>MOTH</ETHNIC><UASC>0</UASC>"
    "<IN_TOUCH>YES</IN_TOUCH><ACTIV>F1</ACTIV></HEADER></CHILD></EXPSSDA903>"
)


def test_a_block_of_the_census_that_no_measure_needs_is_named(tmp_path):
    path = tmp_path / "census.xml"
    block = "<PreProceedingsandFGDM><PPStartDate>2026-01-09</PPStartDate><FGDMMeetingOffer>1</FGDMMeetingOffer>"
    content = (HEAD + CHILDREN).replace("</CINdetails>", block + "</PreProceedingsandFGDM></CINdetails>", 1)
    path.write_text(content)
    aside = []
    for table in read_tables(path):
        try:
            identify(table, load_contracts().values(), MONTHS[0])
        except NotUsedError as known:
            aside.append(str(known))
    assert aside == ["CIN census, pre-proceedings and family group decision making"]


def test_an_ssda903_return_is_a_table_for_each_module(tmp_path):
    path = tmp_path / "return.xml"
    path.write_text(HEAD + CARE)
    loaded, left_aside = {}, {}
    for table in read_tables(path):
        try:
            loaded[table.sheet] = identify(table, load_contracts().values(), MONTHS[0]).extract
        except NotUsedError as known:
            left_aside[table.sheet] = str(known)
    assert loaded == {
        "CHILD": "ssda903_header",
        "EPISODE": "ssda903_episodes",
        "AREVIEW": "ssda903_reviews",
        "AMISSING": "ssda903_missing",
        "UASC": "ssda903_uasc",
    }
    assert left_aside == {
        "OC2": "SSDA903, OC2, outcomes of children looked after",
        "OC3": "SSDA903, OC3, care leavers",
        "previous permanence": "SSDA903, previous permanence",
    }
    assert rows_of(path, "CHILD") == [
        ["B1", "2", "04/05/2008", "WBRI", "UN1", "", ""],
        ["B2", "1", "05/05/2009", "MOTH", "", "", ""],
    ]
    assert rows_of(path, "UASC") == [["B1", "2", "04/05/2008", "03/04/2026"]]
    assert rows_of(path, "AREVIEW") == [
        ["B1", "04/05/2008", "01/05/2013", "PN1"],
        ["B1", "04/05/2008", "01/09/2013", "PN2"],
    ]
    assert [row[:7] for row in rows_of(path, "EPISODE")] == [["B1", "06/01/2013", "S", "C2", "N4", "U4", ""]]
    assert rows_of(path, "AMISSING") == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(HEAD + CARE[:-30], "ends in line 2"), (f"{HEAD}\n{CARE.replace('</RNE>', '</RN>')}", "broken in line 3")],
)
def test_an_ssda903_return_that_is_cut_or_broken_names_the_line(tmp_path, content, said):
    path = tmp_path / "return.xml"
    path.write_text(content)
    with pytest.raises(RefusedError) as refused:
        read_tables(path)
    assert said in refused.value.found
    assert refused.value.expected == SSDA903.expected


@pytest.fixture
def delivered(tmp_path, monkeypatch):
    """A warehouse that has received a census, and how often its elements were read since."""
    landing, vault = tmp_path / "landing", tmp_path / "vault"
    file = landing / "ealing" / "2013-05" / "census.xml"
    file.parent.mkdir(parents=True)
    read = []
    monkeypatch.setattr(bulk, "part_rows", lambda path: read.append(path) or part_rows(path))

    def deliver(content: str):
        file.write_text(content)
        ledger.prepare(con)
        prepare(con, CENSUS_PARTS)
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
    with pytest.raises(RefusedError, match="no row of a children in need census in it"):
        read_tables(path)


def test_a_census_with_a_prefix_is_the_same(tmp_path):
    path, prefixed = tmp_path / "census.xml", tmp_path / "prefixed.xml"
    path.write_text(HEAD + CHILDREN)
    text = CHILDREN.replace("</", "|").replace("<", "<n:").replace("|", "</n:")
    prefixed.write_text(HEAD + text.replace("<n:Message", '<n:Message xmlns:n="urn:other"', 1))
    assert list(part_rows(prefixed)) == list(part_rows(path))
