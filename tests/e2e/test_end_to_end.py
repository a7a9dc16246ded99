"""Croydon's own December 2013, through `csc` from the landing folder to readers: one story, each step after the other.

A step leaves a `Step`: what the command said, and copies of what it left, so that every test can look at any of them.
"""

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Home, ask, digest
from returns import write_csv, write_workbook

EXTRACTS = ROOT / "seeds" / "extracts"
CROYDON = "E09000008"
MEASURES = {  # in the order printed; referrals and lac_total are taken from the overview
    "overview": [
        *("contacts", "contacts_not_open_cases", "referrals", "assessments_completed", "cin_total", "cin_new"),
        *("cpp_total", "cpp_new", "lac_total", "lac_new", "lac_also_cpp"),
    ],
    "referrals_to_assessment": [None, "referrals_leading_to_assessment", "referrals_leading_to_assessment_pct"],
    "assessment_timespan": ["days_1_15", "days_16_25", "days_26_35", "days_36_45", "days_45_plus", "grand_total"],
    "cpp_duration": [
        *("cpp_current", "cpp_0_12_months_pct", "cpp_12_24_months_pct", "cpp_24_plus_months_pct"),
        *("cpp_ceased", "cpp_ceased_2yrs_plus", "cpp_ceased_2yrs_plus_pct_ni64"),
    ],
    "lac_movement": ["lac_indigenous", "lac_uasc", None],
    "placement_stability": ["lac_3plus_placements", "lac_3plus_placements_pct"],
}
APR, MAY, JUN, JUL, AUG, SEP, OCT, NOV, DEC = MONTHS = [date(2013, month, 1) for month in range(4, 13)]

# Two figures that the correction changes: October's contacts, and the year to date of new plans.
TWO_FIGURES = """
    select
        max(case when measure_id = 'contacts' and month = date '2013-10-01' then value end),
        max(case when measure_id = 'cpp_new' then printed_ytd end),
        count(*)
    from marts.kpi_monthly
"""
BEFORE, AFTER = [1517, 14, 270], [1527, 268, 270]
READER = """
import json, sys, time
from pathlib import Path
import duckdb

path, stop, sql = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
held = duckdb.connect(path, read_only=True)
answers = {"held": [], "fresh": []}
def look(name, con):
    answer = list(con.execute(sql).fetchone())
    if answers[name][-1:] != [answer]:
        answers[name].append(answer)
while True:
    is_last = stop.exists()
    look("held", held)
    with duckdb.connect(path, read_only=True) as fresh:
        look("fresh", fresh)
    if not answers.get("said"):
        answers["said"] = print("reading", flush=True) or True
    if is_last:
        break
    time.sleep(0.2)
print(json.dumps(answers))
"""


@dataclass
class Step:
    """What a step of the story said and left behind."""

    home: Home
    run: subprocess.CompletedProcess
    published: Path  # the file that readers see, behind its link
    digest: str
    warehouse: Path  # a copy

    def private(self, sql):
        return ask(self.warehouse, sql)

    def public(self, sql):
        return ask(self.published, sql)

    def findings(self, check_id):
        """(measure, month, observed, expected) of the open findings of a check, as readers see them."""
        return self.public(
            f"""
            select measure_id, month, observed, expected from quality.findings
            where check_id = '{check_id}' and status = 'open' order by month, measure_id, observed
            """
        )

    def counted(self):
        return dict(
            self.public("select check_id, count(*) from quality.findings where status = 'open' group by check_id")
        )


def step(home, name, run):
    copied = shutil.copy(home.warehouse, home.path / f"{name}.duckdb")
    return Step(home, run, home.published.resolve(), digest(home.published), Path(copied))


COMMENTARY = """# {{ month }}

There were {{ contacts }} contacts, {{ contacts.change }} on {{ contacts.month 2013-11 }}. In October there were
1,517 contacts and 320 referrals; {{ contatcs.ytd }} in the year to date.
"""


