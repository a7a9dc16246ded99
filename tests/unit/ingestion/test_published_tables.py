"""Tables of published statistics: taken once for all authorities, every cell kept. Without a run."""

import json
import re
from datetime import date

import duckdb
from conftest import ROOT
from returns import clean_returns, write_csv, write_workbook

from data_quality.contracts import load_contracts, of_every_area
from ingestion import ledger
from ingestion.load import load, prepare
from ingestion.receive import receive

PLACE = ["time_period", "geographic_level", "country_code", "region_code", "new_la_code", "la_name"]
STARTS = [
    [*PLACE, "Category", "Starts Count"],
    ["2025", "National", "E92000001", "", "", "", "Plans", "61,840"],
    ["2025", "Local authority", "E92000001", "E12000007", "E09000008", "Croydon", "Plans", "c"],
]
AGES = [*map(str, range(90)), "90+"]
PERSONS = [
    ["MYE2 - Persons: Population estimates by single year of age and sex for local authorities, mid-2024"],
    ["This worksheet contains one table."],
    [],
    ["Code", "Name", "Geography", "All ages", *AGES],
    ["E92000001", "ENGLAND", "Country", "91000", *["1000"] * 91],
    ["E09000008", "Croydon", "London Borough", "910", *["10"] * 91],
]
NEIGHBOURS = [["old_la_code", "la_name", *(f"SN_{n}" for n in range(1, 11))], ["306", "Croydon", *map(str, range(10))]]


def taken_in(tmp_path):
    contracts = load_contracts()
    con = duckdb.connect()
    ledger.prepare(con)
    prepare(con, contracts.values())
    receive(con, tmp_path / "landing", tmp_path / "vault", contracts, date(2010, 4, 1))
    load(con, contracts.values(), tmp_path / "vault", ledger.pending(con))
    return con


def folder(tmp_path, name):
    path = tmp_path / "landing" / name
    path.mkdir(parents=True)
    return path


def test_tables_in_the_folder_of_what_is_published_are_taken_once_for_all_with_every_cell(tmp_path):
    here = folder(tmp_path, "published/2025-11")
    write_csv(STARTS, here / "starts.csv")
    write_workbook({"Table": [["Plans in England"], [], *STARTS]}, here / "starts again.xlsx")
    write_csv(NEIGHBOURS, here / "neighbours.csv")
    with taken_in(tmp_path) as con:
        rows = con.execute(
            "select authority_code, reporting_month, statistics from raw.published_tables order by version, source_row"
        ).fetchall()
        assert {row[:2] for row in rows} == {("E92000001", date(2025, 11, 1))}
        cells = [("Plans", "61,840"), ("Plans", "c"), ("Plans", "61840"), ("Plans", "c")]  # the workbook has a number
        above = [{}, {}, {"above the header": "Plans in England"}, {"above the header": "Plans in England"}]
        assert [json.loads(row[2]) for row in rows] == [
            {"category": a, "startscount": b} | title for (a, b), title in zip(cells, above, strict=True)
        ]
        assert con.execute("select dfe_code, neighbour_10 from raw.neighbour_tables").fetchall() == [("306", "9")]
        # each table stays, for they are not versions of one another
        statuses = con.execute("select extract, version, status from quality.ingest_ledger order by all").fetchall()
        assert statuses == [
            ("neighbour_tables", 1, "accepted"),
            ("published_tables", 1, "accepted"),
            ("published_tables", 2, "accepted"),
        ]


def test_the_workbook_of_the_ons_is_read_for_its_persons_by_age_and_its_other_sheets_are_left_aside(tmp_path):
    here = folder(tmp_path, "published/2025-07")
    males = [[PERSONS[0][0].replace("Persons", "Males")], *PERSONS[1:]]
    density = [
        ["MYE5"],
        [],
        ["Code", "Name", "Geography", "Area (sq km)"],
        ["E09000008", "Croydon", "London Borough", "86"],
    ]
    workbook = {"Contents": [["Contents"], ["MYE2"]], "MYE2 - Persons": PERSONS, "MYE2 - Males": males, "MYE5": density}
    write_workbook(workbook, here / "mye24tablesew.xlsx")
    write_csv(PERSONS, here / "persons.csv")
    write_workbook(
        {"SN": [["Statistical neighbours"], [], ["LA number", "LA name", *(f"SN{n}" for n in range(1, 11))]]},
        here / "sn.xlsx",
    )
    with taken_in(tmp_path) as con:
        ledger_rows = con.execute(
            "select file_path, sheet, extract, status, notes from quality.ingest_ledger order by all"
        ).fetchall()
        of_males = "Population estimates by single year of age: of males alone: no measure needs it."
        book, text = "published/2025-07/mye24tablesew.xlsx", "published/2025-07/persons.csv"
        assert ledger_rows == [
            (book, "Contents", None, "ignored", None),
            (book, "MYE2 - Males", None, "ignored", of_males),
            (book, "MYE2 - Persons", "population_tables", "accepted", None),
            (book, "MYE5", None, "ignored", None),
            (text, None, "population_tables", "accepted", None),
            (
                "published/2025-07/sn.xlsx",
                "SN",
                "neighbour_tables",
                "accepted",
                'Columns that we do not use: "LA name".',
            ),
        ]
        rows = con.execute(
            "select version, area_code, all_ages, oldest, ages from raw.population_tables order by version, source_row"
        ).fetchall()
        assert [row[:4] for row in rows] == [
            (version, *figures)
            for version in (1, 2)
            for figures in (("E92000001", "91000", "1000"), ("E09000008", "910", "10"))
        ]
        others = json.loads(rows[1][4])
        assert [others[str(age)] for age in range(90)] == ["10"] * 90
        assert all("mid-2024" in json.loads(row[4])["above the header"] for row in rows)


def test_a_table_in_the_folder_of_an_authority_is_taken_too(tmp_path):
    write_csv(STARTS, folder(tmp_path, "croydon/2025-11") / "starts.csv")
    with taken_in(tmp_path) as con:
        assert con.execute("select distinct authority_code from raw.published_tables").fetchall() == [("E09000008",)]


def test_what_is_of_one_authority_is_refused_among_the_figures_of_all_and_holds_no_authority_back(tmp_path):
    overview = clean_returns(date(2013, 12, 1)).tables["overview"]
    write_csv(overview, folder(tmp_path, "published/2013-12") / "overview.csv")
    write_csv(STARTS, folder(tmp_path, "published/latest") / "starts.csv")
    with taken_in(tmp_path) as con:
        refused = con.execute(
            "select authority_code, extract, found, expected from quality.ingest_ledger order by file_path"
        ).fetchall()
    assert refused == [
        (
            None,
            "overview",
            "'Overview', which is of one authority",
            "in the folder 'published', only tables of all authorities",
        ),
        (
            None,
            None,
            'the folder "latest", which is not a month',
            "a folder published/<YYYY-MM>/, for the month in which the figures were published",
        ),
    ]


def test_sql_that_leaves_aside_what_is_of_all_authorities_names_every_such_table():
    for file in ("publication/delivering_authorities.sql", "data_quality/history/tables.sql"):
        [named] = re.findall(r"extract\b.* not in \(([^)]*)\)", (ROOT / file).read_text())
        assert set(re.findall(r"'(\w+)'", named)) == of_every_area()
