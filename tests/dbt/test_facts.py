"""From the lists to the facts, on rows worked out by hand: reading cells, keys, and what is doubted."""

import hmac
import re
from datetime import date, timedelta

import duckdb
import pytest
from conftest import SECRET
from deliveries import APR, BARNET, CAMDEN, CROYDON, LOADED, MAY, ask, build, child_key, deliver, made_of, noting

from data_quality.contracts import load_contracts

LISTS = {n: c for n, c in load_contracts().items() if c.dataset == "annex_a"}
STAGED = {n: f"stg_{c.dataset}__{c.list}" for n, c in LISTS.items()}


# --- reading cells, and the children's keys

DATES = {
    "2013-04-09": date(2013, 4, 9),
    "09/04/2013": date(2013, 4, 9),
    " 9/4/2013 ": date(2013, 4, 9),
    "09/04/13": date(2013, 4, 9),
    "09/04/14": date(2014, 4, 9),  # no later than the year after the list's
    "09/04/68": date(1968, 4, 9),
    "09/04/2013 00:00:00": date(2013, 4, 9),
    "2013-04-09T10:30:00Z": date(2013, 4, 9),
    "09/04/13 08:15": date(2013, 4, 9),
    "41373": date(2013, 4, 9),
    "41373.0": date(2013, 4, 9),
    "41373.75": date(2013, 4, 9),
    "29/02/2012": date(2012, 2, 29),
    "29/02/2013": None,
    "31/02/2013": None,
    "09/04/1813": None,
    "09/04/0013": None,
    "12345": None,
    "20131304": None,
    "01/01/1900": None,  # what systems write for no date
    "9999-12-31": None,
    "#N/A": None,
    "9 April 2013": date(2013, 4, 9),
    "09-Apr-13": date(2013, 4, 9),
    "09.04.2013": date(2013, 4, 9),
    "9-4-2013": date(2013, 4, 9),
    "20130409": date(2013, 4, 9),
    "2013-04-09T00:00:00.000+01:00": date(2013, 4, 9),
    "2013-04-09 00:00:00+0000": date(2013, 4, 9),
    "09/04/2013 12:00:00 AM": date(2013, 4, 9),
    "Tue 9th April, 2013": date(2013, 4, 9),
    "9/Apr/13": date(2013, 4, 9),
    "09-APR-13 10:15:00": date(2013, 4, 9),
    "2013/04/09": date(2013, 4, 9),
    "09 04 2013": date(2013, 4, 9),
    "2013 04 09": date(2013, 4, 9),
    "09042013": date(2013, 4, 9),
    "2013-04-09Z": date(2013, 4, 9),
    "Tue 09/04/2013": date(2013, 4, 9),
    "Tuesday, 9-4-2013 10:15": date(2013, 4, 9),
    "Mon 09/04/2013": None,  # it was a Tuesday; nor was 4 September a Monday
    "09APR2013": date(2013, 4, 9),
    "09APR2013:10:15:00": date(2013, 4, 9),
    "09-APR-13 10.15.00.000000 AM": date(2013, 4, 9),
    "Apr  9 2013 12:00AM": date(2013, 4, 9),
    "Tuesday, April 9, 2013": date(2013, 4, 9),
    "Tue Apr 09 2013 00:00:00 GMT+0100": date(2013, 4, 9),
    "9 Smarch 2013": None,
    "not known": None,
}
FORMS = {
    "yyyy-mm-dd": 1,
    "yyyy-mm-dd with a time": 4,
    "dd/mm/yyyy": 5,
    "dd/mm/yyyy with a time": 2,
    "dd/mm/yy": 3,
    "dd/mm/yy with a time": 1,
    "day number of Excel": 2,
    "day number of Excel with a time": 1,
    "dd.mm.yyyy, dd-mm-yyyy or dd mm yyyy": 3,
    "ddmmyyyy": 1,
    "weekday, dd/mm/yyyy": 3,
    "day, month in words, year": 5,
    "day, month in words, year with a time": 3,
    "month in words, day, year": 3,
    "yyyy/mm/dd": 2,
    "yyyymmdd": 1,
    "not recognised": 9,
}
AGES = {
    "7": 7,
    "7.0": 7,
    " 7 ": 7,
    "0": 0,
    "3.7": 3,
    "6.138261464750171": 6,
    "6,1": None,
    "99": None,
    "-1": None,
    "seven": None,
}
SPELLINGS = {  # as councils have written them
    ("annex_a_contacts", "contact_source_code"): {
        "d) Health Services": "3",
        "d) Health services": "3",
        "f) LA Services": "5",
        "f) LA services": "5",
        "1A": "1A",
        "  Q) 6:  POLICE ": "6",
        "j) Anonymous": "9",
        "friend/neighbour": "1B",
        "adult social services ": "5A",
        "Pregnancy": None,
        "": None,
    },
    ("annex_a_contacts", "gender_code"): {
        "a) Male": "M",
        "FEMALE": "F",
        "c) Not stated/recorded": "U",
        "d) Neither": "N",
    },
    ("annex_a_contacts", "ethnicity_code"): {
        "a) WBRI": "WBRI",
        "a) White": "WHITE",
        "a) white ": "WHITE",
        "WHITE BRITISH": "WBRI",
    },
    ("annex_a_referrals", "is_no_further_action"): {
        "NFA": True,
        "FA": False,
        "1": True,
        "0": False,
        "a) Yes": True,
        "b) No": False,
    },
    ("annex_a_cpp", "latest_category_code"): {
        "NYNN": "PHY",
        "NNYN": "SAB",
        "YNNY": "MUL",
        "a) Neglect": "NEG",
        "EMO": "EMO",
        "Neglect, Emotional abuse": "MUL",
        "physical/sexual": "MUL",
        "NNNN": None,
    },
    ("annex_a_lac", "placement_type_code"): {
        "a) Foster Placement": "U",
        "a) Foster placement": "U",
        "f) U6: Foster placement - not FFA": "U6",
        "K2": "K2",
    },
    ("annex_a_cin", "case_status_code"): {"C) Child in need plan": "CIN", "e) closed episode": "CLOSED"},
}
EVENT_DATES = {
    "annex_a_contacts": "contact_date",
    "annex_a_referrals": "referral_date",
    "annex_a_assessments": "assessment_start_date",
    "annex_a_section_47": "section_47_start_date",
    "annex_a_cin": "cin_start_date",
    "annex_a_cpp": "cpp_start_date",
    "annex_a_lac": "lac_start_date",
}