def rows_of(extract):
    with (EXTRACTS / "croydon" / "2013-12" / f"{extract}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def folder(new_home):
    home = new_home("croydon")
    shutil.copytree(EXTRACTS, home.landing, dirs_exist_ok=True)
    (home.path / "commentary").mkdir()
    (home.path / "commentary" / "2013-12.md").write_text(COMMENTARY)
    return home.landing / "croydon" / "2013-12"


@pytest.fixture(scope="module")
def first(folder):
    home = Home(folder.parents[2])
    home.settings["CSC_PACKS_FOR"] = "none"
    return step(home, "first", home.csc("run"))


@pytest.fixture(scope="module")
def again(first):
    return step(first.home, "again", first.home.csc("run"))


@pytest.fixture(scope="module")
def broken(again, folder):
    """Corrections of two extracts land, and with them two files that cannot be taken."""
    overview = rows_of("overview")
    overview[1][7], overview[1][10], overview[8][10] = "1,527", "16,880", "268"
    assert (overview[1][0], overview[8][0], overview[0][7]) == ("# of all contacts", "(New CPP)", "OCT")
    write_workbook({"Overview": overview}, folder / "Overview corrected.xlsx")
    stability = rows_of("placement_stability")
    stability[1][1:] = [cell.rstrip("%").removesuffix(".00") for cell in stability[1][1:]]
    stability[2][9:] = ["8%", "8%"]
    write_csv(stability, folder / "placement_stability.csv")
    cut = [row[:9] + row[10:] for row in rows_of("overview")]
    cut[3][0] = "# of referals"
    write_csv(cut, folder / "overview_new.csv")
    write_csv([["Child", "Allocated to"], ["A. Nonymous", "Team 3"], ["B. Nonymous", "Team 4"]], folder / "cases.csv")
    return step(again.home, "broken", again.home.csc("run"))


@pytest.fixture(scope="module")
def broken_again(broken):
    return step(broken.home, "broken_again", broken.home.csc("run"))


@pytest.fixture(scope="module")
def killed(broken_again, folder):
    """The broken files are taken away, but the run is killed while it builds; then somebody looks at the status."""
    (folder / "overview_new.csv").unlink()
    (folder / "cases.csv").unlink()
    broken_again.home.kill_when("Checking", "run")
    return step(broken_again.home, "killed", broken_again.home.csc("status", "--json"))


@pytest.fixture(scope="module")
def mended(killed):
    """A run follows a killed one, and somebody reads before, during and after it.

    Another had been killed while publishing: its half-made publication lies about.
    """
    home, stop = killed.home, killed.home.path / "stop-reading"
    half_made = home.path / "publications" / ".20990101T000000000000"
    half_made.mkdir()
    (half_made / "csc.duckdb").write_bytes(b"half a file")
    record = json.loads((killed.published.parent / "publication.json").read_text())
    (half_made / "publication.json").write_text(json.dumps(record | {"publication_id": half_made.name[1:]}))

    command = [sys.executable, "-c", READER, str(home.published), str(stop), TWO_FIGURES]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
        try:
            assert reader.stdout.readline() == "reading\n", reader.stderr.read()
            home.settings["CSC_PUBLISH_PER_AUTHORITY"] = "true"
            run = home.csc("run")
        finally:
            stop.touch()
        answers, errors = reader.communicate()
    done = step(home, "mended", run)
    done.reader = (reader.returncode, errors, answers)
    return done


@pytest.fixture(scope="module")
def rolled_back(mended):
    return step(mended.home, "rolled_back", mended.home.csc("rollback", "--json"))


# The first run


def test_every_printed_cell_is_found_again_and_every_blank_stays_blank(first):
    assert first.run.returncode == 0, first.run.stderr
    printed = {}
    for extract, measures in MEASURES.items():
        for measure, row in zip(measures, rows_of(extract)[1:], strict=True):
            for month, text in zip([*MONTHS, "ytd"], row[1:], strict=True):
                figure = float(text.replace(",", "").rstrip("%")) if text else None
                if measure:
                    printed[measure, month] = figure
                else:  # printed in the overview too
                    twice = "referrals" if extract == "referrals_to_assessment" else "lac_total"
                    assert printed[twice, month] == figure
    published = {}
    for measure, month, value, ytd, is_supplied in first.public(
        f"""
        select measure_id, month, printed_value, printed_ytd, is_supplied from marts.kpi_monthly
        where authority_code = '{CROYDON}' and basis = 'reported' and reporting_month = '2013-12-01'
        """
    ):
        published[measure, month] = value
        assert is_supplied == (value is not None)
        if month == DEC:
            published[measure, "ytd"] = ytd
    assert published == printed
    # 30 measures with 9 months and a year to date; 7 rows of plans stop in September, one cell of assessments is blank
    assert len(printed) == 300
    assert sum(figure is None for figure in printed.values()) == 7 * 3 + 1
    assert first.public("select count(*) from marts.kpi_monthly") == [(270,)]


@pytest.mark.parametrize(
    ("measure", "month", "ytd"),
    [
        ("contacts", DEC, 16870),
        ("cpp_new", DEC, 268),  # printed 14
        ("lac_new", DEC, 309),  # printed 29
        ("lac_new", JUN, 18 + 32 + 26),
        ("cpp_total", DEC, 385),
        ("referrals_leading_to_assessment_pct", DEC, 100 * 2281 / 2693),
        ("lac_3plus_placements_pct", DEC, 100 * 65 / 819),
        ("cpp_ceased_2yrs_plus_pct_ni64", SEP, 100 * 6 / 162),
        ("cpp_current", DEC, None),  # not supplied since September
        ("days_16_25", SEP, 44 + 20 + 24 + 3 + 8),  # a blank counts for nothing
    ],
)
def test_a_year_to_date_follows_its_rule(first, measure, month, ytd):
    [(found,)] = first.public(
        f"select ytd_value from marts.kpi_monthly where measure_id = '{measure}' and month = '{month}'"
    )
    assert found == (ytd if ytd is None else pytest.approx(ytd, abs=1e-9))


def test_the_findings_on_croydons_return_are_these(first):
    assert first.counted() == {
        "ytd_agrees_with_months": 2,
        "ytd_stands_for_reporting_month": 7,
        "paired_measures_agree": 6,
        "percentage_agrees_with_parts": 3,
        "stock_and_flow_reconcile": 4,
        "implied_leavers_are_possible": 3,
        "unit_matches_measure": 10,
        "figures_are_supplied": 22,
        "bands_meet_without_overlap": 1,
        "figures_lie_within_process_limits": 3,
        "first_month_follows_from_published": 1,
        "year_adds_up_to_published": 1,
        "name_is_that_of_the_published_definition": 1,
        "quoted_figures_agree": 2,
        "quoted_figures_can_be_computed": 13,
    }
    assert first.findings("ytd_agrees_with_months") == [("cpp_new", DEC, 14, 268), ("lac_new", DEC, 29, 309)]
    assert first.findings("paired_measures_agree") == [
        ("grand_total", APR, 311, 313),
        ("grand_total", MAY, 283, 284),
        ("grand_total", JUL, 134, 136),
        ("grand_total", AUG, 135, 138),
        ("grand_total", SEP, 114, 119),
        ("grand_total", DEC, 1784, 1797),  # the year to date
    ]
    assert first.findings("stock_and_flow_reconcile") == [
        ("cpp_total", JUN, 304, 298 + 42 - 28),
        ("cpp_total", JUL, 312, 304 + 43 - 41),
        ("cpp_total", AUG, 332, 312 + 31 - 9),
        ("cpp_total", SEP, 339, 332 + 31 - 25),
    ]
    assert first.findings("implied_leavers_are_possible") == [
        ("cin_total", MAY, 563, 527 + 14),
        ("cin_total", OCT, 458, 414 + 14),
        ("cpp_total", NOV, 385, 301 + 24),
    ]
    assert first.findings("first_month_follows_from_published") == [("cpp_total", APR, 315, 308 + 31 - 20)]
    assert first.findings("year_adds_up_to_published") == [("cpp_new", DEC, pytest.approx((423 - 268) / 3), 43)]
    assert first.findings("name_is_that_of_the_published_definition") == [("cin_total", DEC, 416, 3753)]
    third = "lac_3plus_placements_pct"
    assert first.findings("percentage_agrees_with_parts") == [
        (third, OCT, 10, pytest.approx(100 * 72 / 779)),
        (third, DEC, 9, pytest.approx(100 * 65 / 819)),
        (third, DEC, 9, pytest.approx(100 * 65 / 819)),  # the year to date
    ]
    assert first.findings("bands_meet_without_overlap") == [("days_45_plus", DEC, 45, 46)]
    assert [f for f in first.findings("figures_are_supplied") if f[3] is not None] == [
        ("days_16_25", SEP, None, 114 - 17 - 12 - 7 - 78),
        ("cpp_current", OCT, None, 301),
        ("cpp_current", NOV, None, 385),
        ("cpp_current", DEC, None, 385),
    ]
    stale = {measure: observed for measure, _, observed, _ in first.findings("ytd_stands_for_reporting_month")}
    assert stale.keys() == set(MEASURES["cpp_duration"])
    assert stale["cpp_current"] == 339
    assert {measure for measure, *_ in first.findings("unit_matches_measure")} == {"lac_3plus_placements"}


def test_decembers_figures_beyond_their_limits_are_these(first):
    beyond = {
        measure: (observed, limit)
        for measure, _, observed, limit in first.findings("figures_lie_within_process_limits")
    }
    led = (291, 310, 217, 226, 207, 213, 264, 302, 251)
    referrals = (324, 353, 251, 252, 220, 236, 320, 390, 347)
    mean = 100 * sum(led) / sum(referrals)
    by_chance = [(mean * (100 - mean) / n) ** 0.5 for n in referrals]  # a month with more referrals varies less
    distances = [(100 * k / n - mean) / s for k, n, s in zip(led, referrals, by_chance, strict=True)]
    moved = sum(abs(after - before) for before, after in pairwise(distances))
    # the sum of nine months, and that of the eight moving ranges; 1.128 of these are a standard deviation, 3.2 standard
    # deviations the limit, and one child is no signal
    assert beyond == {
        "contacts": (1125, pytest.approx(16870 / 9 - 3.2 * 1341 / 8 / 1.128 - 1)),
        "contacts_not_open_cases": (752, pytest.approx(13809 / 9 - 3.2 * 1440 / 8 / 1.128 - 1)),
        "referrals_leading_to_assessment_pct": (
            pytest.approx(100 * 251 / 347),
            pytest.approx(mean - 3.2 * moved / 8 / 1.128 * by_chance[-1] - 100 / 347),
        ),
    }


def test_of_the_figures_that_the_reports_text_quotes_two_agree_two_do_not_and_the_rest_cannot_be_computed(first):
    """Each against the printed tables: Apr-Sep 13.0 referrals per 100 contacts, month by month; 65 of 819 is 7.9%."""
    with (EXTRACTS / "croydon" / "2013-12" / "quoted_figures.csv").open(newline="") as file:
        quoted = [(row["measure"], row["value"]) for row in csv.DictReader(file)]
    compared = first.public(
        """
        select measure_id, observed, round(expected, 2), is_agreed from quality.audit_quoted_figures
        where check_id = 'quoted_figures_agree' order by measure_id
        """
    )
    apr_to_sep = [(2196, 324), (2188, 353), (2205, 251), (2189, 252), (2043, 220), (1772, 236)]
    assert compared == [
        ("contacts_not_open_cases_pct", 88, round(100 * 11132 / sum(c for c, _ in apr_to_sep), 2), True),
        ("contacts_to_referral_pct", 11.5, round(sum(100 * r / c for c, r in apr_to_sep) / 6, 2), False),
        ("cpp_new", 33, 33.33, True),
        ("lac_3plus_placements_pct", 9, round(100 * 65 / 819, 2), False),
    ]
    cannot = first.public(
        """
        select measure_id, observed, message from quality.findings
        where check_id = 'quoted_figures_can_be_computed' and severity = 'info'
        """
    )
    told = {(measure, observed) for measure, observed, *_ in compared}
    # readers do not see names that are no measures of the register
    of_none = {"social_workers_in_family_therapy_training", "graduates_in_training"}
    as_printed = {("(withheld)" if m in of_none else m, float(value.rstrip("%"))) for m, value in quoted}
    assert {(measure, observed) for measure, observed, _ in cannot} == as_printed - told
    assert len(quoted) == 17
    why = [message.split(". It cannot be computed because ")[1] for *_, message in cannot]
    assert sum("is not in the register" in reason for reason in why) == 2  # of the workforce
    assert why.count("no file delivered so far gives it.") == 11  # of the workforce, the year before and the lists


def test_running_again_finds_nothing_new_and_changes_nothing(first, again):
    assert again.run.returncode == 0
    assert "Nothing new" in again.run.stdout
    assert (again.published, again.digest) == (first.published, first.digest)
    ledger = "from quality.ingest_ledger order by delivery_id"
    assert again.private(ledger) == first.private(ledger)
    assert len(first.private(ledger)) == 7
    verdicts = "select count(*), count(distinct run_id) from quality.check_results"
    assert again.private(verdicts) == first.private(verdicts)


# A broken file among good ones


def test_a_broken_file_holds_publication_back_and_readers_keep_what_they_had(first, broken):
    assert broken.run.returncode == 2, broken.run.stderr
    assert "Held back" in broken.run.stdout
    assert "files_are_accepted" in broken.run.stdout
    assert (broken.published, broken.digest) == (first.published, first.digest)


def test_the_finding_on_a_broken_file_says_what_was_found_what_was_expected_and_what_to_do(broken):
    found = broken.private(
        """
        select extract, severity, message, source_ref from quality.findings
        where check_id = 'files_are_accepted' and status = 'open' order by source_ref
        """
    )
    [(extract, severity, message, _), (near, near_severity, near_message, near_ref)] = found
    assert (extract, severity, near, near_severity) == (None, "error", "overview", "error")
    assert near_ref == "croydon/2013-12/overview_new.csv"
    for said in (
        "overview_new.csv was refused",
        "the column DEC is missing",
        'the row "# of referrals" is missing (the nearest label in the file is "# of referals")',
        'Expected the return "Overview"',
        "Correct the file and drop it in the same folder again",
    ):
        assert said in near_message
    assert "cases.csv was refused: a table of 3 rows and 2 columns" in message
    assert "take it out of the folder" in message


def test_what_an_unknown_file_holds_is_repeated_nowhere(broken):
    said = broken.run.stdout + broken.run.stderr + repr(broken.private("from quality.ingest_ledger"))
    said += repr(broken.private("from quality.findings"))
    assert "cases.csv" in said
    assert "Nonymous" not in said


def test_good_files_that_came_with_a_broken_one_are_loaded_as_version_2_and_version_1_stays(broken):
    versions = broken.private(
        """
        select file_name, version from quality.ingest_ledger
        where status = 'accepted' and extract in ('overview', 'placement_stability') order by extract, version
        """
    )
    assert versions == [
        ("overview.csv", 1),
        ("Overview corrected.xlsx", 2),
        ("placement_stability.csv", 1),
        ("placement_stability.csv", 2),
    ]
    contacts = "select version, oct, ytd from raw.overview where measure_id = 'contacts' order by version"
    assert broken.private(contacts) == [(1, "1,517", "16,870"), (2, "1,527", "16,880")]
    placements = "select version, apr, dec from raw.placement_stability where source_row = 2 order by version"
    assert broken.private(placements) == [(1, "78%", "65%"), (2, "78", "65")]


def test_running_again_with_the_broken_files_still_there_is_held_back_at_once(broken, broken_again):
    assert broken_again.run.returncode == 2
    assert "Checking" not in broken_again.run.stderr
    runs = "select count(distinct run_id) from quality.check_results"
    assert broken_again.private(runs) == broken.private(runs)


# A run that is killed, and the one after it, with somebody reading


def test_a_killed_run_leaves_the_publication_as_it_was_and_readable(first, killed):
    assert (killed.published, killed.digest) == (first.published, first.digest)
    assert killed.public(TWO_FIGURES) == [tuple(BEFORE)]


def test_status_says_that_the_run_never_finished_and_the_one_before_was_held_back(killed):
    assert killed.run.returncode == 1
    told = json.loads(killed.run.stdout)
    assert [run["outcome"] for run in told["runs"]] == ["never finished", "held back", "published"]
    assert told["problems"][0].startswith("The last run was not published (never finished)")


def test_the_run_after_publishes_what_was_held_back(first, mended):
    assert mended.run.returncode == 0, mended.run.stderr
    assert mended.published != first.published
    assert mended.public(TWO_FIGURES) == [tuple(AFTER)]


def test_a_reader_before_during_and_after_a_run_never_waits_and_never_sees_half(mended):
    code, errors, answers = mended.reader
    assert (code, errors) == (0, "")
    answers = json.loads(answers)
    assert answers["held"] == [BEFORE]
    assert answers["fresh"] == [BEFORE, AFTER]


def test_each_run_made_one_digest_which_says_what_it_changed(mended):
    """None for the two with nothing new; the killed one is told with the run after it."""
    digests = [file.read_text() for file in sorted((mended.home.path / "alerts").glob("*.txt"))]
    first, broken, after = digests
    assert first.startswith("Published (")
    assert "NEW SINCE THE LAST DIGEST: 79 findings" in first
    assert "New child protection plans, year to December 2013: printed as 14; the months make 268" in first
    assert "croydon/2013-12/overview.csv, row 9, column YTD (cell K9)" in first

    assert broken.startswith("Held back (")
    assert "A file was refused: 2 found" in broken
    assert "croydon/2013-12/overview_new.csv" in broken
    assert "cases.csv" not in broken
    assert "Nonymous" not in broken
    assert "A figure is printed in the wrong unit (10): Children looked after with three or more placements" in broken
    assert "warning: A figure is left blank (22), since " in broken
    assert "A commentary has a number that matches no figure" in broken

    assert after.startswith("Published (")
    assert "\nA run never finished (" in after
    assert "NEW SINCE THE LAST DIGEST: nothing" in after
    assert "RESOLVED: 2 findings" in after
    assert "A file was refused (2)" in after
    assert mended.home.csc("alerts").stdout.startswith(after[:200])


def test_restatements_are_exactly_the_changed_figures(first, mended):
    assert first.public("from quality.restatements") == []
    changed = mended.public(
        """
        select measure_id, period, month, earlier_text, earlier_version, printed_text, version, difference
        from quality.restatements order by all
        """
    )
    assert changed == [
        ("contacts", "month", OCT, "1,517", 1, "1,527", 2, 10),
        ("contacts", "ytd", DEC, "16,870", 1, "16,880", 2, 10),
        ("cpp_new", "ytd", DEC, "14", 1, "268", 2, 254),
        ("lac_3plus_placements_pct", "month", DEC, "9%", 1, "8%", 2, -1),
        ("lac_3plus_placements_pct", "ytd", DEC, "9.00%", 1, "8%", 2, -1),
    ]


def test_a_number_typed_in_a_commentary_is_a_finding_once_a_correction_belies_it(first, mended):
    assert first.findings("commentary_agrees_with_figures") == []
    assert mended.findings("commentary_agrees_with_figures") == [("contacts", OCT, 1517, 1527)]
    [(message, source_ref)] = mended.public(
        "select message, source_ref from quality.findings where check_id = 'commentary_agrees_with_figures'"
    )
    assert message == (
        '"1,517" is typed by hand for Contacts, but matches no figure of that measure. The figure is 1,527. '
        "Write a placeholder, such as {{ contacts }}, and the pack fills it in."
    )
    assert source_ref == "commentary/2013-12.md, line 4"


def test_a_commentary_is_filled_from_what_readers_see(mended):
    shown = mended.home.csc("commentary", "2013-12")
    assert shown.returncode == 1
    assert shown.stdout.startswith("# December 2013\n\nThere were 1,125 contacts, −510 on November 2013. In October")
    assert shown.stderr == (
        'Error: commentary/2013-12.md, line 4: {{ contatcs.ytd }}: there is no measure "contatcs". '
        'Did you mean "contacts"?\n'
    )


def test_what_was_put_right_is_resolved_and_every_finding_keeps_when_it_was_first_seen(first, mended):
    # New CPP's year to date; 10 counts with a % sign; December's 8% and its year to date
    resolved = {"ytd_agrees_with_months": 1, "unit_matches_measure": 10, "percentage_agrees_with_parts": 2}
    remaining = {check_id: count - resolved.get(check_id, 0) for check_id, count in first.counted().items()}
    # October's contacts, the year to date of new plans and December's 8%; the years to date of the others only follow
    restated = {"figures_are_not_restated": 3, "commentary_agrees_with_figures": 1}
    assert mended.counted() == {check_id: count for check_id, count in remaining.items() if count} | restated
    refused = "select status, count(*) from quality.findings where check_id = 'files_are_accepted' group by status"
    assert mended.public(refused) == [("resolved", 2)]

    finding = "select status, observed, first_seen_at from quality.findings where check_id = 'ytd_agrees_with_months'"
    [(_, _, seen)] = first.public(f"{finding} and measure_id = 'cpp_new'")
    assert mended.public(f"{finding} and measure_id = 'cpp_new'") == [("resolved", 14, seen)]
    [(_, _, seen)] = first.public(f"{finding} and measure_id = 'lac_new'")
    assert mended.public(f"{finding} and measure_id = 'lac_new'") == [("open", 29, seen)]


def test_a_publication_left_half_made_is_never_listed_and_is_cleared_away(first, mended):
    kept = {path.name for path in (mended.home.path / "publications").iterdir()}
    assert kept == {first.published.parent.name, mended.published.parent.name}


def test_rollback_shows_the_publication_before_and_query_follows_it(first, mended, rolled_back):
    kpi = "select printed_value from marts.kpi_monthly"
    sql = f"{kpi} where measure_id = 'lac_3plus_placements_pct' and month = '2013-12-01'"
    assert mended.public(sql) == [(8,)]
    assert rolled_back.run.returncode == 0
    assert json.loads(rolled_back.run.stdout)["publication_id"] == first.published.parent.name
    assert (rolled_back.published, rolled_back.digest) == (first.published, first.digest)
    asked = rolled_back.home.csc("query", sql, "--format", "json")
    assert json.loads(asked.stdout) == [{"printed_value": 9.0}]
    listed = json.loads(rolled_back.home.csc("status", "--json").stdout)["publications"]
    assert [(p["publication_id"], p["is_current"]) for p in listed] == [
        (mended.published.parent.name, False),
        (first.published.parent.name, True),
    ]


# What readers get


def test_readers_get_four_schemas_with_every_table_and_column_described(mended):
    tables = mended.public("select schema_name, table_name, comment from duckdb_tables() order by all")
    assert {schema for schema, *_ in tables} == {"core", "marts", "quality", "reference"}
    columns = mended.public(
        """
        select schema_name || '.' || table_name || '.' || column_name, comment
        from duckdb_columns() where not internal
        """
    )
    assert [f"{schema}.{table}" for schema, table, comment in tables if not comment] == []
    assert sorted(column for column, comment in columns if not comment) == []


def test_parquet_files_hold_the_same_as_the_tables(mended):
    tables = mended.public("select schema_name, table_name from duckdb_tables() order by all")
    folder = mended.published.parent / "parquet"
    assert [(path.parent.name, path.stem) for path in sorted(folder.glob("*/*.parquet"))] == sorted(tables)
    with duckdb.connect(str(mended.published), read_only=True) as con:
        for schema, table in tables:
            file = f"read_parquet('{folder / schema / table}.parquet')"
            [(differing,)] = con.execute(
                f"""
                select count(*) from (
                    (from {schema}.{table} except all from {file}) union all
                    (from {file} except all from {schema}.{table})
                )
                """
            ).fetchall()
            assert differing == 0, f"{schema}.{table}"


def test_an_authority_has_a_folder_of_its_own_where_the_setting_asks_for_it(first, mended):
    assert not (first.published.parent / "authorities").exists()
    [folder] = (mended.published.parent / "authorities").iterdir()
    figures = "from marts.kpi_monthly order by all"
    assert folder.name == "croydon"
    assert ask(folder / "csc.duckdb", figures) == mended.public(figures)
    parquet = f"select count(*) from read_parquet('{folder}/parquet/core/fct_contacts_monthly.parquet')"
    assert ask(folder / "csc.duckdb", parquet) == mended.public("select count(*) from core.fct_contacts_monthly")


def test_no_place_on_this_machine_reaches_readers(mended):
    for schema, table in mended.public("select schema_name, table_name from duckdb_tables()"):
        rows = f"{schema}.{table} as t where contains(cast(t as varchar), '{mended.home.path}')"
        assert mended.public(f"select count(*) from {rows}") == [(0,)], f"{schema}.{table}"
