"""Every check, by one break for each synthetic authority; three more are clean, in messy files and over months."""

import json
import re
from datetime import date

import pytest
from conftest import ask
from returns import HEADS, LABELS, clean_returns, write_all_csv, write_csv, write_workbook

from data_quality.checks import audit_checks, blocking_checks
from data_quality.contracts import load_contracts

pytestmark = pytest.mark.long

APR, MAY, JUN, JUL, AUG, OCT, NOV, DEC = (date(2013, month, 1) for month in (4, 5, 6, 7, 8, 10, 11, 12))
OVERVIEW, REFERRALS, DAYS = "overview", "referrals_to_assessment", "assessment_timespan"
PLANS, LAC, PLACEMENTS = "cpp_duration", "lac_movement", "placement_stability"

# What is broken in the clean year of an authority, and every finding that follows: check, measure, month, observed,
# expected, cell. A clean December has contacts 18,000 to date (1,960 in December), 171 new children in need (25), 510
# children in need (June 498, July 502), 323 plans (June 310, October 318, November 322), 720 looked after (June 704).


def print_january(returns):
    """A figure in the column of a month that a December return cannot know."""
    header, first, *rest = returns.tables[REFERRALS]
    header.append("JAN")
    first.append("275")
    for row in rest:
        row.append("")
    return returns


def blank(returns, extract):
    """The return as it stood before anybody filled it in."""
    for row in returns.tables[extract][1:]:
        row[1:] = [""] * (len(row) - 1)
    return returns


def both(returns, *figures):
    """April to December of the children both looked after and on a plan, on which no other figure depends."""
    return printed(returns, "lac_also_cpp", *figures, figures[-1])


def printed(returns, measure, *figures):
    """April to December of a measure, and its year to date."""
    for head, figure in zip((*HEADS[:9], "YTD"), figures, strict=True):
        returns.set(OVERVIEW, measure, head, str(figure))
    return returns


def comment(returns):
    """A column beside the months, with nothing in it."""
    returns.tables[OVERVIEW][0].append("Comment")
    return returns