WORKING_DAYS = {  # of an assessment, from the day it starts to the day it is authorised
    ("28/03/2013", "05/06/2013"): 45,  # Good Friday, Easter Monday, two holidays of May
    ("02/12/2013", "06/02/2014"): 45,  # Christmas, Boxing Day, New Year
    ("28/02/2012", "01/03/2012"): 2,  # the leap day
    ("01/06/2013", "03/06/2013"): 1,  # from a Saturday
    ("03/06/2013", "03/06/2013"): 0,
}
FACTS = ("contacts", "assessments", "cpp", "lac")
READ = ("+rejected_rows", "+date_forms", "+unknown_spellings", *(f"+fct_{fact}" for fact in FACTS))


@pytest.fixture(scope="module")
def read(tmp_path_factory, home_of):
    """Lists full of odd cells, read into the facts."""
    with home_of(tmp_path_factory.mktemp("read")) as path:
        contacts = [{"child_id": f"d{i}", "contact_date": text} for i, text in enumerate(DATES)]
        contacts += [
            {"child_id": f"a{i}", "age_years": text, "contact_date": "01/04/2013"} for i, text in enumerate(AGES)
        ]
        contacts += [
            {"child_id": text, "contact_date": "02/04/2013"}
            for text in ("12", "12.0", " 12 ", "ab1", "AB1", "", '="12"', "1.2E+05", "#REF!")
        ]
        rows = {name: [] for name in LISTS} | {"annex_a_contacts": contacts}
        for (extract, column), spellings in SPELLINGS.items():
            for i, text in enumerate(spellings):
                rows[extract].append({"child_id": f"{column}{i}", EVENT_DATES[extract]: "03/04/2013", column: text})
        rows["annex_a_assessments"] = [
            {"child_id": f"w{i}", "assessment_start_date": first, "assessment_authorisation_date": last}
            for i, (first, last) in enumerate(WORKING_DAYS)
        ]
        for extract, contract in LISTS.items():  # and in each list a row of which no cell can be read
            wrong = {c.name: "wrong!" for c in contract.columns if c.type in ("date", "integer", "code")}
            rows[extract].append({"child_id": "wrong"} | wrong)
            deliver(path, extract, "2013-04-01", rows[extract])
        deliver(
            path, "annex_a_contacts", "2013-04-01", [{"child_id": "12", "contact_date": "02/04/2013"}], authority=BARNET
        )
        alone = [{"child_id": "1", "contact_date": "02/04/2013"}]
        with_ids = [alone[0] | {"contact_id": "C2"}, alone[0] | {"contact_id": "C1"}]
        deliver(path, "annex_a_contacts", APR, alone, authority=CAMDEN)
        deliver(path, "annex_a_contacts", MAY, with_ids, authority=CAMDEN)
        assert build("--select", *READ) == []
        yield path


