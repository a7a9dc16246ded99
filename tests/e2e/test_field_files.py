"""What case systems and spreadsheets really write, one situation for each authority, in one run. Counted by hand."""

import csv
from datetime import date

import pytest
from conftest import ask
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from data_quality.contracts import load_contracts

pytestmark = pytest.mark.long

MONTHS_OF_2024 = [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]
KNOWN = {"gender_code": "Female", "ethnicity_code": "WBRI", "allocated_team": "1", "allocated_worker": "1"}
YES_NO = {"disability_code": "No", "is_emergency_protected": "No", "is_uasc": "No", "is_second_period": "No"}
CARE = {
    "need_code": "N1",
    "legal_status_code": "C2",
    "placement_type_code": "U4",
    "placement_provider_code": "PR1",
    "placement_location_code": "IN",
    "placement_postcode": "-",
    "placement_authority": "-",
    "placements_last_12_months": "1",
    "missing_episodes_12_months": "0",
    "absent_episodes_12_months": "0",
}


def table(extract, rows, *without):
    """The header of a contract's list and rows of it, for cells by the names of the contract's columns."""
    columns = [c for c in load_contracts()[extract].columns if c.name not in without]
    columns = [c for c in columns if c.required or any(c.name in row for row in rows)]
    filled = KNOWN | YES_NO | CARE | {"initial_category_code": "NEG", "latest_category_code": "NEG"}
    cells = [[(filled | row).get(c.name, "") for c in columns] for row in rows]
    return [[c.headers[0] for c in columns], *cells]


def write(landing, place, rows, delimiter=","):
    path = landing / place
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def plan(child, start, end=""):
    return {"child_id": child, "cpp_start_date": start, "cpp_end_date": end, "previous_plans": "0"}


def care(child, start, end=""):
    started = {"lac_start_date": start, "legal_status_start_date": start, "placement_start_date": start}
    return {"child_id": child, "lac_end_date": end, **started}


def write_with_errors(path):
    """Of three children in care, the end of one's care and the id of another's row are errors of a lookup."""
    book = Workbook()
    sheet = book.active
    for row in table(
        "annex_a_lac", [care("Y1", "2024-01-08", "-"), care("Y2", "2023-04-01"), care("Y3", "2024-02-01")]
    ):
        sheet.append(row)
    ends = next(cell.column for cell in sheet[1] if cell.value == "Date Ceased to be Looked After")
    sheet.cell(2, ends).value = None
    for row, column in ((3, ends), (4, 1)):
        sheet.cell(row, column).value = "#N/A"
        sheet.cell(row, column).data_type = "e"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def write_book(path, sheets, epoch=None):
    book = Workbook()
    if epoch:
        book.epoch = epoch
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def write_other_workbooks(landing):
    """A workbook with lists that no measure needs; one that counts its days from 1904; one with a title, a total and a source."""
    contact = {"child_id": "K1", "contact_date": "04/03/2024", "contact_source_code": "1A", "age_years": "6.14"}
    in_care = care("K1", "06/03/2024") | {"is_uasc": "No", "allocated_worker": "#N/A"}
    sheets = {"List 1": table("annex_a_contacts", [contact]), "List 8": table("annex_a_lac", [in_care])}
    sheets["List 8"][0] = [header.replace("(Y/N)", "(Y/N))") for header in sheets["List 8"][0]]
    aside = {
        2: ["Organisation completing assessment"],
        9: ["Eligibility Category", "LA in Touch"],
        10: ["Date of Decision that Child Should be Placed for Adoption"],
        11: ["Individual adopter identifier"],
    }
    sheets |= {
        f"List {number}": [["Child Unique ID", "Gender", *headers], ["K1", "Female", *["x"] * len(headers)]]
        for number, headers in aside.items()
    }
    write_book(landing / "hounslow/2024-03/annex a.xlsx", sheets)
    in_care = [care("X1", date(2024, 2, 29)), care("X2", date(2023, 4, 1), date(2024, 3, 15))]
    sheets = {"List 8": table("annex_a_lac", [*in_care, care("X3", date(2024, 3, 31))])}
    write_book(landing / "kingston-upon-thames/2024-03/list 8.xlsx", sheets, CALENDAR_MAC_1904)
    header, *rows = table("annex_a_cpp", [plan("T1", "05/03/2024"), plan("T2", "05/02/2023", "11/03/2024")])
    header = [None, *(name.replace(" Plan", "\nPlan") for name in header)]
    below = [[], [None, "Total", 2], [None, "Source: the case system, 2 April 2024"]]
    rows = [["checked", *row] for row in rows]
    sheet = [["Child protection plans, March 2024"], [], header, *rows, *below]
    write_book(landing / "richmond-upon-thames/2024-03/plans.xlsx", {"Plans": sheet})


