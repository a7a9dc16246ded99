"""What a list should repeat and does not, and who is erased: real files of two months, counted by hand.

The home is encrypted, so that everything that opens what is private is tried so.
"""

import csv
import json
import shutil

import duckdb
import pytest

from data_quality.contracts import load_contracts
from ingestion import encryption, sealed

pytestmark = pytest.mark.long
KEY = {"CSC_ENCRYPTION_KEY": "0123456789abcdef" * 4}


def write(landing, authority, month, extract, rows):
    """One list; `rows` give each one's cells by the names of the contract."""
    columns = [column for column in load_contracts()[extract].columns if column.required or column.name in rows[0]]
    path = landing / authority / month / f"{extract}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {"gender_code": "Female", "ethnicity_code": "WBRI", "allocated_team": "1", "allocated_worker": "1"}
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.headers[0] for column in columns])
        for row in rows:
            writer.writerow([(known | row).get(column.name, "") for column in columns])


def contacts(*days):
    return [{"child_id": f"C{n}", "contact_date": day, "contact_source_code": "6"} for n, day in enumerate(days)]


def referrals(*days):
    return [
        {
            "child_id": f"R{n}",
            "referral_date": day,
            "referral_source_code": "6",
            "is_no_further_action": "No",
            "referrals_last_12_months": "0",
        }
        for n, day in enumerate(days)
    ]


def plans(*spells):
    return [
        {
            "child_id": child,
            "cpp_start_date": start,
            "cpp_end_date": end,
            "initial_category_code": "NEG",
            "latest_category_code": "NEG",
            "is_emergency_protected": "No",
            "disability_code": "No",
            "previous_plans": "0",
        }
        for child, start, end in spells
    ]


@pytest.fixture(scope="module")
def home(new_home):
    pytest.importorskip(encryption.EXTENSION)
    home = new_home("withdrawals")
    home.settings = dict(KEY)
    landing = home.landing
    # the only referral gets another date
    write(landing, "barnet", "2014-01", "annex_a_referrals", referrals("10/01/2014"))
    write(landing, "barnet", "2014-02", "annex_a_referrals", referrals("20/01/2014"))
    # two of three contacts are gone
    write(landing, "bexley", "2014-01", "annex_a_contacts", contacts("06/01/2014", "07/01/2014", "08/01/2014"))
    write(landing, "bexley", "2014-02", "annex_a_contacts", contacts("06/01/2014"))
    # 25 of 40 referrals are gone, which somebody has to accept
    write(landing, "brent", "2014-01", "annex_a_referrals", referrals(*["10/01/2014"] * 40))
    write(landing, "brent", "2014-02", "annex_a_referrals", referrals(*["10/01/2014"] * 15))
    # a list of its month alone, with one late entry, takes nothing back
    write(landing, "camden", "2014-01", "annex_a_contacts", contacts("06/01/2014", "07/01/2014", "08/01/2014"))
    write(landing, "camden", "2014-02", "annex_a_contacts", contacts("31/01/2014", "07/02/2014"))
    # K is open in March and not in April's list, L is; M began a first plan, though the list of March had one that ended
    old, ended = ("L", "02/09/2013", ""), ("M", "03/06/2013", "10/01/2014")
    write(landing, "ealing", "2014-03", "annex_a_cpp", plans(old, ended, ("K", "02/12/2013", "")))
    write(landing, "ealing", "2014-04", "annex_a_cpp", plans(old, ("M", "14/04/2014", "")))
    assert home.csc("run").returncode == 2  # one authority waits to be accepted
    return home


def value(home, authority, measure, month):
    [(found,)] = home.ask(f"""
        select value from marts.kpi_monthly join core.dim_authority using (authority_code)
        where authority_name ilike '{authority}' and measure_id = '{measure}' and month = date '{month}'
            and basis = 'computed'""")
    return found


def test_what_the_next_list_leaves_out_is_withdrawn_as_far_back_as_it_reaches(home):
    assert value(home, "barnet", "referrals", "2014-01-01") == 1
    assert value(home, "bexley", "contacts", "2014-01-01") == 1
    assert value(home, "camden", "contacts", "2014-01-01") == 4
    gone = home.ask("select list, reason, count(*) from quality.withdrawals group by all order by all")
    assert gone == [
        ("annex_a_contacts", "not in the next list", 2),
        ("annex_a_cpp", "not open in the list of April", 1),
        ("annex_a_referrals", "not in the next list", 1),
    ]
    found = home.ask("select message from quality.findings where check_id = 'listed_events_stay_listed' order by 1")
    assert [message.split(" should")[0] for (message,) in found] == [
        "1 of 1 rows of Annex A list 3, referrals, January 2014,",
        "1 of 2 rows of Annex A list 7, child protection plans, March 2014,",
        "2 of 3 rows of Annex A list 1, contacts, January 2014,",
    ]


def test_a_plan_that_april_no_longer_has_was_not_open_at_the_end_of_march(home):
    assert value(home, "ealing", "cpp_total", "2014-03-01") == 1
    assert value(home, "ealing", "cpp_total", "2014-04-01") == 2


def test_a_plan_after_one_that_a_list_showed_is_a_second_one(home):
    assert value(home, "ealing", "cpp_new_second_or_subsequent", "2014-04-01") == 1
    [(observed,)] = home.ask("select observed from quality.findings where check_id = 'previous_plans_agree_with_lists'")
    assert observed == 1