def raw_and_staged(path, extract, column, child):
    """A column's text and what was read from it, of the children named `child` and a number."""
    return ask(
        path,
        f"""
        select raw.{column}, staged.{column}
        from raw.{extract} as raw
        join staging.{STAGED[extract]} as staged using (authority_code, source_row)
        where regexp_full_match(raw.child_id, '{child}[0-9]+')
        """,
    )


def test_dates_are_read_in_every_form_or_not_at_all(read):
    rows = raw_and_staged(read, "annex_a_contacts", "contact_date", "d")
    assert dict(rows) == DATES


def test_each_way_of_writing_dates_is_counted(read):
    counted = dict(
        ask(
            read,
            f"""
            select form, cells from quality.date_forms
            where source_column = 'contact_date' and authority_code = '{CROYDON}'
            """,
        )
    )
    other = len(AGES) + 9 + sum(len(s) for (extract, _), s in SPELLINGS.items() if extract == "annex_a_contacts")
    expected = FORMS | {"dd/mm/yyyy": FORMS["dd/mm/yyyy"] + other, "not recognised": FORMS["not recognised"] + 1}
    assert counted == expected


def test_whole_numbers_are_whole_and_within_bounds(read):
    rows = raw_and_staged(read, "annex_a_contacts", "age_years", "a")
    assert dict(rows) == AGES


@pytest.mark.parametrize(("extract", "column"), SPELLINGS, ids=lambda part: part)
def test_spellings_in_the_wild_become_one_code(read, extract, column):
    rows = raw_and_staged(read, extract, column, column)
    assert dict(rows) == SPELLINGS[extract, column]


@pytest.mark.parametrize("extract", LISTS)
def test_what_cannot_be_read_is_kept_and_shown_only_where_the_contract_calls_it_impersonal(read, extract):
    contract = LISTS[extract]
    typed = {c.name for c in contract.columns if c.type in ("date", "integer", "code")}
    rows = ask(
        read,
        f"""
        select source_column, raw_text, is_current_version, source_ref
        from quality.rejected_rows
        where extract = '{extract}' and source_row = (select source_row from raw.{extract} where child_id = 'wrong')
        """,
    )
    shown = {c.name: "(withheld)" if c.personal else "wrong!" for c in contract.columns if c.name in typed}
    assert {column: text for column, text, _, _ in rows} == shown
    assert all(current and re.search(r", row \d+ \(cell [A-Z]+\d+\)$", ref) for _, _, current, ref in rows)


def test_a_row_without_its_child_or_date_is_rejected_and_in_no_fact(read):
    rows = ask(
        read,
        """
        select source_column, raw_text, reason from quality.rejected_rows
        where extract = 'annex_a_contacts' and reason like 'left blank%'
        """,
    )
    assert rows == [("child_id", "", "left blank, and without it the row counts nowhere")]
    unreadable = sum(day is None for day in DATES.values()) + 1
    delivered, facts = (
        ask(read, f"select count(*) from {table} where authority_code = '{CROYDON}'")[0][0]
        for table in ("staging.stg_annex_a__contacts", "core.fct_contacts")
    )
    # three ids are none; '12' in its four forms is one child with one contact, and so are 'ab1' and 'AB1'
    assert delivered - facts == unreadable + 3 + 4


