"""How far back lists hold everything, as `csc status` says it."""

from datetime import date

import duckdb
import pytest

from publication.private import deliveries
from reporting import terminal, terminal_status

APRIL, MAY = date(2013, 4, 1), date(2013, 5, 1)
TABLES = """
    create schema intermediate;
    create schema reference;
    create table reference.authorities (authority_code varchar, authority_name varchar, folder varchar);
    create table reference.extracts (extract varchar, title varchar);
    create table reference.list_reaches (authority_code varchar, list varchar, reach varchar);
    create table intermediate.int_lists__delivered (
        authority_code varchar, extract varchar, reporting_month date, next_reporting_month date, dataset varchar
    );
    create table intermediate.int_lists__told (
        authority_code varchar, extract varchar, reporting_month date, reaches_from date
    );
    create table intermediate.int_lists__held (
        authority_code varchar, extract varchar, reporting_month date, filing_month date, events bigint,
        repeated_events bigint
    );
    insert into reference.authorities values ('A', 'Barnet', 'barnet'), ('B', 'Croydon', 'croydon');
    insert into reference.extracts values ('annex_a_contacts', 'List 1'), ('annex_a_cpp', 'List 7');
    insert into reference.list_reaches values ('A', 'annex_a_contacts', 'month');
    insert into intermediate.int_lists__delivered values
        ('A', 'annex_a_contacts', '2013-04-01', '2013-05-01', 'annex_a'),
        ('A', 'annex_a_contacts', '2013-05-01', null, 'annex_a'),
        ('A', 'annex_a_cpp', '2013-05-01', null, 'ssd'),
        ('A', 'cpp_visits', '2013-05-01', null, 'ssd'),
        ('B', 'annex_a_contacts', '2013-04-01', '2013-05-01', 'annex_a'),
        ('B', 'annex_a_contacts', '2013-05-01', null, 'annex_a');
    insert into intermediate.int_lists__told values
        ('A', 'annex_a_contacts', '2013-04-01', '2013-04-01'),
        ('A', 'annex_a_contacts', '2013-05-01', '2013-05-01'),
        ('A', 'annex_a_cpp', '2013-05-01', '1900-01-01'),
        ('A', 'cpp_visits', '2013-05-01', '1900-01-01'),
        ('B', 'annex_a_contacts', '2013-04-01', '2013-04-01'),
        ('B', 'annex_a_contacts', '2013-05-01', '2013-03-01');
    insert into intermediate.int_lists__held values
        ('A', 'annex_a_contacts', '2013-04-01', '2013-03-01', 70, 0),
        ('A', 'annex_a_contacts', '2013-04-01', '2013-04-01', 50, 1),
        ('B', 'annex_a_contacts', '2013-04-01', '2013-02-01', 80, 0),
        ('B', 'annex_a_contacts', '2013-04-01', '2013-03-01', 60, 50),
        ('B', 'annex_a_contacts', '2013-04-01', '2013-04-01', 40, 40),
        ('B', 'annex_a_contacts', '2013-04-01', '9999-12-01', 30, 30),
        ('B', 'annex_a_contacts', '2013-05-01', '2013-05-01', 20, 0);
"""


@pytest.fixture
def con():
    with duckdb.connect() as opened:
        yield opened


def test_the_latest_delivery_of_each_list_says_since_when_it_holds_everything_and_why(con):
    con.execute(TABLES)
    found = [list(vars(reach).values()) for reach in deliveries.reaches(con)]
    assert found == [
        ["Barnet", "barnet", "annex_a_contacts", MAY, MAY, "declared", APRIL, 50, 1],
        ["Barnet", "barnet", "annex_a_cpp", MAY, None, "dataset", None, None, None],
        ["Croydon", "croydon", "annex_a_contacts", MAY, date(2013, 3, 1), "told", APRIL, 100, 90],
    ]


def test_before_the_first_build_nothing_is_said(con):
    assert deliveries.reaches(con) == []


def test_a_list_is_shown_with_its_evidence(con):
    con.execute(TABLES)
    with terminal.out.capture() as said:
        terminal_status.reaches([vars(reach) for reach in deliveries.reaches(con)])
    shown = " ".join(said.get().split())
    assert "Barnet Annex A list 1, contacts 2013-05 2013-05 declared 2% (1 of 50)" in shown
    assert "2013-05 ever its dataset nothing to compare" in shown
    assert "Croydon Annex A list 1, contacts 2013-05 2013-03 the list itself 90% (90 of 100)" in shown