def test_many_withdrawals_hold_their_authority_back_until_somebody_accepts_them(home):
    assert home.ask("select * from quality.findings where authority_code = 'E09000005' and status = 'resolved'") == []
    assert value(home, "brent", "referrals", "2014-01-01") == 40  # the month without an error is published all the same
    assert home.ask("select months_left_out from quality.held_back") == [("February 2014",)]
    [asked] = json.loads(home.csc("accept", "--json").stdout)
    assert asked["message"].startswith(
        "25 of 40 rows of Annex A list 3, referrals, January 2014, should be in the list of February"
    )
    refused = home.csc("accept", asked["finding_id"][:8])
    assert refused.returncode == 1 and "Say why" in refused.stderr
    assert home.csc("accept", asked["finding_id"][:8], "--reason", "Duplicates were deleted.").returncode == 0


def test_retention_takes_out_everybody_past_the_period_of_their_list(home):
    home.settings = KEY | {"CSC_RETENTION_YEARS": "contacts:1", "CSC_AS_OF": "2015-03-01"}
    dry = json.loads(home.csc("retention", "--dry-run", "--json").stdout)
    # each has C0 to C2: Bexley 3 rows in January and 1 in February, Camden 3 and 2
    assert [(one["authority_code"], one["children"]) for one in dry] == [("E09000004", 3), ("E09000007", 3)]
    assert dry[0]["rows"]["raw.annex_a_contacts"] == 4 and dry[0]["rows"]["published core.fct_contacts"] == 3
    refused = home.csc("retention")
    assert refused.returncode == 1 and "Erase this for ever?" in refused.stderr
    done = home.csc("retention", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    receipts = json.loads(done.stdout)
    assert [receipt["number"] for receipt in receipts] == [1, 2]
    assert sum(file["rows"] for receipt in receipts for file in receipt["files"]) == 4 + 5
    home.settings = dict(KEY)
    # readers: the rows are gone at once, what was counted of them stays
    assert home.ask("select count(*) from core.fct_contacts where authority_code in ('E09000004', 'E09000007')") == [
        (0,)
    ]
    assert value(home, "bexley", "contacts", "2014-01-01") == 1
    assert value(home, "camden", "contacts", "2014-01-01") == 4
    parquet = home.path / "published" / "parquet" / "core" / "fct_contacts.parquet"
    assert duckdb.execute("select count(*) from read_parquet(?)", [str(parquet)]).fetchall() == [(0,)]


def test_the_next_run_counts_the_erased_as_before_and_finds_one_who_comes_again(home):
    # the bytes of a file that was written again bring nobody back, under whatever name
    shutil.copy(home.landing / "camden/2014-02/annex_a_contacts.csv", home.landing / "camden/2014-02/again.csv")
    write(home.landing, "bexley", "2014-03", "annex_a_contacts", contacts("06/01/2014", "03/03/2014"))
    ran = home.csc("run")
    assert ran.returncode == 0, ran.stderr
    assert value(home, "brent", "referrals", "2014-01-01") == 15  # as was accepted before
    assert value(home, "camden", "contacts", "2014-01-01") == 4
    found = home.ask("""
        select authority_code, reporting_month, message from quality.findings
        where check_id = 'erased_children_stay_away' and status = 'open'""")
    assert [(code, str(month)) for code, month, _ in found] == [("E09000004", "2014-03-01")]
    assert "2 children are in it again" in found[0][2] and "C0" not in found[0][2]
    assert "Nothing waits" in home.csc("accept").stdout


def test_a_child_is_erased_by_its_id_and_no_rebuild_brings_it_back(home):
    asked = ("erase", "l", "--authority", "Ealing", "--reason", "Request of 3 May")
    before = home.ask("select * from marts.kpi_monthly where authority_code = 'E09000009' order by all")
    dry = home.csc(*asked, "--dry-run").stdout
    assert "raw.annex_a_cpp" in dry and "published core.fct_cpp" in dry
    done = home.csc(*asked, "--yes")
    assert done.returncode == 0, done.stderr
    assert "ealing/2014-03/annex_a_cpp.csv" in done.stdout  # the landing folder is the council's own
    assert home.ask("select * from marts.kpi_monthly where authority_code = 'E09000009' order by all") == before
    assert home.csc("rebuild", "--yes").returncode == 0
    encryption.use(KEY["CSC_ENCRYPTION_KEY"], home.path)
    with encryption.connect(home.warehouse, read_only=True) as con:
        plans = "select child_id, source_row from raw.annex_a_cpp where reporting_month = '2014-03-01' order by 2"
        assert con.execute(plans).fetchall() == [("M", 3), ("K", 4)]
        counted = "select members from decisions.erased_counts where measure_id = 'cpp_total' and month = '2014-03-01'"
        assert con.execute(counted).fetchall() == [(1,)]
    kept = [b"".join(sealed.read(file, encryption.key())) for file in (home.path / "vault").rglob("*.csv.sealed")]
    encryption.use(None, home.path / "none")
    assert len(kept) == len(list((home.path / "vault").glob("??/*"))) and not [f for f in kept if b"02/09/2013" in f]
    again = home.csc(*asked, "--yes")
    assert again.returncode == 0 and "Nothing to erase" in again.stdout