def test_a_contact_is_the_same_when_later_lists_give_it_an_id_and_two_ids_are_two_contacts(read):
    rows = ask(
        read,
        f"""
        select first_reporting_month, last_reporting_month, is_withdrawn from core.fct_contacts
        where authority_code = '{CAMDEN}' order by all
        """,
    )
    apr, may = date.fromisoformat(APR), date.fromisoformat(MAY)
    assert rows == [(apr, may, False), (may, may, False)]


def test_working_days_leave_out_weekends_and_bank_holidays(read):
    rows = ask(
        read,
        """
        select
            strftime(assessment_start_date, '%d/%m/%Y'), strftime(assessment_authorisation_date, '%d/%m/%Y'),
            working_days
        from core.fct_assessments
        """,
    )
    assert {(first, last): days for first, last, days in rows} == WORKING_DAYS


def test_an_unknown_spelling_gets_ranked_suggestions_and_no_code(read):
    rows = ask(
        read,
        """
        select source_column, spelling, list(suggestion order by suggestion) from quality.unknown_spellings
        where source_column in ('contact_source_code', 'latest_category_code') group by all order by all
        """,
    )
    assert rows == [
        ("contact_source_code", "pregnancy", [1, 2, 3]),
        ("contact_source_code", "wrong!", [1, 2, 3]),
        ("latest_category_code", "(withheld)", [1, 1, 2, 2, 3, 3]),
    ]


def test_the_nearest_spelling_comes_first(read, home_of):
    with duckdb.connect(str(read)) as con:
        rejected = '{"case_status_code": "Chlid in need plan"}'
        con.execute("update staging.stg_annex_a__cin set rejected_cells = ?", [rejected])
    with home_of(read.parent):
        assert build("--select", "int_rejected_cells", "unknown_spellings") == []
    best = ask(
        read,
        """
        select suggested_code, known_spelling from quality.unknown_spellings
        where source_column = 'case_status_code' and suggestion = 1
        """,
    )
    assert best == [("CIN", "child in need plan")]


def test_child_key_is_hmac_sha256_of_authority_and_normalised_id(read):
    keys = ask(
        read,
        " union ".join(
            f"""
            select raw.authority_code, raw.child_id, child_key from raw.{extract} as raw
            inner join staging.{STAGED[extract]} using (authority_code, reporting_month, version, source_row)
            where upper(trim(child_id)) in ('12', '12.0', 'AB1', '="12"', '1.2E+05', '#REF!')
            """
            for extract in LISTS
        ),
    )
    assert len(keys) == 9
    normal = {'="12"': "12", "12": "12", "12.0": "12", " 12 ": "12", "ab1": "AB1", "AB1": "AB1"}
    for authority, child, key in keys:
        assert key == (child_key(authority, normal[child]) if child in normal else None)


# a block of SHA-256 is 64 bytes: a longer key is hashed first, and letters are not bytes
@pytest.mark.parametrize("secret", ["x" * 32, "x" * 64, "x" * 65, "naïve – ключ " * 4], ids=len)
def test_keyed_hash_agrees_with_python_for_any_secret(tmp_path, home_of, secret):
    texts = ("E09000008|1", "", "é" * 100)
    with home_of(tmp_path, secret):
        made = made_of(*(f"""keyed_hash("'{text}'")""" for text in texts))
    assert made == tuple(hmac.new(secret.encode(), text.encode(), "sha256").hexdigest() for text in texts)


def test_the_secret_is_in_no_file(read):
    from orchestration.child_key_secret import padded_keys

    forms = [SECRET.encode(), SECRET.encode().hex().encode(), *padded_keys(SECRET)]
    files = [path for path in read.parent.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".duckdb", ".sql"}
    assert read in files
    assert [path for path in files for form in forms if form in path.read_bytes()] == []


