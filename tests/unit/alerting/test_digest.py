"""Digests: what they say and may not say."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from digests import AT, LATE, NEW_CPP, NOW, REFUSED, composed, ended, known, warehouse

from alerting import facts, pages
from alerting.digest import CAUSES, MOST_GROUPS, MOST_ITEMS, UNEXPECTED, render
from data_quality.checks import RAW_RULES, audit_checks, contract_checks, validation_rules
from ingestion import ledger
from orchestration import run_ends
from publication.publications import HeldBackAuthority

# What a digest says


def test_a_finding_is_told_as_the_figure_the_cell_what_was_printed_and_what_it_should_be(file):
    warehouse(file, NEW_CPP)
    said = render(composed(known(file))[0], None)
    assert said.subject == "Croydon, December 2013: Published; new: 1 warning"
    for told in (
        "WARNING  The year to date disagrees with its months (1)",
        "New child protection plans, year to December 2013: printed as 14; the months make 268",
        AT,
        "docs/alerts/year-to-date.md",
    ):
        assert told in said.text
    assert "<b>New child protection plans, year to December 2013</b>: printed as 14; the months make 268" in said.html
    assert "New child protection plans, year to December 2013: printed as 14; the months make 268" in said.brief


def test_a_finding_is_new_once_then_open_with_its_age_and_resolved_once(file):
    warehouse(file, NEW_CPP, LATE)
    first, told = composed(known(file))
    assert (first.new_count, first.open_count, first.resolved_count) == (2, 0, 0)
    second, told = composed(known(file), told=told, now=NOW + timedelta(days=3))
    assert (second.new_count, second.open_count, second.resolved_count) == (0, 2, 0)
    assert (
        "warning: The year to date disagrees with its months (1), since 5 Jan 2014, 15 days"
        in render(second, None).text
    )
    warehouse(file, NEW_CPP | {"status": "resolved"}, LATE)
    third, told = composed(known(file), told=told)
    assert (third.new_count, third.open_count, third.resolved_count) == (0, 1, 1)
    assert "The year to date disagrees with its months (1): New child protection plans" in render(third, None).text
    fourth, told = composed(known(file), told=told)
    assert (fourth.new_count, fourth.open_count, fourth.resolved_count) == (0, 1, 0)
    warehouse(file, NEW_CPP)  # the same fault again, and the late extract has come
    fifth, _ = composed(known(file), told=told)
    assert [g.check_id for g in fifth.new] == ["ytd_agrees_with_months"]
    assert [g.check_id for g in fifth.resolved] == ["extracts_are_delivered"]


def test_the_worst_comes_first_and_a_digest_stays_short_whatever_was_found(file):
    many = [
        NEW_CPP | {"finding_id": f"{check}{i}", "check_id": check, "severity": severity, "observed": 268.0 + i}
        for check, severity in ((c.check_id, c.severity) for c in audit_checks().values())
        for i in range(20)
    ]
    warehouse(file, *many)
    digest, _ = composed(known(file))
    assert [g.severity for g in digest.new] == sorted((g.severity for g in digest.new), key=facts.SEVERITIES.index)
    assert digest.new[0].severity == "error"
    assert len(digest.new) == MOST_GROUPS
    assert all(g.count == 20 and len(g.items) == MOST_ITEMS for g in digest.new)
    shown = [g.items[0].says for g in digest.new if "{observed}" in pages.check(g.check_id).says]
    assert shown
    assert all("287" in says for says in shown)
    assert digest.new_count == len(many) == 20 * MOST_GROUPS + digest.new_hidden
    said = render(digest, None)
    assert len(said.text.splitlines()) < 150
    assert len(said.brief) < 4000
    assert f"and {digest.new_hidden} more in other checks" in said.text


def test_a_figure_of_the_latest_month_that_is_lost_comes_before_any_that_is_off(file):
    lost = NEW_CPP | {"finding_id": "lost", "check_id": "cells_are_readable", "observed": None, "expected": None}
    off_by_much = NEW_CPP | {"finding_id": "off", "check_id": "components_add_up", "observed": 9.0, "expected": 1.0}
    before = lost | {"finding_id": "before", "check_id": "figures_are_supplied"}
    warehouse(file, off_by_much, before, lost)
    digest, _ = composed(known(file))
    assert [g.check_id for g in digest.new] == ["cells_are_readable", "components_add_up", "figures_are_supplied"]


def test_a_mail_offers_the_digits_that_letters_stand_for(file):
    lost = NEW_CPP | {"check_id": "cells_are_readable", "observed": None, "expected": 2040.0}
    warehouse(file, lost, lost | {"finding_id": "none", "expected": None})
    digest, _ = composed(known(file))
    says = {item.says for group in digest.new for item in group.items}
    assert says == {
        "it counts as not supplied",
        "it counts as not supplied; with digits for its letters it is 2,040",
    }


def test_a_mail_names_the_folder_nearest_to_one_of_no_authority_and_no_other_word(file):
    of_nobody = REFUSED | {"check_id": "folders_are_of_authorities", "authority_code": None}
    said = 'the folder "{}", which is not known. Move the file; the nearest is "{}".'
    messages = {"one": said.format("bromly", "bromley"), "other": said.format("smith", "smithers")}
    warehouse(file, *(of_nobody | {"finding_id": name, "message": words} for name, words in messages.items()))
    digest, _ = composed(known(file))
    says = {item.says for group in digest.new for item in group.items}
    near = "nothing in it was loaded; the nearest folder of an authority is bromley"
    assert says == {near, "nothing in it was loaded"}


@pytest.mark.parametrize("outcome", ["held_back", *UNEXPECTED])
def test_a_run_that_did_not_publish_says_why_and_what_readers_see(outcome):
    run = ended(outcome, cause="disk_full", step="building the marts", failing=(("files_are_accepted", 2),))
    digest, _ = composed([], runs=[run], readers_see="5 January 2014, 06:03")
    said = render(digest, None)
    assert digest.level == "error"
    assert "Readers still see the publication of 5 January 2014, 06:03." in said.text
    if outcome == "held_back":
        assert said.subject == "Held back by 1 check"
        assert "A file was refused: 2 found" in said.text
    else:
        assert said.subject.endswith(": the disk is full")
        assert "It stopped while building the marts: the disk is full." in said.text


def test_a_run_whose_pack_failed_says_that_readers_see_what_it_published():
    run = ended("pack_failed", cause="disk_full", step="making the scrutiny pack")
    digest, _ = composed([], runs=[run], readers_see="5 January 2014, 06:03")
    said = render(digest, None)
    assert said.subject == "Published, but a scrutiny pack was not made: the disk is full"
    assert "It stopped while making the scrutiny pack: the disk is full." in said.text
    assert "Readers see the publication of 5 January 2014, 06:03." in said.text
    assert "still see" not in said.text


def test_a_run_that_published_in_part_says_who_is_held_back_by_what_since_when_and_what_readers_see():
    held = HeldBackAuthority(
        authority_code="E09000003",
        authority_name="a name of no list",
        checks=["files_are_accepted"],
        since="2014-01-05T06:03:00+00:00",
        published_at="2013-12-05T06:02:00+00:00",
        absent_from=[],
    )
    new = replace(held, authority_code="E09000005", published_at=None)
    part = replace(held, authority_code="E09000008", months_left_out=["May 2013", "June 2013"])
    run = ended("published_in_part", failing=(("files_are_accepted", 2),), held_back=(held, new, part))
    digest, _ = composed([], runs=[run])
    said = render(digest, None)
    assert (said.level, said.subject) == ("error", "Published in part, without Barnet, Brent, Croydon")
    assert "A file was refused: 2 found" in said.text
    assert "a name of no list" not in said.text
    assert (
        "Barnet is held back since 5 January 2014, 06:03 (A file was refused); "
        "readers see the publication of 5 December 2013, 06:02." in said.text
    )
    assert "(A file was refused); readers see nothing of it yet." in said.text
    assert "5 December 2013, 06:02, without the files for May 2013 and June 2013." in said.text


def test_a_file_whose_name_may_not_leave_is_told_by_folder_number_type_and_list():
    row = NEW_CPP | {"source_ref": "croydon/2013-12/file 4.xlsx, sheet 2, row 9, column YTD (cell K9)"}
    assert facts.item(row).where == "croydon/2013-12/file 4.xlsx (Overview), sheet 2, row 9, column YTD (cell K9)"
    row = NEW_CPP | {"source_ref": "croydon/2013-12/jane doe.XLSX, row 9, column YTD (cell K9)"}
    assert facts.item(row).where == "croydon/2013-12/(withheld) (Overview), row 9, column YTD (cell K9)"


def test_a_refused_file_is_told_by_number_size_and_time_whatever_its_name(file):
    warehouse(file, REFUSED, NEW_CPP)
    with duckdb.connect(str(file)) as con:
        ledger.prepare(con)
        con.execute(
            """
            insert into quality.ingest_ledger by name
            select 'd' as delivery_id, $path as file_path, 'overview_final.xlsx' as file_name, 'x' as file_sha256,
                48213 as file_bytes, 1 as modified_ns, 47 as received_number, true as is_present, 'refused' as status,
                timestamp '2014-07-05 06:03' as received_at, received_at as presence_changed_at
            """,
            {"path": REFUSED["source_ref"].partition(", sheet")[0]},
        )
    said = render(composed(known(file))[0], None).text
    # summer time: 06:03 in the warehouse, which keeps UTC
    assert "overview_final.xlsx, sheet Overview (file 47, 48 KB, received 5 July 2014, 07:03)" in said
    assert f"{AT}\n" in said  # of a finding on a cell, the cell is enough


def test_what_changes_without_a_run_is_told_too(file):
    warehouse(file, LATE)
    digest, told = composed(known(file), runs=[])
    assert digest.subject == "Croydon, December 2013: News between runs; new: 1 for information"
    digest, _ = composed([], runs=[], told=told)
    assert digest.subject == "News between runs; 1 resolved"


def test_pages_are_named_or_linked(file):
    warehouse(file, NEW_CPP)
    digest, _ = composed(known(file))
    assert 'href="https://wiki.example/csc/year-to-date.md"' in render(digest, "https://wiki.example/csc/").html
    assert "href" not in render(digest, None).html


# What a digest may not say

PERSONAL = ["Jane", "Doe", "O'Neil", "14/02/2009", "2009-02-14", "14 February 2009", "CR0 1EA", "4471234", "jane.doe"]
SAYS_ALL = "Jane Doe O'Neil, born 14/02/2009 (2009-02-14, 14 February 2009), CR0 1EA, id 4471234, jane.doe"


@pytest.mark.parametrize("column", [c for c in NEW_CPP if c not in ("reporting_month", "status")])
@pytest.mark.parametrize("extract", ["overview", "annex_a_referrals"])
def test_nothing_personal_leaves_by_any_column_of_a_finding(file, column, extract):
    personal = {
        "month": date(2009, 2, 14),
        "observed": 4471234.0,
        "expected": 4471234.0,
        "first_seen_at": NOW.replace(tzinfo=None),
        "last_seen_at": NOW.replace(tzinfo=None),
    }
    row = NEW_CPP | {"extract": extract} | {column: personal.get(column, SAYS_ALL)}
    if column in ("observed", "expected"):
        row["measure_id"] = None  # a figure of no measure is a value of a row
    warehouse(file, row)
    assert leaks(file) == []


@pytest.mark.parametrize(
    "source_ref",
    [
        "croydon/2013-12/Jane Doe.csv, row 9, column YTD (cell K9)",
        "croydon/2013-12/overview Jane Doe.csv, row 9, column YTD (cell K9)",
        "croydon/2013-12/overview 4471234.csv, row 9, column YTD (cell K9)",
        "croydon/2013-12/referrals.xlsx, sheet Jane Doe, row 9, column child_id (cell A9)",
        "croydon/2013-12/overview.csv, row 9, column Jane Doe (cell K9)",
        "croydon/2013-12/overview.csv, row 9, column CR0 1EA",
        "croydon/2013-12/overview.jane.doe, row 9",
        "Jane Doe/2013-12/overview.csv, row 9, column YTD (cell K9)",
        "4471234",
    ],
)
@pytest.mark.parametrize("check_id", ["ytd_agrees_with_months", "files_are_accepted"])
def test_nothing_personal_leaves_by_the_name_of_a_file_a_sheet_or_a_column(file, source_ref, check_id):
    warehouse(file, NEW_CPP | {"check_id": check_id, "source_ref": source_ref, "message": f"{source_ref} 'Jane Doe'"})
    assert leaks(file) == []


def leaks(file: Path) -> list[str]:
    """What is personal in any form of the digests on this warehouse, or in what the outbox remembers: new, resolved."""
    found = known(file)
    new, told = composed(found)
    resolved, _ = composed([], told=told)
    assert (new.new_count, resolved.resolved_count) == (1, 1)
    forms = [v for d in (new, resolved) for v in vars(render(d, None)).values()]
    everything = "\n".join(forms) + json.dumps([vars(t) for t in told.values()], default=str)
    return [word for word in PERSONAL if word.casefold() in everything.casefold().replace(",", "")]


def test_a_header_is_repeated_only_where_a_contract_has_it(file):
    message = "the header 'Jane Doe' is new; the nearest known is 'Date of referral'"
    warehouse(file, LATE | {"extract": "annex_a_referrals", "message": message})
    said = render(composed(known(file))[0], None).text
    assert "'Date of referral'" in said
    assert "Jane" not in said


def test_the_error_of_a_step_is_told_by_its_kind_only():
    said = "ConversionException: Could not convert string 'Jane Doe 14/02/2009' to DATE"
    assert run_ends.cause_of(said) == "other"
    assert run_ends.cause_of("IO Error: Could not write file: No space left on device") == "disk_full"
    assert {run_ends.cause_of(sign) for signs in run_ends.SYMPTOMS.values() for sign in signs} == set(run_ends.SYMPTOMS)
    assert set(run_ends.SYMPTOMS) == set(CAUSES) - {"other"}


# The pages


def test_every_check_rule_and_event_leads_to_a_page_and_every_page_to_one():
    rules = {rule for kind in RAW_RULES.values() for rule in kind}
    claimed = pages.claimed()
    census = {rule.check.check_id for rule in validation_rules()}
    assert claimed["checks"] == set(audit_checks()) - census | {pages.WAREHOUSE_TESTS, pages.CENSUS_RULES}
    assert claimed["rules"] == rules
    ended = {"published", "published_in_part", "held_back", "completed", "pack_failed", *UNEXPECTED}
    assert claimed["events"] == {*ended, "no_run", "trial"}
    led_to = {pages.check(check).page for check in (*audit_checks(), *contract_checks(), "a_dbt_test")}
    led_to |= {pages.event(event).page for event in claimed["events"]}
    written = {path.name for path in pages.PAGES.glob("*.md")}
    assert led_to == written - {"README.md"}
    index = (pages.PAGES / "README.md").read_text()
    for name in led_to:
        text = (pages.PAGES / name).read_text()
        assert f"({name})" in index
        parts = re.split(r"^## (.+)\n", text.split("---\n", 2)[2], flags=re.MULTILINE)
        assert parts[1::2] == ["What it means", "What to do", "Who usually owns it"], name
        assert all(len(part.split()) > 3 for part in parts[2::2]), name


def test_the_commands_of_the_pages_exist():
    from orchestration.cli import cli

    for path in pages.PAGES.glob("*.md"):
        for command, options in re.findall(r"`csc (\w+)([^`]*)`", path.read_text()):
            known_options = {option for parameter in cli.commands[command].params for option in parameter.opts}
            assert set(re.findall(r"--[\w-]+", options)) <= known_options, (path.name, command)
