"""Every planted defect of made-up lists is found by its check at its cell, and nothing else is."""

import csv
import shutil
from datetime import date, datetime

import pytest
from conftest import ask

from data_quality.contracts import fold, load_contracts
from synthesis.defects import READ, REPORTED
from synthesis.synthesise import Request, Span, synthesise

pytestmark = pytest.mark.long

FOUND_BY = {  # the check that a reported defect is found by
    "date that no calendar has": "rows_name_their_child_and_date",
    "word instead of a date": "rows_name_their_child_and_date",
    "child id missing": "rows_name_their_child_and_date",
    "date in the future": "dates_end_with_the_reporting_month",
    "end before start": "dates_are_in_order",
    "assessment authorised before it started": "dates_are_in_order",
    "child over 25": "events_are_of_a_childhood",
    "age that the date of birth contradicts": "ages_agree_with_birth_dates",
    "spelling that is not known": "list_spellings_are_known",
    "code that came into use later": "codes_are_in_use",
    "fraction of a plan": "list_cells_are_readable",
    "disability missing": "required_cells_are_filled",
    "duplicate row": "rows_appear_once",
    "overlapping plans": "plans_and_periods_do_not_overlap",
    "id of another child": "children_keep_their_birth_date",
    "optional column missing": "columns_are_supplied",
    "required column renamed": "files_are_accepted",
}


@pytest.fixture(scope="module")
def judged(dirty, new_home):
    """The dirty authority and a clean one, through one run: its home."""
    home = new_home("judged")
    home.settings["CSC_PACKS_FOR"] = "none"
    shutil.copytree(dirty / "croydon", home.landing / "croydon")
    synthesise(Request(home.path / "made", Span(date(2013, 4, 1), 3), authorities=("barnet",), scale=0.1))
    (home.path / "made" / "barnet").rename(home.landing / "barnet")
    run = home.csc("run")
    assert run.returncode == 2, run.stdout + run.stderr  # the refused list holds publication back
    return home


def keyed(dirty):
    """The answer key, each row with the extract and the column that the contracts give its place."""
    contracts = [contract for contract in load_contracts().values() if contract.kind == "list"]
    for key in csv.DictReader((dirty / "ANSWER_KEY.csv").open(newline="")):
        [contract] = [
            c for c in contracts if c.extract == "annex_a_" + key["file"].split("/")[-1].split("_", 2)[2][:-4]
        ]
        column = next((c for c in contract.columns if fold(key["column"]) in c.folded_headers), None)
        yield key | {"extract": contract.extract, "contract_column": column}


def test_every_defect_is_found_by_its_check_and_there_is_no_other_finding(judged, dirty):
    planted = {
        (FOUND_BY[key["defect"]], key["extract"], key["file"].split("/")[1])
        for key in keyed(dirty)
        if key["expected"] != READ
    }
    planted.add(("headers_stay_the_same", "annex_a_referrals", "2013-06"))  # the column that is one too many
    # rows of May whose date cannot be read in June
    planted |= {("listed_events_stay_listed", f"annex_a_{name}", "2013-06") for name in ("contacts", "referrals")}
    # an assessment of that sort ends before it begins: it has no days, so it counts in one of two figures
    planted.add(("computed_twins_agree", "annex_a_assessments", "2013-06"))
    found = ask(
        judged.warehouse,
        """
        -- the rules of the yearly returns find some of these rows in place of the checks, and other ones once more
        select coalesce(rules.own_check, check_id), extract, strftime(reporting_month, '%Y-%m'), authority_code
        from quality.findings
        left join reference.validation_rules as rules on check_id = 'census_' || lower(rules.rule)
        where status = 'open' and (not starts_with(check_id, 'census_') or rules.own_check is not null)
        """,
    )
    # children made up are not those whom the DfE published, of either authority
    unlike = {
        ("first_month_follows_from_published", "annex_a_cpp", "2013-06"),
        ("name_is_that_of_the_published_definition", "annex_a_cin", "2013-06"),
    }
    of_the_lists = [row for row in found if row[:3] not in unlike]
    assert {row[:3] for row in found} == planted | unlike
    assert {row[3] for row in of_the_lists} == {"E09000008"}  # the clean authority has none


def test_every_defect_of_a_row_is_found_at_its_cell_and_no_other_row_is_doubted(judged, dirty):
    planted = {
        (key["file"], int(key["row"])): key["contract_column"] and key["contract_column"].name
        for key in keyed(dirty)
        if key["expected"] == REPORTED and key["row"]
    }
    rows = ask(
        judged.warehouse,
        """
        -- of two plans that overlap, the one added stands below
        select split_part(source_ref, ', ', 1), greatest(source_row, coalesce(other_row, 0)), source_column
        from quality.doubtful_rows
        union all
        select split_part(source_ref, ', ', 1), source_row, source_column
        from quality.rejected_rows where is_current_version
        """,
    )
    found = {(file, row): column for file, row, column in rows}
    assert len(found) == len(rows)
    assert found.keys() == planted.keys()
    assert {place: column for place, column in found.items() if planted[place] is not None} == {
        place: column for place, column in planted.items() if column is not None
    }


def test_what_is_only_written_in_another_way_is_read_as_right(judged, dirty):
    for key in keyed(dirty):
        column, number = key["contract_column"], key["row"]
        if key["expected"] != READ or column is None or column.type == "text":
            continue
        where = f"reporting_month = date '{key['file'].split('/')[1]}-01' and source_row = {number}"
        of_croydon = f"authority_code = 'E09000008' and {where}"
        staged = f"staging.stg_annex_a__{key['extract'].removeprefix('annex_a_')}"
        [(read,)] = ask(judged.warehouse, f"select {column.name} from {staged} where {of_croydon}")
        if column.type == "date":
            right = datetime.strptime(key["right"], "%d/%m/%Y").date()
        else:
            spelling = key["right"].casefold().replace("'", "''")
            codes = f"select code from reference.code_spellings where code_list = '{column.codes}'"
            [(right,)] = ask(judged.warehouse, f"{codes} and spelling = '{spelling}'")
        assert str(read) in (str(right), {"Y": "True", "N": "False"}.get(right)), key