@pytest.mark.parametrize("extract", LISTS)
def test_every_column_that_is_not_free_text_is_staged(read, extract):
    rows = ask(read, f"select column_name from information_schema.columns where table_name = '{STAGED[extract]}'")
    staged = {name for (name,) in rows}
    assert {c.name for c in LISTS[extract].columns if c.type in ("date", "integer", "code")} <= staged


def test_every_code_of_every_dataset_draws_on_a_known_code_list(read):
    known = {name for (name,) in ask(read, "select distinct code_list from reference.code_lists")}
    lists = [contract for contract in load_contracts().values() if contract.kind == "list"]
    assert {column.codes for contract in lists for column in contract.columns if column.codes} <= known


# --- the audit of the lists: full rows of each list, at the edge of what may be, and one break for each authority

ALL = {
    "annex_a_contacts": {"contact_date": "09/04/2013", "contact_source_code": "q) 6: Police"},
    "annex_a_referrals": {
        "referral_date": "09/04/2013",
        "referral_source_code": "q) 6: Police",
        "is_no_further_action": "b) No",
        "referrals_last_12_months": "0",
    },
    "annex_a_assessments": {"disability_code": "b) No", "assessment_start_date": "09/04/2013"},
    "annex_a_section_47": {
        "disability_code": "b) No",
        "section_47_start_date": "09/04/2013",
        "section_47_last_12_months": "0",
        "conferences_last_12_months": "0",
    },
    "annex_a_cin": {
        "disability_code": "c) Unknown",
        "cin_start_date": "09/04/2013",
        "primary_need_code": "N1",
        "case_status_code": "d) Open assessment",
    },
    "annex_a_cpp": {
        "disability_code": "b) No",
        "cpp_start_date": "09/04/2013",
        "initial_category_code": "a) Neglect",
        "latest_category_code": "a) Neglect",
        "is_emergency_protected": "b) No",
        "previous_plans": "0",
    },
    "annex_a_lac": {
        "is_uasc": "b) No",
        "disability_code": "b) No",
        "lac_start_date": "09/04/2013",
        "need_code": "N1",
        "is_second_period": "b) No",
        "legal_status_start_date": "09/04/2013",
        "legal_status_code": "C2: FCO",
        "placements_last_12_months": "1",
        "placement_start_date": "09/04/2013",
        "placement_type_code": "p) K2: Children's Homes",
        "placement_provider_code": "b) PR1: Own provision",
        "placement_location_code": "a) In",
        "missing_episodes_12_months": "0",
        "absent_episodes_12_months": "0",
    },
}
EDGES = {  # right to the day; each row a child of its own, but where an id is given
    "annex_a_contacts": [
        {"contact_date": "30/04/2013"},
        {"birth_date": "14/01/2014"},  # born 280 days later
        {"birth_date": "", "gender_code": "c) Not stated/recorded"},
        {"birth_date": "10/04/1987"},  # 25
        {"age_years": "8"},  # was 7, will be 8 in June
    ],
    "annex_a_assessments": [{"assessment_authorisation_date": "09/04/2013"}],
    "annex_a_cpp": [
        {"child_id": "closed and reopened", "cpp_start_date": "02/04/2012", "cpp_end_date": "09/04/2013"},
        {"child_id": "closed and reopened"},
        {"child_id": "two lists", "gender_code": "c) Not stated/recorded"},
    ],
    "annex_a_lac": [
        {"birth_date": "09/04/2013", "age_years": "0"},  # from birth
        {"child_id": "two lists"},
        {"placement_type_code": "K2", "legal_status_start_date": "01/05/2008"},
    ],
}
DAY, UNTIL = "contact_date", "cpp_end_date"
BREAKS = {  # list, rows (the first in row 2), and the finding: check, column, rows
    "row without a child": ("contacts", [{"child_id": " "}, {}], ("rows_name_their_child_and_date", "child_id", "2")),
    "row without its date": ("contacts", [{}, {DAY: "soon"}], ("rows_name_their_child_and_date", DAY, "3")),
    "no row with its date": ("contacts", [{DAY: "soon"}], ("rows_name_their_child_and_date", DAY, "2")),
    "date that is none": ("cpp", [{UNTIL: "soon"}], ("list_cells_are_readable", UNTIL, "2")),
    "number that is none": ("cpp", [{"previous_plans": "1.5"}], ("list_cells_are_readable", "previous_plans", "2")),
    "unknown spelling": ("cin", [{"primary_need_code": "N77"}], ("list_spellings_are_known", "primary_need_code", "2")),
    "blank code": ("contacts", [{"gender_code": ""}, {}], ("required_cells_are_filled", "gender_code", "2")),
    "blank in each row": (
        "cin",
        [{"case_status_code": ""}] * 12,
        ("required_cells_are_filled", "case_status_code", 12),
    ),
    "ended before it began": ("cpp", [{UNTIL: "08/04/2013"}], ("dates_are_in_order", UNTIL, "2")),
    "closed before it began": ("referrals", [{"close_date": "08/04/2013"}], ("dates_are_in_order", "close_date", "2")),
    "after the month": ("contacts", [{}, {DAY: "01/05/2013"}], ("dates_end_with_the_reporting_month", DAY, "3")),
    "in another century": ("contacts", [{DAY: "09/04/1913"}], ("events_are_of_a_childhood", DAY, "2")),
    "26 years old": ("contacts", [{"birth_date": "09/03/1987"}], ("events_are_of_a_childhood", "birth_date", "2")),
    "not on the way": ("contacts", [{"birth_date": "15/01/2014"}], ("events_are_of_a_childhood", "birth_date", "2")),
    "in care unborn": ("lac", [{"birth_date": "10/04/2013"}], ("events_are_of_a_childhood", "birth_date", "2")),
    "age of another": ("contacts", [{"age_years": "12"}], ("ages_agree_with_birth_dates", "age_years", "2")),
    "code of another time": (
        "lac",
        [{"placement_type_code": "K3"}],
        ("codes_are_in_use", "placement_type_code", "2"),
    ),
    "reused id": (  # two rows against one
        "contacts",
        [
            {"child_id": "x"},
            {"child_id": "x", DAY: "10/04/2013"},
            {"child_id": "x", DAY: "11/04/2013", "gender_code": "F"},
        ],
        ("children_keep_their_birth_date", "child_id", "4"),
    ),
    "twice the id": (  # one against one
        "contacts",
        [{"child_id": "x"}, {"child_id": "x", DAY: "10/04/2013", "birth_date": "05/06/2006"}],
        ("children_keep_their_birth_date", "child_id", "2, 3"),
    ),
    "overlapping plans": (
        "cpp",
        [{"child_id": "x"}, {"child_id": "x", "cpp_start_date": "10/04/2013"}],
        ("plans_and_periods_do_not_overlap", "cpp_start_date", "3 with row 2"),
    ),
    "overlapping care": (
        "lac",
        [{"child_id": "x", "lac_end_date": "20/04/2013"}, {"child_id": "x", "lac_start_date": "19/04/2013"}],
        ("plans_and_periods_do_not_overlap", "lac_start_date", "3 with row 2"),
    ),
    "the same row": ("contacts", [{"child_id": "x"}, {}, {"child_id": "x"}], ("rows_appear_once", DAY, "4")),
}
TOLD_BY_RULES = {  # the finding of the validation rule stands for that of the check
    "ended before it began": "8925",
    "in care unborn": "302",
    "overlapping plans": "8935",
}