BREAKS = {
    "croydon": (  # two breaks in two returns, for there is no further borough
        lambda r: blank(print_january(r), PLACEMENTS),
        [
            ("figures_end_with_the_reporting_month", "referrals", date(2014, 1, 1), 275, None, "L2"),
            ("returns_hold_figures", None, DEC, 0, None, None),
        ],
    ),
    "barnet": (
        lambda r: r.set(OVERVIEW, "contacts", "YTD", "18,010"),
        [("ytd_agrees_with_months", "contacts", DEC, 18010, 18000, "K2")],
    ),
    "bexley": (  # repeats December
        lambda r: r.set(OVERVIEW, "cin_new", "YTD", "25"),
        [("ytd_agrees_with_months", "cin_new", DEC, 25, 171, "K7")],
    ),
    "brent": (  # a caseload's year to date is no sum
        lambda r: r.set(OVERVIEW, "cin_total", "YTD", "511"),
        [("ytd_agrees_with_months", "cin_total", DEC, 511, 510, "K6")],
    ),
    "bromley": (  # 18,000 less December's 1,960
        lambda r: r.set(OVERVIEW, "contacts", "YTD", "16,040"),
        [("ytd_stands_for_reporting_month", "contacts", DEC, 16040, 18000, "K2")],
    ),
    "camden": (  # November's
        lambda r: r.set(OVERVIEW, "lac_also_cpp", "YTD", "18"),
        [("ytd_stands_for_reporting_month", "lac_also_cpp", DEC, 18, 19, "K12")],
    ),
    "ealing": (  # 450 + 255
        lambda r: r.set(LAC, "lac_indigenous", "JUN", "450"),
        [("components_add_up", "lac_total", JUN, 704, 705, "D4")],
    ),
    "enfield": (  # a flow's month is part of its total and of its year: both are off, and 18 would mend both
        lambda r: r.set(DAYS, "days_26_35", "JUN", "19"),
        [
            ("components_add_up", "grand_total", JUN, 189, 190, "D7"),
            ("ytd_agrees_with_months", "days_26_35", DEC, 180, 181, "K4"),
            ("figures_have_no_likely_slip", "days_26_35", JUN, 19, 18, "D4"),
        ],
    ),
    "greenwich": (  # 270 of 300
        lambda r: r.set(REFERRALS, "referrals_leading_to_assessment_pct", "MAY", "91%"),
        [("percentage_agrees_with_parts", "referrals_leading_to_assessment_pct", MAY, 91, 90, "C4")],
    ),
    "hackney": (  # 264 of 320, rounded half to even
        lambda r: r.set(REFERRALS, "referrals_leading_to_assessment_pct", "APR", "82%"),
        [("percentage_agrees_with_parts", "referrals_leading_to_assessment_pct", APR, 82, 82.5, "B4")],
    ),
    "hammersmith-and-fulham": (  # 77 + 16 + 4
        lambda r: r.set(PLANS, "cpp_0_12_months_pct", "JUN", "77%"),
        [("shares_reach_100", "cpp_0_12_months_pct", JUN, 97, 100, "D3")],
    ),
    "haringey": (  # 68 of 705 is 10% all the same
        lambda r: r.set(OVERVIEW, "lac_total", "JUN", "705"),
        [
            ("same_measure_agrees_across_tables", "lac_total", JUN, 704, 705, "D4"),
            ("figures_have_no_likely_slip", "lac_total", JUN, 705, 704, "D10"),  # its two parts are 704 too
        ],
    ),
    "harrow": (
        lambda r: r.set(PLANS, "cpp_current", "JUN", "311"),
        [("paired_measures_agree", "cpp_current", JUN, 311, 310, "D2")],
    ),
    "havering": (  # 310 + 27 - 25; the year to date follows, so nothing else is off
        lambda r: r.set(OVERVIEW, "cpp_new", "JUN", "27").set(OVERVIEW, "cpp_new", "YTD", "204"),
        [("stock_and_flow_reconcile", "cpp_total", JUN, 310, 312, "D8")],
    ),
    "hillingdon": (  # a stock closes one month (318 + 28 - 24), opens the next (324 + 21 - 20) and is printed twice
        lambda r: r.set(OVERVIEW, "cpp_total", "NOV", "324"),
        [
            ("paired_measures_agree", "cpp_current", NOV, 322, 324, "I2"),
            ("stock_and_flow_reconcile", "cpp_total", NOV, 324, 322, "I8"),
            ("stock_and_flow_reconcile", "cpp_total", DEC, 323, 325, "J8"),
            ("figures_have_no_likely_slip", "cpp_total", NOV, 324, 322, "I8"),
        ],
    ),
    "hounslow": (  # 498 + 15 at most
        lambda r: r.set(OVERVIEW, "cin_total", "JUL", "520"),
        [("implied_leavers_are_possible", "cin_total", JUL, 520, 513, "E6")],
    ),
    "islington": (  # more than the 310 plans, fewer than the 704 looked after
        lambda r: r.set(OVERVIEW, "lac_also_cpp", "JUN", "320"),
        [("part_is_within_whole", "lac_also_cpp", JUN, 320, 310, "D12")],
    ),
    "kensington-and-chelsea": (  # no plan ceased in August, so there are no parts to compare it with
        lambda r: r.set(PLANS, "cpp_ceased_2yrs_plus_pct_ni64", "AUG", "104%"),
        [("percentages_lie_in_0_to_100", "cpp_ceased_2yrs_plus_pct_ni64", AUG, 104, 100, "F8")],
    ),
    "wandsworth": (  # 270 of 300 is no 104% either
        lambda r: r.set(REFERRALS, "referrals_leading_to_assessment_pct", "MAY", "104%"),
        [
            ("percentage_agrees_with_parts", "referrals_leading_to_assessment_pct", MAY, 104, 90, "C4"),
            ("percentages_lie_in_0_to_100", "referrals_leading_to_assessment_pct", MAY, 104, 100, "C4"),
        ],
    ),
    "kingston-upon-thames": (
        lambda r: r.set(OVERVIEW, "lac_also_cpp", "JUN", "-4"),
        [("counts_are_whole_and_not_negative", "lac_also_cpp", JUN, -4, None, "D12")],
    ),
    "lambeth": (
        lambda r: r.set(OVERVIEW, "cin_total", "JUN", "498.5"),
        [("counts_are_whole_and_not_negative", "cin_total", JUN, 498.5, None, "D6")],
    ),
    "lewisham": (
        lambda r: r.set(PLACEMENTS, "lac_3plus_placements", "JUN", "68%"),
        [("unit_matches_measure", "lac_3plus_placements", JUN, 68, 68, "D2")],
    ),
    "merton": (
        lambda r: r.set(REFERRALS, "referrals_leading_to_assessment_pct", "MAY", "90"),
        [("unit_matches_measure", "referrals_leading_to_assessment_pct", MAY, 90, 90, "C4")],
    ),
    "newham": (  # 704 less the other 449
        lambda r: r.set(LAC, "lac_uasc", "JUN", ""),
        [("figures_are_supplied", "lac_uasc", JUN, None, 255, "D3")],
    ),
    "redbridge": (  # the overview prints it too
        lambda r: r.set(PLANS, "cpp_current", "JUN", "-"),
        [("figures_are_supplied", "cpp_current", JUN, None, 310, "D2")],
    ),
    "waltham-forest": (  # the 18,000 to date may hold a June of 1,990, so the year to date is no second fault
        lambda r: r.set(OVERVIEW, "contacts", "JUN", ""),
        [("figures_are_supplied", "contacts", JUN, None, None, "D2")],
    ),
    "richmond-upon-thames": (  # mean 20, mean moving range 126 / 8; 1.128 of them are a standard deviation
        lambda r: both(r.set(OVERVIEW, "cin_total", "JUN", "abc"), 10, 20, 8, 19, 10, 20, 8, 15, 70),
        [
            ("cells_are_readable", "cin_total", JUN, None, None, "D6"),
            ("figures_lie_within_process_limits", "lac_also_cpp", DEC, 70, 20 + 3.2 * 15.75 / 1.128 + 1, "J12"),
        ],
    ),
    "southwark": (
        lambda r: r.add_row(OVERVIEW, "# of enquiries", *map(str, range(11, 20)), "135"),
        [("rows_are_recognised", None, None, None, None, "B13")],
    ),
    "sutton": (  # day 45 would be in two bands; seven months that rise
        lambda r: printed(
            r.relabel(DAYS, "days_45_plus", "45 days +"),
            *("contacts_not_open_cases", 1500, 1480, 1440, 1450, 1460, 1470, 1480, 1490, 1500, 13270),
        ),
        [
            ("bands_meet_without_overlap", "days_45_plus", DEC, 45, 46, "K6"),
            ("figures_neither_keep_rising_nor_falling", "contacts_not_open_cases", DEC, 1500, None, "J3"),
        ],
    ),
    "tower-hamlets": (  # November's returns came and were clean; December's print another October
        lambda r: comment(both(r.drop(PLACEMENTS), 15, 18, 14, 19, 16, 17, 14, 18, 19)),
        [
            ("extracts_are_delivered", None, DEC, None, None, None),
            ("extracts_arrive_in_time", None, None, None, None, None),
            ("headers_stay_the_same", None, None, None, None, None),
            ("figures_are_not_restated", "lac_also_cpp", OCT, 14, 15, "H12"),
        ],
    ),
}
TABLES_OF_LISTS = {
    *("quality.audit_lists", "quality.audit_validation_rules", "quality.audit_datasets"),
    *("quality.audit_withdrawals", "quality.audit_computed", "quality.audit_computed_parts"),
    *("quality.audit_row_accounting", "quality.audit_erased_children"),
}
OF_LISTS = {  # test_facts.py, test_validation_rules.py, test_datasets.py, test_withdrawals.py and test_field_files.py break the lists
    *(check.check_id for check in audit_checks().values() if check.table in TABLES_OF_LISTS),
    *("ids_keep_their_form", "ids_keep_their_zeros", "headers_are_known", "dates_are_day_first"),
    *("columns_are_supplied", "decisive_columns_are_supplied", "folders_are_of_authorities"),
    *("computed_agrees_with_printed", "published_statistics_can_be_compared"),
    *("figures_do_not_jump", "packed_files_are_unpacked"),  # audit_slips.yml and audit_deliveries.yml
    "figures_fall_on_both_sides_of_the_mean",  # for ten months, and here are nine: tests/dbt/test_signals.py
}
# test_end_to_end.py, and the models' unit tests: these returns are not those of the boroughs that the DfE publishes
OF_PUBLISHED = {c.check_id for c in audit_checks().values() if c.table.startswith("quality.audit_published")}
IN_A_WORKBOOK, IN_ODD_CSVS, OVER_MONTHS = "city-of-london", "barking-and-dagenham", "westminster"


