"""Commentaries: placeholders are filled, and what is typed by hand is read as people write it."""

from datetime import date

import duckdb
import pytest

from ingestion.commentary import find, is_changed, load, prepare, typed_figures
from reporting.commentary import NOT_SUPPLIED, Figures, fill, show

NOV, DEC = date(2013, 11, 1), date(2013, 12, 1)
FIGURES = Figures(
    month=DEC,
    shown={
        ("contacts", "value", DEC, "reported"): "1,125",
        ("contacts", "value", DEC, "computed"): "1,120",
        ("contacts", "value", NOV, "reported"): "1,635",
        ("contacts", "ytd", DEC, "reported"): "16,870",
        ("re_referrals_pct", "value", DEC, "computed"): "17.5%",
    },
    names={"contacts": "Contacts", "re_referrals_pct": "Re-referrals (%)", "cpp_current": "Children on plans"},
    statistics=("change", "mean", "value", "ytd"),
)


@pytest.mark.parametrize(
    ("placeholder", "text"),
    [
        ("{{ contacts }}", "1,125"),
        ("{{contacts.value}}", "1,125"),
        ("{{ contacts.ytd }}", "16,870"),
        ("{{ contacts 2013-11 }}", "1,635"),
        ("{{ contacts.value computed 2013-12 }}", "1,120"),
        ("{{ re_referrals_pct }}", "17.5%"),  # printed nowhere, so as the lists give it
        ("{{ contacts.name }}", "Contacts"),
        ("{{ contacts.month 2013-10 }}", "October 2013"),
        ("{{ month }}", "December 2013"),
        ("{{ financial_year }}", "2013/14"),
    ],
)
def test_a_placeholder_is_filled(placeholder, text):
    assert fill(f"Of {placeholder} in all", FIGURES) == (f"Of {text} in all", [])


@pytest.mark.parametrize(
    ("placeholder", "said"),
    [
        ("{{ contatcs.ytd }}", 'there is no measure "contatcs". Did you mean "contacts"?'),
        (
            "{{ contacts.yrd }}",
            'there is no statistic "yrd". Did you mean "ytd"? '
            "The statistics are change, mean, value, ytd, name and month.",
        ),
        (
            "{{ contacts reprted }}",
            '"reprted" is not a month such as 2013-12, and not a basis. Did you mean "reported"? '
            "The bases are reported and computed.",
        ),
        (
            "{{ contacts 2013-13 }}",
            '"2013-13" is not a month such as 2013-12, and not a basis. The bases are reported and computed.',
        ),
        (
            "{{ }}",
            "a placeholder begins with a measure. Write {{ measure.statistic period basis }}, "
            "for example {{ contacts.ytd 2013-12 reported }}.",
        ),
    ],
)
def test_a_wrong_placeholder_stays_and_is_named_with_file_line_and_nearest_match(placeholder, said):
    text, [problem] = fill(f"One\ntwo {placeholder}\n", FIGURES, "commentary/2013-12.md")
    assert placeholder in text
    assert str(problem) == f"commentary/2013-12.md, line 2: {placeholder}: {said}"


def test_a_figure_that_is_not_supplied_is_said_to_be_so():
    text, [problem] = fill("{{ cpp_current.value reported }} plans", FIGURES)
    assert text == f"{NOT_SUPPLIED} plans"
    assert problem.reason == "Children on plans has no value for December 2013 on the basis reported"


def test_a_symbol_may_stand_for_a_figure():
    hidden = FIGURES.showing({("contacts", "value", DEC, "reported"): "c"})
    assert fill("{{ contacts }} of {{ contacts.ytd }}", hidden) == ("c of 16,870", [])


@pytest.mark.parametrize(
    ("figure", "unit", "decimals", "statistic", "text"),
    [
        (2196.0, "count", 0, "value", "2,196"),
        (82.5, "percentage", 0, "value", "83%"),
        (-510.0, "count", 0, "change", "−510"),
        (12.0, "count", 0, "change_on_year", "+12"),
        (-0.2, "count", 0, "change", "0"),
        (-31.19, "percentage", 0, "change_pct", "−31%"),
        (1.4, "percentage", 0, "change", "+1 percentage point"),
        (33.3333, "count", 1, "mean", "33.3"),
    ],
)
def test_a_figure_is_shown_as_a_person_writes_it(figure, unit, decimals, statistic, text):
    assert show(figure, unit, decimals, statistic) == text