PUT_RIGHT = [{"child_id": "1"} | ALL["annex_a_cpp"], {"child_id": "2"} | ALL["annex_a_cpp"]]


@pytest.fixture(scope="module")
def audited(tmp_path_factory, home_of):
    """Authority 0 delivers every edge, every other one break; findings as (check, extract, column, rows, message)."""
    with home_of(tmp_path_factory.mktemp("audited")) as path:
        with duckdb.connect(str(path)):  # the file stays open between the deliveries
            with_own_id = [{"child_id": f"own {n}"} for n in range(20)]
            for extract, good in ALL.items():
                edges = [good, *(good | edge for edge in EDGES.get(extract, []))]
                rows = [
                    {**own, "child_id": f"{extract} {own['child_id']}"} | row
                    for own, row in zip(with_own_id, edges, strict=False)
                ]
                deliver(path, extract, APR, rows, authority="E0")
            for number, (name, rows, _) in enumerate(BREAKS.values(), start=1):
                extract = f"annex_a_{name}"
                rows = [own | ALL[extract] | row for own, row in zip(with_own_id, rows, strict=False)]
                deliver(path, extract, APR, rows, authority=f"E{number}")
            for extract, date_column in EVENT_DATES.items():
                blank = {"child_id": "1", "gender_code": "", "ethnicity_code": "", date_column: "09/04/2013"}
                deliver(path, extract, APR, [blank], authority="blank")
            american = ["04/13/2013", "09/04/2013", "04/04/2013", "2013-04-09", "30/04/2013"]
            contacts = [{"child_id": f"m{n}", DAY: day} for n, day in enumerate(american)]
            deliver(path, "annex_a_contacts", APR, contacts, authority="american")
            contacts = [
                {"child_id": f"b{n}", DAY: day, "birth_date": born}
                for n, (day, born) in enumerate([("04/13/2013", "06/05/2005"), ("04/14/2013", "2006-05-04")])
            ]
            deliver(path, "annex_a_contacts", APR, contacts, authority="beside")
            said = ({"birth_date": "15/01/2014"}, {"previous_plans": "?"})
            wrong = [right | cell for right, cell in zip(PUT_RIGHT, said, strict=True)]
            deliver(path, "annex_a_cpp", APR, wrong, authority="late")
        assert build("--select", "+audit_lists", "+doubtful_rows", "+rejected_rows") == []
        yield path