def titled(rows):
    return [["Monthly return, synthetic", *[""] * (len(rows[0]) - 1)], [], *rows]


def write_one_workbook(folder):
    """All six returns as sheets of one workbook, below titles, with a sheet of notes among them."""
    sheets = {f"Sheet {n}": titled(rows) for n, rows in enumerate(clean_returns().tables.values(), start=1)}
    notes = [["All figures are", "provisional"], ["Queries to", "the team"]]
    write_workbook({"Notes": notes} | sheets, folder / "December.xlsx")


def write_odd_csvs(folder):
    """The six returns as six systems might write them, under names that say nothing; one of them twice."""
    tables = clean_returns().tables
    months = ["April", "MAY", "jun", "July 2013", "Aug-13", "2013-09", "01/10/2013", "NOV", "Dec 2013"]
    overview = [["Measure", *months, "Year to date"], *tables[OVERVIEW][1:]]
    write_csv(titled(overview), folder / "a.csv", encoding="utf-16", delimiter="\t")
    footnote = [["Source – the casework system’s own count", *[""] * 10]]
    write_csv([*tables[REFERRALS], [], *footnote], folder / "b.csv", encoding="cp1252", delimiter=";")
    reversed_columns = [row[::-1] for row in tables[DAYS]]
    write_csv(reversed_columns, folder / "c.csv", line_end="\n")
    shouted = [[f"  {row[0].upper()} ", *row[1:]] for row in tables[PLANS]]
    write_csv(shouted, folder / "d.csv", encoding="utf-8-sig")
    write_csv([["sep=;"], *tables[LAC]], folder / "e.csv", delimiter=";")
    header, *rows = tables[PLACEMENTS]
    write_csv([header, *rows[::-1]], folder / "f.csv")
    write_csv([header, *rows[::-1]], folder / "f (copy).csv")