WRITTEN = """# Contacts in 2013

In December 2013 we received 1,125 contacts, against 1,635 in November. Contacts
fell by 31% and 347 referrals followed. {{ contacts.ytd }} contacts came since April.

1. Of 16,871 contacts in the year to date, 88% were not known.
2. The mean of new plans from April to September was 33.

The standard is 45 working days for 266 assessments; 12 staff left on 11 December.
Children aged 12-15: of 819 looked-after children 370 were UASC on 3 September.
32% of children on a plan were visited within 20 working days. Placement stability stays at 9.0%. It rained 9 times.
"""


def test_a_typed_number_is_read_with_its_measure_month_and_statistic():
    """Dates, years, ages, days, numbers inside a measure's name and sentences about no measure are passed over."""
    read = [
        (f.line, f.typed_text, f.measure_id, f.month.month, f.statistic, f.is_percentage, f.half_a_digit)
        for f in typed_figures(WRITTEN, "commentary/2013-12.md", DEC)
    ]
    assert read == [
        (3, "1,125", "contacts", 12, None, False, 0.5),
        (3, "1,635", "contacts", 11, None, False, 0.5),
        (4, "31%", "contacts", 12, None, True, 0.5),
        (4, "347", "referrals", 12, None, False, 0.5),
        (6, "16,871", "contacts", 12, "ytd", False, 0.5),
        (6, "88%", "contacts", 12, None, True, 0.5),
        (7, "33", "cpp_new", 4, "mean", False, 0.5),  # a number may be of either month that is named
        (7, "33", "cpp_new", 9, "mean", False, 0.5),
        (9, "266", "assessments_completed", 12, None, False, 0.5),
        (10, "819", "lac_total", 12, None, False, 0.5),
        (10, "370", "lac_uasc", 12, None, False, 0.5),
        (11, "32%", "cpp_visited_in_time_pct", 12, None, True, 0.5),
        (11, "9.0%", "lac_3plus_placements_pct", 12, None, True, 0.05),
    ]


def test_a_commentary_that_says_other_numbers_is_taken_in_again(tmp_path):
    words = tmp_path / "2013-12.md"
    with duckdb.connect() as con:
        assert is_changed(con, tmp_path)  # a warehouse made before there were any
        prepare(con)
        assert not is_changed(con, tmp_path)
        words.write_bytes("1,125 contacts – and 347 referrals".encode("cp1252"))
        assert is_changed(con, tmp_path)
        assert load(con, tmp_path) == 2
        assert not is_changed(con, tmp_path)
        words.write_text("Some 1,125 contacts and 347 referrals", encoding="utf-8-sig")
        assert is_changed(con, tmp_path)  # the pack prints the words too
        words.write_text("1,125 contacts and 348 referrals")
        (tmp_path / "notes.md").write_text("9 contacts")
        assert is_changed(con, tmp_path)
        assert load(con, tmp_path) == 2
        figures = con.execute("select file_path, figure from commentary.typed_figures order by figure").fetchall()
    assert figures == [("commentary/2013-12.md", 348), ("commentary/2013-12.md", 1125)]


def test_a_month_named_without_a_year_is_the_last_such():
    [figure] = typed_figures("There were 40 referrals in October.", "commentary/2014-02.md", date(2014, 2, 1))
    assert figure.month == date(2013, 10, 1)


def test_each_authority_has_a_folder_and_the_home_authority_may_do_without(tmp_path):
    for name in ("2013-12.md", "bromley/2013-12.md", "nobody/2013-12.md", "Croydon/2013-11.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1,125 contacts")
    with duckdb.connect() as con:
        prepare(con)
        load(con, tmp_path)
        found = con.execute("select authority_code, file_path from commentary.typed_figures order by all").fetchall()
    assert found == [
        ("E09000006", "commentary/bromley/2013-12.md"),
        ("E09000008", "commentary/Croydon/2013-11.md"),
        (None, "commentary/2013-12.md"),
    ]
    assert find(tmp_path, DEC, "croydon", is_home=True) == tmp_path / "2013-12.md"
    assert find(tmp_path, DEC, "bromley", is_home=True) == tmp_path / "bromley" / "2013-12.md"
    assert find(tmp_path, DEC, "camden", is_home=False) is None
