"""Headers that no contract knows are asked about in one place, and accepted in the contract's own file."""

import csv
import io
import shutil
from datetime import date

import duckdb
import pytest
from click.testing import CliRunner

from data_quality import contracts, headers
from data_quality.contracts import load_contracts
from ingestion import ledger, load, receive
from orchestration.cli import cli
from orchestration.settings import settings

MARCH = date(2024, 3, 1)
CONTACTS = [
    [
        "Child Unique ID",
        "Gender",
        "Ethnicity",
        "Date of Birth",
        "Date of Contact",
        "Contact Source",
        "Kin",
        "Age of the Child Yrs",
    ],
    ["Z1", "F", "WBRI", "01/02/2010", "01/03/2024", "6: Police", "ZZPLANTED", "7"],
    ["Z2", "F", "WBRI", "01/02/2010", "02/03/2024", "6: Police", "", "8"],
]
REQUIRED = [column.headers[0] for column in load_contracts()["annex_a_cpp"].required]
PLANS = [[header.replace("Plan Start Date", "Plan Started On") for header in REQUIRED], ["x"] * len(REQUIRED)]


@pytest.fixture
def own_contracts(tmp_path, monkeypatch):
    """A copy of the contracts, which a test may change."""
    folder = tmp_path / "data_quality" / "contracts"
    shutil.copytree(contracts.HERE, folder)
    monkeypatch.setattr(contracts, "HERE", folder)
    monkeypatch.setattr(headers, "HERE", folder)
    load_contracts.cache_clear()
    yield folder
    load_contracts.cache_clear()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CSC_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield settings()
    settings.cache_clear()


def deliver(home, name, rows):
    """Drop a file in Croydon's folder, or nothing, and take what landed; returns the ledger's status and version."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file = home.landing_dir / "croydon" / "2024-03" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.getvalue())
    return take(home)


def take(home):
    with duckdb.connect(str(home.warehouse)) as con:
        ledger.prepare(con)
        load.prepare(con, load_contracts().values())
        receive.receive(con, home.landing_dir, home.vault, load_contracts(), date(2010, 4, 1))
        load.load(con, load_contracts().values(), home.vault, [MARCH])
        return con.execute(
            "select file_name, status, version from quality.ingest_ledger where is_present order by all"
        ).fetchall()


def csc(*arguments):
    return CliRunner().invoke(cli, ["headers", *arguments])


def raw(home, sql):
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_header_that_is_accepted_is_read_in_files_that_have_come_already(home, own_contracts):
    assert deliver(home, "contacts.csv", CONTACTS) == [("contacts.csv", "accepted", 1)]
    shown = csc().output
    assert "Kin" in shown
    assert "Age of Child (Years)" in shown
    assert "data_quality/contracts/annex_a/_head.yml" in shown
    assert 'headers: ["Age of Child (Years)", "Age", "Age of the Child Yrs"]' in shown
    assert "ZZPLANTED" not in shown
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        rows = headers.unknown(con)
    assert [(row["header"], row["cells"], row["column"]) for row in rows] == [
        ("Age of the Child Yrs", 2, "age_years"),
        ("Kin", 1, None),
    ]
    assert raw(home, "select age_years from raw.annex_a_contacts order by all") == [(None,), (None,)]

    done = csc("--accept", "Age of the Child Yrs", "--as", "age_years", "--list", "annex_a_contacts")
    assert done.exit_code == 0, done.output
    load_contracts.cache_clear()
    assert take(home) == [("contacts.csv", "accepted", 2)]
    newest = "select age_years from raw.annex_a_contacts where version = 2 order by all"
    assert raw(home, newest) == [("7",), ("8",)]
    assert take(home) == [("contacts.csv", "accepted", 2)]  # and only once
    assert "Age of the Child Yrs" not in csc().output


def test_a_header_that_has_a_list_refused_is_asked_about_too(home, own_contracts):
    assert deliver(home, "plans.csv", PLANS)[0][1] == "refused"
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        rows = headers.unknown(con)
    assert [(row["header"], row["column"], row["extract"]) for row in rows] == [
        ("Child Protection Plan Started On", "cpp_start_date", "annex_a_cpp")
    ]


@pytest.mark.parametrize(
    ("header", "column", "extract", "said"),
    [
        ("Kin", "age_years", "annex_a_nothing", "is not a list"),
        ("Kin", "shoe_size", "annex_a_contacts", "is not a column of Annex A list 1, contacts"),
        ("gender", "age_years", "annex_a_contacts", "is already a header of"),
        (" ", "age_years", "annex_a_contacts", "is blank"),
        ("Contact Date", "birth_date", "annex_a_referrals", "the header of another column in a list"),
    ],
)
def test_a_header_that_cannot_be_accepted_changes_no_contract(own_contracts, header, column, extract, said):
    before = {path: path.read_text() for path in own_contracts.rglob("*.yml")}
    with pytest.raises((LookupError, ValueError), match=said):
        headers.accept(header, column, extract)
    assert {path: path.read_text() for path in own_contracts.rglob("*.yml")} == before


def test_a_header_may_hold_what_yaml_has_a_meaning_for(own_contracts):
    header = 'Age: [of] "child", #1'
    headers.accept(header, "age_years", "annex_a_contacts")
    load_contracts.cache_clear()
    [column] = [c for c in load_contracts()["annex_a_contacts"].columns if c.name == "age_years"]
    assert column.headers[-1] == header