@pytest.fixture(scope="module")
def home(new_home):
    home = new_home("findings")
    write_one_workbook(home.landing / IN_A_WORKBOOK / "2013-12")
    write_odd_csvs(home.landing / IN_ODD_CSVS / "2013-12")
    for month in (date(2013, 11, 1), date(2013, 12, 1), date(2014, 3, 1)):
        write_all_csv(clean_returns(month), home.landing / OVER_MONTHS / f"{month:%Y-%m}")
    for folder, (change, _) in BREAKS.items():
        write_all_csv(change(clean_returns()), home.landing / folder / "2013-12")
    write_all_csv(clean_returns(NOV), home.landing / "tower-hamlets" / "2013-11")
    home.as_of = "2014-01-20"  # December's returns were due on the 15th
    home.settings["CSC_PACKS_FOR"] = "none"
    run = home.csc("run")
    assert run.returncode == 0, run.stderr + run.stdout
    return home


@pytest.fixture(scope="module")
def found(home):
    """Folder to its open findings, as (check, measure, month, observed, expected, cell), and their messages."""
    rows = home.ask(
        """
        select authorities.folder, check_id, measure_id, month, observed, expected, source_ref, message
        from quality.findings left join reference.authorities using (authority_code) where status = 'open'
        """
    )
    by_folder = {}
    for folder, *finding, source_ref, message in rows:
        if finding[0] in OF_PUBLISHED:
            continue
        cell = re.search(r"\(cell (\w+)\)", source_ref or "")
        by_folder.setdefault(folder, {})[(*finding, cell and cell[1])] = message
    return by_folder


@pytest.mark.parametrize("folder", [IN_A_WORKBOOK, IN_ODD_CSVS, OVER_MONTHS])
def test_a_clean_year_has_no_findings_whatever_files_it_comes_in(found, folder):
    assert folder not in found


@pytest.mark.parametrize("folder", BREAKS)
def test_one_break_is_found_by_its_check_at_its_cell_and_nowhere_else(found, folder):
    _, expected = BREAKS[folder]
    assert sorted(found[folder], key=str) == sorted(expected, key=str)


def test_there_is_no_finding_on_anybody_else(found):
    assert found.keys() == BREAKS.keys()