def failures(path, authority):
    return ask(
        path,
        f"""
        select check_id, extract, observed, message, source_ref from quality.audit_lists
        where authority_code = '{authority}' and not is_agreed
        """,
    )


def test_what_is_right_to_the_day_has_no_finding(audited):
    assert failures(audited, "E0") == []
    assert ask(audited, "select count(*) from quality.rejected_rows where authority_code = 'E0'") == [(0,)]


@pytest.mark.parametrize("name", TOLD_BY_RULES)
def test_one_break_that_a_validation_rule_names_has_no_finding_of_a_check_too(audited, name):
    authority = f"E{list(BREAKS).index(name) + 1}"
    assert failures(audited, authority) == []
    sql = f"select breaches > 0 from quality.validation_counts where (authority_code, rule) = ('{authority}', '{TOLD_BY_RULES[name]}')"
    assert ask(audited, sql) == [(True,)]
    [(check_id, _, _)] = [BREAKS[name][2]]
    assert ask(audited, f"select check_id from quality.doubtful_rows where authority_code = '{authority}'") == [
        (check_id,)
    ]


@pytest.mark.parametrize("name", [name for name in BREAKS if name not in TOLD_BY_RULES])
def test_one_break_in_a_list_is_one_finding_at_its_column_and_rows(audited, name):
    extract, _, (check_id, column, rows) = BREAKS[name]
    found = failures(audited, f"E{list(BREAKS).index(name) + 1}")
    if name == "no row with its date":
        [of_the_list] = [finding for finding in found if finding[0] == "lists_hold_events"]
        found.remove(of_the_list)
        _, found_extract, observed, message, source_ref = of_the_list
        assert (found_extract, observed, source_ref) == (f"annex_a_{extract}", 0, "annex_a_contacts-2013-04-01-1.csv")
        assert "no row has a child and a date that can be read" in message
    [(found_check, found_extract, observed, message, source_ref)] = found
    assert (found_check, found_extract) == (check_id, f"annex_a_{extract}")
    header = next(c.headers[0] for c in LISTS[f"annex_a_{extract}"].columns if c.name == column)
    assert f', April 2013: the column "{header}" ' in message
    if rows == 12:
        assert observed == 12
        assert " in 12 rows (2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and more). " in message
    else:
        assert (f" in 2 rows ({rows})" if "," in rows else f" in row {rows}") in message
        assert observed == len(rows.split(", "))
    first = rows.split(",")[0].split(" ")[0] if rows != 12 else 2
    assert f", row {first} (cell " in source_ref