def write_other_returns(landing):
    """The return on children looked after as one XML, with the end and start of care on one day; factors of a database."""
    head = "<CHILDID>{}</CHILDID><UPN>UN1</UPN><SEX>2</SEX><DOB>{}</DOB><ETHNIC>WBRI</ETHNIC>"
    spell = (
        "<EPISODE><DECOM>{}</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U4</PL><DEC>{}</DEC><REC>{}</REC></EPISODE>"
    )
    again = spell.format("08/01/2024", "11/03/2024", "E4A") + spell.format("11/03/2024", "", "")
    children = [
        ("V1", "04/05/2012", again),
        ("V2", "01/04/2006", spell.format("10/10/2022", "01/04/2024", "E17")),  # the 18th birthday
        ("V3", "29/02/2012", spell.format("29/02/2024", "29/02/2024", "E8")),
    ]
    body = "".join(f"<CHILD><HEADER>{head.format(i, born)}</HEADER>{spells}</CHILD>" for i, born, spells in children)
    path = landing / "havering/2024-03/return.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<?xml version='1.0' encoding='us-ascii'?><EXPSSDA903>{body}</EXPSSDA903>")
    said = ['["2B", "3A"]', '{"2B": "Yes", "3A": "Yes", "4C": "No"}', "2B, 3A", "[]", "{}", '["21"]', "{}"]
    head = ["cina_assessment_id", "cina_person_id", "cina_assessment_start_date", "cina_assessment_auth_date"]
    rows = [[f"A{n}", f"F{n}", f"2024-03-0{n}", "2024-03-22" if n < 7 else ""] for n in range(1, 8)]
    write(landing, "greenwich/2024-03/assessments.csv", [head, *rows])
    head = ["cinf_table_id", "cinf_assessment_id", "cinf_assessment_factors_json"]
    rows = [[n, f"A{n}", text] for n, text in enumerate(said, start=1)]
    write(landing, "greenwich/2024-03/factors.csv", [head, *rows])


def write_prefixed_census(path):
    """A census in windows-1252, with a prefix before each element, a comment, CDATA and blanks that are nil."""
    plan = (
        "<n:ChildProtectionPlans><n:CPPstartDate>2024-02-15</n:CPPstartDate><n:InitialCategoryOfAbuse>NEG"
        "</n:InitialCategoryOfAbuse><n:LatestCategoryOfAbuse>NEG</n:LatestCategoryOfAbuse><n:NumberOfPreviousCPP>0</n:NumberOfPreviousCPP></n:ChildProtectionPlans>"
    )
    nil = '<n:CINclosureDate x:nil="true"/><n:ReasonForClosure x:nil="true"/>'
    children = "".join(
        f"<n:Child><n:ChildIdentifiers><n:LAchildID>{child}</n:LAchildID><n:PersonBirthDate>2015-03-27"
        f"</n:PersonBirthDate><!-- c --><n:Sex><![CDATA[F]]></n:Sex></n:ChildIdentifiers><n:ChildCharacteristics>"
        f"<n:Ethnicity>WBRI</n:Ethnicity></n:ChildCharacteristics><n:CINdetails><n:CINreferralDate>2024-02-0{day}"
        f"</n:CINreferralDate><n:ReferralSource>1A</n:ReferralSource><n:PrimaryNeedCode>N1</n:PrimaryNeedCode>{own}"
        f"<n:ReferralNFA>0</n:ReferralNFA></n:CINdetails></n:Child>"
        for child, day, own in (("C\xe91", 1, plan), ("C2", 2, nil))
    )
    head = '<n:Message xmlns:n="http://example.org/cin" xmlns:x="http://www.w3.org/2001/XMLSchema-instance">'
    kind = "<n:Header><n:CollectionDetails><n:Collection>CIN</n:Collection></n:CollectionDetails></n:Header>"
    text = f'<?xml version="1.0" encoding="windows-1252"?>{head}{kind}<n:Children>{children}</n:Children></n:Message>'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("cp1252"))