def test_every_check_of_a_return_was_seen_to_fail_but_the_two_that_hold_publication_back(found):
    of_texts = "quality.audit_quoted_figures"  # nothing that a return prints
    checks = [c for c in audit_checks().values() if c.check_id not in OF_LISTS | OF_PUBLISHED and c.table != of_texts]
    errors = {check.check_id for check in checks if check.severity == "error"}
    assert errors == {"files_are_accepted", "every_printed_figure_is_in_kpi_monthly"}
    seen = {key[0] for findings in found.values() for key in findings}
    assert seen == {check.check_id for check in checks} - errors


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("bexley", "(it repeats the figure for December 2013 alone)"),
        ("bromley", "covers April to November 2013, not April to December 2013. It should be 18,000"),
        ("hackney", "printed as 82%; 264 of 320 is 82.50%, so 83%"),
        ("havering", "printed as 310, but 310 in May 2013 plus 27 new less 25 ended is 312"),
        ("sutton", '"36 - 45 days" and "45 days +" overlap at 45 days. The second should start at 46'),
        (
            "tower-hamlets",
            "Placement stability for December 2013 has not come, but other summary returns of the month have",
        ),
        (
            "tower-hamlets",
            "Placement stability: the file for December 2013 has not arrived. It was due on 2014-01-15",
        ),
        ("tower-hamlets", 'The header "(withheld)" is new. The file for November 2013 did not have it'),
        (
            "tower-hamlets",
            "October 2013: restated as 14; it was printed as 15 before (tower-hamlets/2013-11/overview.csv, ",
        ),
        ("richmond-upon-thames", "70 is above the upper limit of 65 for the months since April 2013 (mean 20.0)"),
        ("sutton", "rising for 7 months in a row, since June 2013"),
        ("lewisham", "printed as 68%. It is a count and should read 68, without the % sign"),
        ("richmond-upon-thames", '"(withheld)" is not a number. It is treated as not supplied'),
    ],
)
def test_a_finding_says_in_a_sentence_what_is_wrong_and_what_it_should_be(found, folder, said):
    said_so = [message for message in found[folder].values() if said in message]
    assert len(said_so) == 1, found[folder].values()


def test_every_check_of_the_register_has_one_verdict_that_counts_its_findings(home):
    verdicts = home.ask("select check_id, status, severity, breaches from quality.check_results where tool <> 'dbt'")
    of_register = {check_id: verdict for check_id, *verdict in verdicts if check_id in audit_checks()}
    assert of_register.keys() == audit_checks().keys()
    assert len(verdicts) == len({v[0] for v in verdicts})
    counted = dict(home.ask("select check_id, count(*) from quality.findings where status = 'open' group by all"))
    for check_id, (status, severity, breaches) in of_register.items():
        assert (status, breaches) == ("failed" if check_id in counted else "passed", counted.get(check_id, 0)), check_id
        assert severity == audit_checks()[check_id].severity


def test_messy_files_give_the_same_figures_as_plain_ones(home):
    printed = "month, measure_id, value, numerator, denominator, ytd_value, printed_value, is_supplied"
    figures = {
        code: home.ask(
            f"""
            select {printed} from marts.kpi_monthly
            where authority_code = '{code}' and month <= date '2013-12-01' order by all
            """
        )
        for code in ("E09000001", "E09000002", "E09000033")
    }
    # 32 rows are printed, two of them twice: 30 measures in 9 months
    assert len(figures["E09000001"]) == 30 * 9
    assert figures["E09000001"] == figures["E09000002"] == figures["E09000033"]
    half = (date(2013, 4, 1), "referrals_leading_to_assessment_pct", 82.5, 264, 320, 82.5, 83, True)
    assert half in figures["E09000002"]
    to_date = home.ask(
        """
        select authority_code, printed_ytd from marts.kpi_monthly
        where measure_id = 'contacts' and month = '2013-12-01' and authority_code in ('E09000001', 'E09000002')
        order by all
        """
    )
    assert to_date == [("E09000001", 18000), ("E09000002", 18000)]