@pytest.mark.parametrize("extract", LISTS)
def test_every_cell_that_the_contract_requires_is_asked_for(audited, extract):
    found = ask(
        audited,
        f"""
        select source_column, check_id from quality.doubtful_rows
        where authority_code = 'blank' and extract = '{extract}'
        """,
    )
    required = {c.name for c in LISTS[extract].required if c.type in ("date", "integer", "code")}
    assert set(found) == {(name, "required_cells_are_filled") for name in required - {EVENT_DATES[extract]}}


def test_dates_of_a_column_that_has_the_month_first_are_not_guessed(audited):
    dates = ask(
        audited,
        """
        select source_row, contact_date, birth_date from staging.stg_annex_a__contacts
        where authority_code = 'american' order by all
        """,
    )
    born = date(2005, 6, 5)  # the column has the day first, or so it seems
    read = [None, None, date(2013, 4, 4), date(2013, 4, 9), date(2013, 4, 30)]
    assert dates == [(row, day, born) for row, day in enumerate(read, start=2)]
    [(message, source_ref, observed)] = ask(
        audited,
        """
        select message, source_ref, observed from quality.audit_lists
        where authority_code = 'american' and not is_agreed and check_id = 'dates_are_day_first'
        """,
    )
    assert observed == 1
    assert message.startswith(
        'Annex A list 1, contacts, April 2013: the column "Date of Contact" has 1 date with the month first, as in '
        "04/13/2013, so 1 other date could be read either way."
    )
    assert source_ref.endswith("row 2 (cell F2)"), source_ref
    forms = ask(
        audited,
        """
        select form, cells from quality.date_forms
        where authority_code = 'american' and source_column = 'contact_date' order by all
        """,
    )
    assert forms == [
        ("dd/mm/yyyy", 2),
        ("dd/mm/yyyy or mm/dd/yyyy", 1),
        ("mm/dd/yyyy", 1),
        ("yyyy-mm-dd", 1),
    ]


def test_nor_are_those_beside_a_column_that_has_the_month_first_throughout(audited):
    born = ask(
        audited, "select birth_date from staging.stg_annex_a__contacts where authority_code = 'beside' order by 1"
    )
    assert born == [(date(2006, 5, 4),), (None,)]
    [(message, source_ref)] = ask(
        audited,
        """
        select message, source_ref from quality.audit_lists
        where authority_code = 'beside' and not is_agreed and check_id = 'dates_are_day_first'
        """,
    )
    assert message.startswith(
        'Annex A list 1, contacts, April 2013: the column "Date of Birth" has no date that can only have its day first, '
        'and the column "Date of Contact" has the month first, as in 04/13/2013, so 1 other date could be read'
    ), message
    assert source_ref.endswith("row 2 (cell D2)"), source_ref


def test_a_wrong_row_that_a_later_list_puts_right_is_no_longer_found(audited, home_of):
    assert sorted(row[0] for row in failures(audited, "late")) == [
        "events_are_of_a_childhood",
        "list_cells_are_readable",
    ]
    with home_of(audited.parent):
        deliver(audited, "annex_a_cpp", MAY, PUT_RIGHT, authority="late", loaded_at=LOADED + timedelta(days=30))
        assert build("--select", "+audit_lists") == []
    assert failures(audited, "late") == []


# --- the secret


@pytest.mark.parametrize("extract", ["annex_a_contacts", "ssd_contacts"])
def test_without_the_secret_lists_stop_dbt_and_returns_do_not(tmp_path, home_of, extract):
    with home_of(tmp_path, secret=None) as path:
        assert build("--select", "child_key_secret") == []
        deliver(path, extract, "2013-04-01", [{"contact_date": "01/04/2013"}])
        with noting() as noted:
            noted.extend(build("--select", "child_key_secret"))
        assert "CSC_CHILD_KEY_SECRET is not set" in str(noted)
        assert "csc secret" in str(noted)
    with home_of(tmp_path):
        assert build("--select", "child_key_secret") == []
    with home_of(tmp_path, secret="another secret " * 3), noting() as noted:
        noted.extend(build("--select", "child_key_secret"))
    assert "is not the one that the children's keys in this warehouse were made with" in str(noted)