def census_child(number, disabilities, case):
    """A child of the census with a plan of 12 March, and what else the case says."""
    identity = f"<LAchildID>C{number}</LAchildID><PersonBirthDate>2016-02-11</PersonBirthDate><Sex>F</Sex>"
    given = "".join(f"<Disability>{disability}</Disability>" for disability in disabilities)
    return f"""<Child><ChildIdentifiers>{identity}</ChildIdentifiers>
<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities>{given}</Disabilities></ChildCharacteristics>
<CINdetails><CINreferralDate>2024-03-04</CINreferralDate><ReferralSource>1A</ReferralSource>
<PrimaryNeedCode>N1</PrimaryNeedCode>{case}<ReferralNFA>false</ReferralNFA>
<ChildProtectionPlans><CPPstartDate>2024-03-12</CPPstartDate><InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>
<LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse><NumberOfPreviousCPP>0</NumberOfPreviousCPP></ChildProtectionPlans>
</CINdetails></Child>"""


def write_census(path):
    """Of two children on a plan one moved in, so that the conference stands with the referral."""
    moved_in = "<DateOfInitialCPC>2024-03-12</DateOfInitialCPC>"
    enquiry = f"<Section47><S47ActualStartDate>2024-03-06</S47ActualStartDate>{moved_in}</Section47>"
    children = census_child(1, ["NONE", "HEAR"], moved_in) + census_child(2, ["HAND", "HEAR"], enquiry)
    proceedings = "<PreProceedingsandFGDM><PPStartDate>2024-03-09</PPStartDate><FGDMMeetingOffer>1</FGDMMeetingOffer>"
    children = children.replace("</CINdetails>", f"{proceedings}</PreProceedingsandFGDM>stray</CINdetails>", 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "<Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year></CollectionDetails></Header>"
    path.write_text(f"<Message>{head}<Children>{children}</Children></Message>")


def write_in_other_forms(landing):
    """Of February, one list each: what is written otherwise than a contract has it, and means the same."""
    # the council's folder as it calls itself, bars between the cells, and dates with dots and two digits
    write(landing, "Islington Council/2024-02/list.csv", table("annex_a_cpp", [plan("I1", "05.02.24")]), "|")
    # a note of two lines in the first row and in a header, and the id of a case system
    lines = table("annex_a_cpp", [plan("M1", "05/02/2024") | {"allocated_worker": 'seen,\n"once"'}])
    lines[0] = [{"Child Unique ID": "LCS ID"}.get(header, header.replace(" ", "\n", 1)) for header in lines[0]]
    write(landing, "lambeth/2024-02/list.csv", lines)
    # the header given again on the next page, and a total
    header, first, second = table("annex_a_cpp", [plan("W1", "05/02/2024"), plan("W2", "06/02/2024")])
    write(landing, "lewisham/2024-02/list.csv", [header, first, header, second, ["Total", "2"]])
    # sex beside gender, which is partly blank
    both = table("annex_a_cpp", [plan("T1", "05/02/2024"), plan("T2", "06/02/2024") | {"gender_code": ""}])
    write(landing, "merton/2024-02/list.csv", [[*row, ("Sex", "M", "M")[i]] for i, row in enumerate(both)])
    contacts = [["cont_person_id", "cont_contact_date", "cont_contact_source_code"], ["N1", "2024-02-05", "1A"]]
    write(landing, "newham/2024-02/contacts.csv", [*contacts, ["N2", "2024-02-06", "2A"]])


def write_without_ids(landing):
    """Tables of the dataset without the ids of their own rows, nor of the plans that visits and reviews are of."""
    first = {"cpp_start_date": "2022-05-02", "cpp_end_date": "2023-06-01"}
    plans = [{"child_id": "P1"} | first, {"child_id": "P1", "cpp_start_date": "2024-01-10"}]
    plans.append({"child_id": "P2", "cpp_start_date": "2024-03-05"})
    visits = [("P1", "2023-05-20"), ("P1", "2024-03-11"), ("P2", "2024-03-18")]
    reviews = [("P1", "2023-06-01"), ("P1", "2024-03-20"), ("P2", "2024-03-01")]  # the last before the plan
    placed = {"child_id": "L1", "period_id": "C1"}
    rows = {
        "ssd_cp_plans": plans,
        "ssd_cp_visits": [{"child_id": child, "visit_date": day} for child, day in visits],
        "ssd_cp_reviews": [{"child_id": child, "review_date": day} for child, day in reviews],
        "ssd_cin_plans": [{"child_id": "N1", "cin_plan_start_date": "2024-03-04", "cin_plan_end_date": ""}],
        "ssd_cla_episodes": [placed | {"episode_start_date": "2024-01-08", "episode_end_date": ""}],
        "ssd_cla_placement": [placed | {"placement_start_date": day} for day in ("2024-01-08", "2024-03-02")],
        "ssd_cla_reviews": [{"period_id": "C1", "review_date": "2024-02-01"}],
    }
    for extract, of_table in rows.items():
        write(landing, f"tower-hamlets/2024-03/{extract}.csv", table(extract, of_table))


@pytest.fixture(scope="module")
def home(new_home):
    home = new_home("field")
    landing = home.landing
    # modules of the return that no measure needs lie beside those that some need
    write(
        landing, "barnet/2024-03/oc3.csv", [["CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"], ["1", "", "YES", "F1", "U"]]
    )
    write(
        landing,
        "barnet/2024-03/header.csv",
        [["CHILD", "SEX", "DOB", "ETHNIC", "UPN"], ["h1", "2", "04/05/2012", "WBRI", "UN1"]],
    )
    episodes = ["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC"]
    write(
        landing, "barnet/2024-03/episodes.csv", [episodes, ["H1", "01/03/2024", "S", "C2", "N1", "U4", "PR1", "", ""]]
    )
    # a table of the dataset with the header of a later script, factors as answers, and genders by number
    person = ["pers_person_id", "pers_sex", "pers_gender", "pers_ethnicity", "pers_dob"]
    people = [["G1", "M", "01", "MWBa", "2012-05-04"], ["G2", "F", "00", "ORAB", "2013-05-04"]]
    write(landing, "bexley/2024-03/person.csv", [person, *people, ["-1", "U", "00", "NOBT", "1900-01-01"]])
    spells = ["clae_person_id", "clae_cla_episode_start_date", "clae_cla_id", "clae_cla_episode_ceased_date"]
    in_care = [["G1", "2023-06-01", "C1", ""], ["G2", "2023-07-10", "C2", "2024-01-15"]]
    write(landing, "bexley/2024-03/episodes.csv", [spells, *in_care])
    # a child left open in last year's return, one in two homes on one day, one who is not in the header
    children = [["L1", "2", "04/05/2012", "WBRI", "UN1"], ["L2", "1", "04/05/2013", "WBRI", "UN1"]]
    children.append(["L2", "1", "04/06/2013", "WBRI", "UN1"])
    write(landing, "hackney/2024-03/header.csv", [["CHILD", "SEX", "DOB", "ETHNIC", "UPN"], *children])
    care_of = ["S", "C2", "N1", "U4", "PR1"]
    spells_of = [
        ["L1", "10/01/2022", *care_of, "", ""],
        ["L1", "20/06/2023", *care_of, "15/09/2023", "E8"],
        ["L2", "05/03/2024", "P", "C2", "N1", "U6", "PR1", "", ""],
        ["L2", "05/03/2024", "S", "C2", "N1", "T4", "PR1", "05/03/2024", "X1"],
        ["L3", "11/03/2024", *care_of, "", ""],
    ]
    write(landing, "hackney/2024-03/episodes.csv", [episodes, *spells_of])
    write_census(landing / "haringey/2024-03/census.xml")
    # the zeros in front of the ids are gone in March
    write(landing, "brent/2024-02/list.csv", table("annex_a_cpp", [plan("0012345", "10/01/2024")]))
    saved = [plan("12345", "10/01/2024"), plan("777", "05/03/2024")]
    write(landing, "brent/2024-03/list.csv", table("annex_a_cpp", saved))
    write_with_errors(landing / "camden/2024-03/list 8.xlsx")
    # one list has no end dates, another one under a header that only resembles it
    open_plans = [plan("E1", "10/01/2024"), plan("E2", "05/03/2024")]
    write(landing, "ealing/2024-03/list.csv", table("annex_a_cpp", open_plans, "cpp_end_date"))
    renamed = table("annex_a_cpp", open_plans)
    renamed[0] = [h.replace("Protection Plan End Date", "Protection Plan Ended Date") for h in renamed[0]]
    write(landing, "enfield/2024-03/list.csv", renamed)
    # notes, brackets and underscores in headers, and an age with decimals
    noted = table("annex_a_cpp", [plan("S1", "05/03/2024") | {"age_years": "6.14"}])
    noted[0] = [header.upper().replace(" ", "_") + " (text))" for header in noted[0]]
    write(landing, "somerset/2024-03/list.csv", noted)
    write(landing, "nowhere/2024-03/list.csv", noted)
    write_in_other_forms(landing)
    write_without_ids(landing)
    write_other_workbooks(landing)
    write_other_returns(landing)
    write_prefixed_census(landing / "sutton/2024-02/census.txt")
    run = home.csc("run")
    assert run.returncode == 2, run.stderr  # Enfield waits for its header
    return home


def value(home, folder, measure, month="2024-03-01"):
    [(found,)] = home.ask(f"""
        select value from marts.kpi_monthly join reference.authorities using (authority_code)
        where folder = '{folder}' and measure_id = '{measure}' and month = date '{month}' and basis = 'computed'
        """)
    return found


@pytest.mark.parametrize(
    ("folder", "measure", "expected"),
    [
        ("barnet", "lac_total", 1),
        ("bexley", "lac_total", 1),
        ("brent", "cpp_total", 2),
        ("brent", "cpp_new", 1),
        ("camden", "lac_total", 2),  # with the one whose end nobody can read
        ("ealing", "cpp_new", 1),
        ("ealing", "cpp_total", None),
        ("ealing", "cpp_ceased", None),
        ("hackney", "lac_total", 2),  # L1 began another period of care and left
        ("hackney", "lac_new", 2),
        ("haringey", "cpp_new", 2),
        ("haringey", "cpp_transferred_in", 1),
        ("haringey", "conferences", 2),
        ("haringey", "conferences_timed", 1),
        ("havering", "lac_total", 2),  # V1 since the day on which the first period ended, and V2 until the day after
        ("havering", "lac_new", 1),
        ("havering", "lac_ceased", 1),
        ("hounslow", "contacts", 1),
        ("hounslow", "lac_total", 1),
        ("kingston-upon-thames", "lac_total", 2),
        ("kingston-upon-thames", "lac_new", 1),
        ("richmond-upon-thames", "cpp_total", 1),
        ("richmond-upon-thames", "cpp_new", 1),
        ("richmond-upon-thames", "cpp_ceased", 1),
        ("somerset", "cpp_total", 1),
        ("tower-hamlets", "cin_total", 1),
        ("tower-hamlets", "cpp_total", 2),
        ("tower-hamlets", "cpp_new", 1),
        ("tower-hamlets", "cpp_visits_made", 2),
        ("tower-hamlets", "lac_total", 1),
    ],
)
def test_a_figure_is_what_the_files_say(home, folder, measure, expected):
    assert value(home, folder, measure) == expected


@pytest.mark.parametrize(
    ("folder", "measure", "expected"),
    [
        ("islington", "cpp_new", 1),
        ("lambeth", "cpp_new", 1),
        ("lewisham", "cpp_new", 2),
        ("merton", "cpp_new", 2),
        ("newham", "contacts", 2),
        ("sutton", "referrals", 2),
        ("sutton", "cpp_new", 1),
    ],
)
def test_another_form_gives_the_same_figure(home, folder, measure, expected):
    assert value(home, folder, measure, "2024-02-01") == expected


def test_sex_is_read_where_gender_is_blank(home):
    genders = home.ask("select gender_code from core.fct_cpp where authority_code = 'E09000024' order by all")
    assert genders == [("F",), ("M",)]


def test_february_stands_though_march_writes_its_ids_otherwise(home):
    assert value(home, "brent", "cpp_total", "2024-02-01") == 1
    assert home.ask("select * from quality.withdrawals") == []


def test_what_no_measure_needs_is_left_aside_by_name(home):
    aside = ask(
        home.warehouse,
        """
        select split_part(file_path, '/', 1), notes from quality.ingest_ledger where status = 'ignored' order by all
        """,
    )
    assert aside == [
        ("barnet", "SSDA903, OC3, care leavers: no measure needs it."),
        ("haringey", "CIN census, pre-proceedings and family group decision making: no measure needs it."),
        ("hounslow", "Annex A, list 10, adoption: no measure needs it."),
        ("hounslow", "Annex A, list 11, prospective adopters: no measure needs it."),
        ("hounslow", "Annex A, list 2, early help: no measure needs it."),
        ("hounslow", "Annex A, list 9, care leavers: no measure needs it."),
    ]


def test_factors_are_read_from_a_list_an_object_of_answers_or_text(home):
    factors = home.ask("""
        select assessment_factors from core.fct_assessments where dataset = 'ssd' order by assessment_start_date""")
    assert [found for (found,) in factors] == ["2B,3A", "2B,3A", "2B,3A", "none", "none", "21", "none"]
    named = home.ask("select sum(observed) from quality.findings where check_id = 'census_8897q'")
    assert named == [(2,)]  # of those completed


def test_rows_without_ids_are_told_apart_by_child_and_day(home):
    of = "authority_code = 'E09000030' order by all"
    plans = home.ask(
        f"select cpp_start_date, previous_plans, last_visit_date, last_review_date from core.fct_cpp where {of}"
    )
    assert plans == [
        (date(2022, 5, 2), 0, date(2023, 5, 20), date(2023, 6, 1)),  # reviewed on the day on which it ended
        (date(2024, 1, 10), 1, date(2024, 3, 11), date(2024, 3, 20)),
        (date(2024, 3, 5), 0, date(2024, 3, 18), None),
    ]
    assert home.ask(f"select review_date from core.fct_cpp_reviews where {of}") == [
        (date(2023, 6, 1),),
        (date(2024, 3, 20),),
    ]
    assert home.ask(f"select review_date from core.fct_lac_reviews where {of}") == [(date(2024, 2, 1),)]
    homes = home.ask(f"select placement_start_date from core.fct_lac_placements where {of}")
    assert homes == [(date(2024, 1, 8),), (date(2024, 3, 2),)]


def test_days_counted_from_1904_are_the_days_that_were_meant(home):
    began = home.ask("select lac_start_date from core.fct_lac where authority_code = 'E09000021' order by all")
    assert began == [(date(2023, 4, 1),), (date(2024, 2, 29),), (date(2024, 3, 31),)]


def test_a_yearly_return_tells_of_the_months_of_its_year(home):
    figures = home.ask("""
        select
            month,
            max(case when measure_id = 'lac_total' then value end),
            max(case when measure_id = 'lac_new' then value end),
            max(case when measure_id = 'lac_ceased' then value end),
            max(case when measure_id = 'lac_ceased' then ytd_value end),
            count(case when measure_id = 'lac_3plus_placements' then value end)
        from marts.kpi_monthly where authority_code = 'E09000016' group by month order by month""")
    assert [month for month, *_ in figures] == [*(date(2023, m, 1) for m in range(4, 13)), *MONTHS_OF_2024]
    assert [told for _, *told in figures[:9]] == [[1, 0, 0, 0, 0]] * 9  # V2 alone
    # V1 in January, V3 on one day of February, V1 again in March; of homes only the month of the return tells
    assert [told for _, *told in figures[9:]] == [[2, 1, 0, 0, 0], [2, 1, 1, 1, 0], [2, 1, 1, 2, 1]]


def test_a_monthly_list_tells_of_its_month_alone(home):
    months = home.ask("select distinct month from marts.kpi_monthly where authority_code = 'E09000018'")
    assert months == [(date(2024, 3, 1),)]


def test_a_census_is_read_below_prefixes_comments_and_what_is_nil(home):
    referred = home.ask("select gender_code, close_date from core.fct_referrals where authority_code = 'E09000029'")
    assert referred == [("F", None), ("F", None)]


def test_genders_and_ethnicities_of_the_case_system_are_known(home):
    # the header that Lewisham gives again has spellings that nobody knows, too
    assert home.ask("select spelling from quality.unknown_spellings where extract <> 'annex_a_cpp'") == []
    people = home.ask(
        "select gender_code, ethnicity_code from core.fct_lac where authority_code = 'E09000004' order by 1"
    )
    assert people == [("F", "OOTH"), ("M", "MWBA")]


def test_a_home_of_a_few_hours_is_an_episode_and_the_next_one_the_placement(home):
    [(placed,)] = home.ask("select placement_type_code from core.fct_lac where lac_start_date = date '2024-03-05'")
    assert placed == "U6"
    assert home.ask("select count(*) from core.fct_lac_episodes where episode_start_date = date '2024-03-05'") == [(2,)]


def test_rules_name_what_contradicts_itself(home):
    """The disability of C1; nothing of the child in two homes on one day."""
    found = home.ask("""
        select check_id from quality.findings join reference.authorities using (authority_code)
        where folder in ('hackney', 'haringey') and starts_with(check_id, 'census_')""")
    assert found == [("census_8790",)]


def test_each_fault_is_named_where_it_is(home):
    found = ask(
        home.warehouse,
        """
        select check_id, source_ref from quality.findings
        where severity <> 'info' and not starts_with(check_id, 'census_')
        order by all""",
    )
    assert found == [
        ("children_are_described", "hackney/2024-03/episodes.csv, row 6"),
        ("children_are_described_once", "hackney/2024-03/header.csv, row 4"),
        ("dates_end_with_the_reporting_month", "havering/2024-03/return.xml, sheet EPISODE, row 4 (cell H4)"),
        ("decisive_columns_are_supplied", "ealing/2024-03/list.csv"),
        ("files_are_accepted", "enfield/2024-03/list.csv"),
        # one child in April where the DfE published hundreds at the end of March
        ("first_month_follows_from_published", "SSDA903 lists up to 2024-03"),
        ("folders_are_of_authorities", "nowhere/2024-03/list.csv"),
        ("ids_keep_their_zeros", "brent/2024-03/list.csv"),
        # one child where the DfE published 330
        ("last_month_leads_to_published", "SSDA903 lists up to 2024-03"),
        (
            "list_cells_are_readable",
            "camden/2024-03/list 8.xlsx, sheet Sheet, row 3 (cell L3)",
        ),
        ("plans_and_periods_do_not_overlap", "hackney/2024-03/episodes.csv, row 3 (cell B3)"),
        ("rate_agrees_with_published", "SSDA903 lists up to 2024-03"),
        (
            "rows_name_their_child_and_date",
            "bexley/2024-03/person.csv, row 4 (cell A4)",
        ),
        (
            "rows_name_their_child_and_date",
            "camden/2024-03/list 8.xlsx, sheet Sheet, row 4 (cell A4)",
        ),
        # the repeated header and the total, each without a date
        ("rows_name_their_child_and_date", "lewisham/2024-02/list.csv, row 3 (cell E3)"),
        # the total and the source below
        (
            "rows_name_their_child_and_date",
            "richmond-upon-thames/2024-03/plans.xlsx, sheet Plans, row 7 (cell F7)",
        ),
    ]
    assert ask(home.warehouse, "select message from quality.findings where contains(message, chr(10))") == []
    [(said,)] = ask(home.warehouse, "select message from quality.findings where check_id = 'files_are_accepted'")
    assert '"Child Protection Plan Ended Date" may be it' in said