def test_the_ledger_says_how_each_messy_file_was_read(home):
    rows = ask(
        home.warehouse,
        """
        select file_name, extract, status, sheet, encoding, delimiter, header_row from quality.ingest_ledger
        where authority_code in ('E09000001', 'E09000002') order by file_name, sheet
        """,
    )
    sheets = [(f"Sheet {n}", extract) for n, extract in enumerate(LABELS, start=1)]
    assert rows == sorted(
        [("December.xlsx", None, "ignored", "Notes", None, None, None)]
        + [("December.xlsx", extract, "accepted", sheet, None, None, 3) for sheet, extract in sheets]
        + [
            ("a.csv", OVERVIEW, "accepted", None, "utf-16", "\\t", 3),
            ("b.csv", REFERRALS, "accepted", None, "cp1252", ";", 1),
            ("c.csv", DAYS, "accepted", None, "utf-8", ",", 1),
            ("d.csv", PLANS, "accepted", None, "utf-8-sig", ",", 1),
            ("e.csv", LAC, "accepted", None, "utf-8", ";", 2),
        ]
        + [row for row in rows if row[0].startswith("f")],
        key=lambda row: (row[0], row[3] or ""),
    )
    assert sorted(row[2] for row in rows if row[0].startswith("f")) == ["accepted", "duplicate"]


def test_the_same_figures_delivered_again_in_later_months_restate_nothing(home):
    assert home.ask("select distinct authority_code from quality.restatements") == [("E09000030",)]  # Tower Hamlets
    latest = home.ask(
        "select distinct month, reporting_month from marts.kpi_monthly where authority_code = 'E09000033' order by 1"
    )
    assert [reporting_month for _, reporting_month in latest] == [date(2014, 3, 1)] * 12


def test_what_could_not_be_used_is_kept_word_for_word_and_readers_see_figures_alone(home):
    asked = "select authority_code, measure_id, raw_text, reason from quality.rejected_rows order by all"
    rows = ask(home.warehouse, asked)
    seen = {row[:2]: row[2] for row in home.ask(asked)}
    assert (seen["E09000008", "referrals"], seen["E09000027", "cin_total"]) == ("275", "(withheld)")
    enquiries = sorted([*map(str, range(11, 20)), "135"])
    assert rows == [
        ("E09000008", "referrals", "275", "a figure for a month after the reporting month"),
        ("E09000027", "cin_total", "abc", "not a number"),
    ] + [("E09000028", None, text, "the row's label is not in the contract") for text in enquiries]
    kept = home.ask(
        """
        select value, is_supplied from marts.kpi_monthly
        where authority_code = 'E09000027' and measure_id = 'cin_total' and month in ('2013-05-01', '2013-06-01')
        order by month
        """
    )
    assert kept == [(505, True), (None, False)]


def test_status_lists_what_is_overdue_and_ends_with_1(home):
    status = home.csc("status")
    assert status.returncode == 1
    assert "1 delivery overdue" in status.stdout
    assert "overdue Tower Hamlets, December 2013 (due 15 January 2014): Placement stability" in status.stdout
    told = json.loads(home.csc("status", "--authority", "tower-hamlets", "--json").stdout)
    states = {cell["reporting_month"]: cell["state"] for cell in told["calendar"] if cell["extract"] == PLACEMENTS}
    assert states == {"2013-11-01": "landed", "2013-12-01": "overdue"}
    states = {cell["reporting_month"]: cell["state"] for cell in told["calendar"] if cell["extract"] == OVERVIEW}
    assert states == {"2013-11-01": "landed", "2013-12-01": "restated", "2014-01-01": "awaited"}
    assert [run["outcome"] for run in told["runs"]] == ["published"]
    assert not told["is_well"]


def test_a_check_that_there_is_not_is_answered_with_the_nearest(home):
    told = home.csc("findings", "--check", "extract_arrive_in_time")
    assert told.returncode == 1
    assert 'There is no check "extract_arrive_in_time". The nearest is extracts_arrive_in_time.' in told.stderr


def test_days_go_by_and_with_nothing_new_more_is_overdue_and_again_not(home):
    def overdue(as_of):
        home.as_of = as_of
        assert "Nothing new" in home.csc("run").stdout
        counted = "select count(*) from quality.findings where check_id = 'extracts_arrive_in_time' and status = 'open'"
        [(count,)] = ask(home.warehouse, counted)
        return count

    # all six of January, due on 14 February, of 31 authorities but for the one whose placements stop in November;
    # Westminster's next month is April
    assert overdue("2014-02-15") == 32 * 6
    assert overdue("2014-01-20") == 1


# A refused file of one authority, a blank column of another, and corrections of all three

BEXLEY, BRENT, BARNET = "E09000004", "E09000005", "E09000003"


@pytest.fixture(scope="module")
def in_part(home):
    """Three correct a figure, two of them beside a file that cannot be taken and a list without a date in it."""
    before = home.published.resolve()
    for folder in ("barnet", "bexley", "brent"):
        write_all_csv(clean_returns(), home.landing / folder / "2013-12")
    write_csv([["Child", "Team"], ["A", "3"]], home.landing / "bexley" / "2013-12" / "cases.csv")
    columns = load_contracts()["annex_a_contacts"].columns
    row = ["" if column.name == "contact_date" else "1" for column in columns]
    write_csv([[column.headers[0] for column in columns], row], home.landing / "brent" / "2013-12" / "contacts.csv")
    home.as_of = "2014-01-20"
    return home.csc("run"), before


def test_a_refused_file_and_a_blank_column_hold_back_their_authorities_and_nobody_else(home, in_part):
    run, before = in_part
    assert run.returncode == 2, run.stderr
    assert "Published in part" in run.stdout
    assert home.published.resolve() != before
    for said in ("Bexley held back since", "Brent held back since", "Readers see it as published on"):
        assert said in run.stdout
    to_date = f"""
        select printed_ytd from marts.kpi_monthly
        where authority_code = '{BARNET}' and measure_id = 'contacts' and month = '2013-12-01'
    """
    assert (ask(before, to_date), home.ask(to_date)) == ([(18010,)], [(18000,)])
    tables = home.ask(
        """
        select schema_name || '.' || table_name, bool_or(column_name = 'authority_code') from duckdb_columns()
        where schema_name in ('core', 'marts', 'quality') group by all
        """
    )
    of_nobody = {"core.dim_date", "core.dim_month", "quality.as_of", "quality.check_results"}
    of_nobody.add("marts.mart_published_figures")  # it is of areas, whoever delivers
    assert {name for name, has_authorities in tables if not has_authorities} == of_nobody
    told_at_once = {"core.dim_authority", "quality.ingest_ledger", "quality.held_back"}
    compared = {name for name, _ in tables} - of_nobody - told_at_once
    for table in compared:
        others = f"and check_id not in {tuple(blocking_checks())}" if table == "quality.findings" else ""
        rows = f"from {table} where authority_code in ('{BEXLEY}', '{BRENT}') {others} order by all"
        assert home.ask(rows) == ask(before, rows), table


def test_readers_and_operators_are_told_who_is_held_back_why_and_since_when(home, in_part):
    held = {
        (BEXLEY, "Bexley"): ["files_are_accepted"],
        (BRENT, "Brent"): ["annex_a_contacts_decisive_columns_are_filled", "lists_hold_events"],
    }
    shown = home.ask("select authority_code, checks, published_at < since from quality.held_back order by all")
    assert shown == [(code, ", ".join(checks), True) for (code, _), checks in held.items()]
    errors = "select authority_code, check_id from quality.findings where status = 'open' and severity = 'error'"
    assert sorted(home.ask(errors)) == [(code, check) for (code, _), checks in held.items() for check in checks]

    status = home.csc("status", "--json")
    known = json.loads(status.stdout)
    assert status.returncode == 1
    assert known["runs"][0]["outcome"] == "published in part"
    assert known["problems"][0].startswith("New data of Bexley, Brent")
    assert {(a["authority_code"], a["authority_name"]): a["checks"] for a in known["held_back"]} == held
    found = json.loads(home.csc("findings", "--severity", "error", "--json").stdout)
    told = sorted((finding["holds_back"], finding["check_id"]) for finding in found)
    assert told == [(name, check) for (_, name), checks in held.items() for check in checks]

    digest = home.csc("alerts").stdout
    assert digest.startswith("Published in part (")
    assert "A file was refused: 1 found" in digest
    assert "Bexley is held back since " in digest
    assert "readers see the publication of " in digest

    again = home.csc("run")
    assert again.returncode == 2
    assert "Published in part" in again.stdout
    assert "Checking" not in again.stderr
