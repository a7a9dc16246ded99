"""SYNTHETIC extracts: plausible, the same for a seed, true to printed returns, dirty only where they say so."""

import csv
import json
import re
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from conftest import ROOT
from openpyxl import load_workbook

from orchestration.cli import cli
from synthesis import durations, pairs, stocks
from synthesis.defects import CELLS
from synthesis.layouts import LISTS
from synthesis.synthesise import Request, synthesise
from synthesis.targets import Span, Targets

RETURNS = ROOT / "seeds" / "extracts" / "croydon" / "2013-12"
MONTHS = [date(2013, month, 1) for month in range(4, 13)]
IMPOSSIBLE = {  # printed figures that exclude each other, and what the lists give instead
    ("assessments_completed", "2013-04"): 311,  # the table of timespans adds up to other totals
    ("assessments_completed", "2013-05"): 283,
    ("assessments_completed", "2013-07"): 134,
    ("assessments_completed", "2013-08"): 135,
    ("assessments_completed", "2013-09"): 114,
    ("cin_new", "2013-05"): 36,  # 527 + 14 new cannot be 563
    ("cin_new", "2013-10"): 44,  # 414 + 14 cannot be 458
    ("cpp_new", "2013-11"): 84,  # 301 + 24 cannot be 385
    ("cpp_ceased", "2013-06"): 36,  # 298 + 42 - 304
    ("cpp_ceased", "2013-07"): 35,
    ("cpp_ceased", "2013-08"): 11,
    ("cpp_ceased", "2013-09"): 24,
    ("cpp_24_plus_months_pct", "2013-08"): 4.52,  # at least 15 of 312 in July, none ceased, yet 3% of 332
    ("lac_3plus_placements_pct", "2013-10"): 9.24,  # 72 of 779
    ("lac_3plus_placements_pct", "2013-12"): 7.94,  # 65 of 819
}


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lists(out: Path, authority: str, month: date) -> duckdb.DuckDBPyConnection:
    """A connection with a table per list of one extract, and the calendar for counting working days."""
    con = duckdb.connect()
    for name in LISTS:
        path = out / authority / f"{month:%Y-%m}" / f"{name}.csv"
        con.execute(f"create table {name[7:]} as from read_csv('{path}', header = true, dateformat = '%d/%m/%Y')")
    con.execute(f"create table holidays as from '{ROOT / 'seeds' / 'reference' / 'bank_holidays.csv'}'")
    con.execute("""
        create table days as
        select d::date as day, count(*) filter (isodow(d) < 6 and bank_holiday is null) over (order by d) as number
        from generate_series(timestamp '2005-01-01', timestamp '2020-01-01', interval 1 day) as t (d)
        left join holidays on bank_holiday = d
    """)
    con.execute(f"set variable a = date '{month}'")
    con.execute("set variable z = last_day(getvariable('a'))")
    return con


def ask(con: duckdb.DuckDBPyConnection, sql: str):
    return con.execute(sql).fetchone()[0]


STARTED = "Child Protection Plan Start Date"
ENDED = "Child Protection Plan End Date"
CARE, CEASED = "Date Started to be Looked After", "Date Ceased to be Looked After"
UASC = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"
OPEN_CPP = f"""cpp where "{STARTED}" <= getvariable('z') and ("{ENDED}" is null or "{ENDED}" > getvariable('z'))"""
OPEN_LAC = f"""lac where "{CARE}" <= getvariable('z') and ("{CEASED}" is null or "{CEASED}" > getvariable('z'))"""
IN_MONTH = "between getvariable('a') and getvariable('z')"
TOOK = f"""(select u.number - s.number as took from assessments
    join days s on s.day = "Continuous Assessment Start Date"
    join days u on u.day = "Continuous Assessment Date of Authorisation" where u.day {IN_MONTH})"""
OF_PLANS = f"""select 100.0 * count(*) filter (%s) / count(*) from (
    select date_sub('month', "{STARTED}", getvariable('z')) as m from {OPEN_CPP})"""
FIGURES = {
    "contacts": f'select count(*) from contacts where "Date of Contact" {IN_MONTH}',
    "contacts_not_open_cases": f"""select count(*) from contacts
        where "Date of Contact" {IN_MONTH} and "Open Case At Contact (Y/N)" = 'b) No'""",
    "referrals": f'select count(*) from referrals where "Date of referral" {IN_MONTH}',
    "referrals_leading_to_assessment": f"""select count(*) from referrals
        where "Date of referral" {IN_MONTH} and "Referral Outcome" = 'Assessment required'""",
    "assessments_completed": f"select count(*) from {TOOK}",
    "days_1_15": f"select count(*) from {TOOK} where took <= 15",
    "days_16_25": f"select count(*) from {TOOK} where took between 16 and 25",
    "days_26_35": f"select count(*) from {TOOK} where took between 26 and 35",
    "days_36_45": f"select count(*) from {TOOK} where took between 36 and 45",
    "days_45_plus": f"select count(*) from {TOOK} where took > 45",
    "grand_total": f"select count(*) from {TOOK}",
    "cin_total": "select count(*) from cin where \"Case Status\" = 'c) Child in need plan'",
    "cin_new": f"""select count(*) from cin
        where "Case Status" = 'c) Child in need plan' and "CIN Start Date" {IN_MONTH}""",
    "cpp_total": f"select count(*) from {OPEN_CPP}",
    "cpp_current": f"select count(*) from {OPEN_CPP}",
    "cpp_new": f'select count(*) from cpp where "{STARTED}" {IN_MONTH}',
    "cpp_ceased": f'select count(*) from cpp where "{ENDED}" {IN_MONTH}',
    "cpp_ceased_2yrs_plus": f"""select count(*) from cpp
        where "{ENDED}" {IN_MONTH} and "{ENDED}" >= "{STARTED}" + interval 2 year""",
    "cpp_0_12_months_pct": OF_PLANS % "m < 12",
    "cpp_12_24_months_pct": OF_PLANS % "m >= 12 and m < 24",
    "cpp_24_plus_months_pct": OF_PLANS % "m >= 24",
    "lac_total": f"select count(*) from {OPEN_LAC}",
    "lac_new": f'select count(*) from lac where "{CARE}" {IN_MONTH}',
    "lac_uasc": f"select count(*) from {OPEN_LAC} and \"{UASC}\" = 'a) Yes'",
    "lac_indigenous": f"select count(*) from {OPEN_LAC} and \"{UASC}\" = 'b) No'",
    "lac_also_cpp": f"""select count(*) from {OPEN_LAC}
        and "Child Unique ID" in (select "Child Unique ID" from {OPEN_CPP})""",
    "lac_3plus_placements": f'select count(*) from {OPEN_LAC} and "Number of Placements in the Last 12 months" >= 3',
}
RATIOS = {
    "referrals_leading_to_assessment_pct": ("referrals_leading_to_assessment", "referrals"),
    "cpp_ceased_2yrs_plus_pct_ni64": ("cpp_ceased_2yrs_plus", "cpp_ceased"),
    "lac_3plus_placements_pct": ("lac_3plus_placements", "lac_total"),
}


def listed(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    figures = {measure: ask(con, sql) for measure, sql in FIGURES.items()}
    return figures | {ratio: 100 * figures[a] / figures[b] for ratio, (a, b) in RATIOS.items() if figures[b]}


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    out = tmp_path_factory.mktemp("calibrated") / "landing"
    done = CliRunner().invoke(cli, ["synthesise", "--out", str(out), "--calibrate", str(RETURNS), "--json"])
    assert done.exit_code == 0, done.output
    return out, json.loads(done.stdout)


@pytest.fixture(scope="module")
def extracts(calibrated):
    """One calibrated extract per month, each read once."""
    return {month: lists(calibrated[0], "croydon", month) for month in MONTHS}


@pytest.fixture(scope="module")
def last_extract(extracts):
    return extracts[MONTHS[-1]]


def printed() -> dict[tuple[str, str], str]:
    """Cells of the printed tables by (measure, month), read from the files by their order alone."""
    rows = {
        "overview": "contacts contacts_not_open_cases referrals assessments_completed cin_total cin_new "
        "cpp_total cpp_new lac_total lac_new lac_also_cpp",
        "referrals_to_assessment": "referrals referrals_leading_to_assessment referrals_leading_to_assessment_pct",
        "assessment_timespan": "days_1_15 days_16_25 days_26_35 days_36_45 days_45_plus grand_total",
        "cpp_duration": "cpp_current cpp_0_12_months_pct cpp_12_24_months_pct cpp_24_plus_months_pct cpp_ceased "
        "cpp_ceased_2yrs_plus cpp_ceased_2yrs_plus_pct_ni64",
        "lac_movement": "lac_indigenous lac_uasc lac_total",
        "placement_stability": "lac_3plus_placements lac_3plus_placements_pct",
    }
    cells = {}
    for extract, measures in rows.items():
        _, *table = csv.reader((RETURNS / f"{extract}.csv").open(newline=""))
        for measure, row in zip(measures.split(), table, strict=True):
            for month, text in zip(MONTHS, row[1:10], strict=True):
                if text:
                    cells[measure, f"{month:%Y-%m}"] = text
    return cells


def test_calibrated_lists_give_every_printed_figure_but_the_impossible_ones(extracts):
    figures = {f"{month:%Y-%m}": listed(con) for month, con in extracts.items()}
    missed = {}
    for (measure, month), text in printed().items():
        given = figures[month][measure]
        is_share = measure.endswith(("_pct", "_ni64"))
        if (int(given + 0.5) if is_share else given) != round(float(text.replace(",", "").rstrip("%"))):
            missed[measure, month] = round(given, 2)
    assert missed == IMPOSSIBLE


def test_calibration_says_what_was_not_followed_and_what_the_lists_give(calibrated):
    out, report = calibrated
    said = json.loads((out / "CALIBRATION.json").read_text())
    assert said == report["calibration"]
    assert {(f["measure_id"], f["month"]): f["listed"] for f in said["not_followed"]} == IMPOSSIBLE
    assert all(f["reason"] for f in said["not_followed"])
    assert said["printed_figures"] == 266
    assert said["followed"] == 266 - len(IMPOSSIBLE)


def test_a_month_end_is_the_same_in_every_extract_of_the_year(extracts):
    """What is open at a month's end does not change when a later extract is asked."""
    stocks_ = ("cpp_total", "cpp_new", "cpp_ceased", "lac_total", "lac_new", "lac_uasc", "lac_also_cpp", "contacts")
    later = extracts[MONTHS[-1]].cursor()
    for month in MONTHS[:-1]:
        own = listed(extracts[month])
        later.execute(f"set variable a = date '{month}'; set variable z = last_day(date '{month}')")
        for measure in (*stocks_, "referrals", "days_1_15", "days_45_plus", "cpp_12_24_months_pct"):
            assert ask(later, FIGURES[measure]) == own[measure], (month, measure)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("contacts", '"Child Unique ID", "Date of Contact", "Contact Source"'),
        ("contacts", '"Contact ID"'),
        ("referrals", '"Child Unique ID", "Date of referral"'),
        ("referrals", '"Referral ID"'),
        ("assessments", '"Child Unique ID", "Continuous Assessment Start Date"'),
        ("section_47", '"Child Unique ID", "Strategy discussion initiating Section 47 Enquiry Start Date"'),
        ("cin", '"Child Unique ID", "CIN Start Date"'),
        ("cpp", f'"Child Unique ID", "{STARTED}"'),
        ("lac", f'"Child Unique ID", "{CARE}"'),
    ],
)
def test_keys_are_unique(last_extract, name, key):
    assert ask(last_extract, f"select count(*) - count(distinct ({key})) from {name}") == 0


NONE_OF = {
    "a plan ends before it starts": f'from cpp where "{ENDED}" <= "{STARTED}"',
    "care ends before it starts": f'from lac where "{CEASED}" <= "{CARE}"',
    "an episode closes before it starts": 'from cin where "CIN Closure Date" < "CIN Start Date"',
    "a case closes without a reason": 'from cin where ("CIN Closure Date" is null) <> ("Reason for Closure" is null)',
    "an assessment is authorised before it starts": """from assessments
        where "Continuous Assessment Date of Authorisation" < "Continuous Assessment Start Date" """,
    "a conference precedes its enquiry, or is 30 working days late": """from section_47
        join days s on s.day = "Strategy discussion initiating Section 47 Enquiry Start Date"
        join days u on u.day = "Date of Initial Child Protection Conference"
        where u.number - s.number not between 5 and 30""",
    "a conference led to a plan that is not listed": f"""from section_47 as s
        where "Did the Initial Child Protection Conference Result in a Child Protection Plan" = 'a) Yes'
        and not exists (
            from cpp where cpp."Child Unique ID" = s."Child Unique ID"
                and "{STARTED}" = s."Date of Initial Child Protection Conference")""",
    "a referral for assessment has none within two working days": """from referrals as r
        where "Referral Outcome" = 'Assessment required' and not exists (
            from assessments as a where a."Child Unique ID" = r."Child Unique ID"
                and a."Continuous Assessment Start Date" - r."Date of referral" between 0 and 5)""",
    "a plan precedes the only referral of its child, which is of this year": f"""from cpp
        join referrals as r using ("Child Unique ID")
        where "{STARTED}" > date '2013-05-01' and "{STARTED}" < r."Date of referral"
            and "Child Unique ID" not in (select "Child Unique ID" from cin where "CIN Start Date" < '2013-04-01')
            and not exists (from referrals as o where o."Child Unique ID" = r."Child Unique ID"
                and o."Date of referral" < r."Date of referral")""",
    "two plans of a child overlap": f"""from cpp as a join cpp as b using ("Child Unique ID")
        where a."{STARTED}" < b."{STARTED}" and coalesce(a."{ENDED}", date '2099-01-01') > b."{STARTED}" """,
    "two periods of care of a child overlap": f"""from lac as a join lac as b using ("Child Unique ID")
        where a."{CARE}" < b."{CARE}" and coalesce(a."{CEASED}", date '2099-01-01') > b."{CARE}" """,
    "two episodes of need of a child overlap": """from cin as a join cin as b using ("Child Unique ID")
        where a."CIN Start Date" < b."CIN Start Date"
            and coalesce(a."CIN Closure Date", date '2099-01-01') > b."CIN Start Date" """,
    "a child is 18 or older, or has another age than the date of birth gives": f"""from lac
        where "Age of Child (Years)" not between 0 and 17 or "Age of Child (Years)" <> least(17,
            date_sub('year', "Date of Birth", least(coalesce("{CEASED}", getvariable('z')), getvariable('z'))))""",
    "a child in need is older than 17": 'from cin where "Age of Child (Years)" not between 0 and 17',
    "an unaccompanied child is younger than 12": f"""from lac where "{UASC}" = 'a) Yes'
        and date_sub('year', "Date of Birth", "{CARE}") < 12""",
    "a looked-after child is not born": 'from lac where "Date of Birth" is null',
    "a placement starts before care does": f'from lac where "Start Date of Most Recent Placement" < "{CARE}"',
    "a visit precedes the plan": f'from cpp where "Date of the Last Statutory Visit" < "{STARTED}"',
    "anything lies after the month's end": f"""from cpp
        where "{STARTED}" > getvariable('z') or "{ENDED}" > getvariable('z')
        or "Date of the Last Statutory Visit" > getvariable('z')""",
    "an open case is said closed at a contact": f"""from contacts as c join cpp as p using ("Child Unique ID")
        where "Open Case At Contact (Y/N)" = 'b) No' and c."Date of Contact" > p."{STARTED}"
            and c."Date of Contact" < coalesce(p."{ENDED}", date '2099-01-01')""",
    "a contact said to be on an open case has none listed": """from contacts as c
        where "Open Case At Contact (Y/N)" = 'a) Yes' and not exists (
            from cin where cin."Child Unique ID" = c."Child Unique ID"
            and "CIN Start Date" < "Date of Contact" and coalesce("CIN Closure Date" >= "Date of Contact", true))""",
}


@pytest.mark.parametrize("wrong", NONE_OF)
def test_nothing_implausible(last_extract, wrong):
    assert ask(last_extract, f"select count(*) {NONE_OF[wrong]}") == 0


SOME_OF = {
    "unborn children": 'from referrals where "Date of Birth" is null',
    "children referred again": 'from referrals where "Number of Referrals in Last 12 Months" > 0',
    "children on a second plan": 'from cpp where "Number of Previous Child Protection Plans" > 0',
    "unborn children on a plan or under enquiry": 'from section_47 where "Age of Child (Years)" is null',
    "children with three placements": 'from lac where "Number of Placements in the Last 12 months" >= 3',
    "children who left care at 18": f"""from lac where "{CEASED}" = "Date of Birth" + interval 18 year""",
    "open assessments": 'from assessments where "Continuous Assessment Date of Authorisation" is null',
    "conferences without a plan": """from section_47
        where "Did the Initial Child Protection Conference Result in a Child Protection Plan" = 'b) No'""",
    "contacts that became referrals": """from contacts as c join referrals as r using ("Child Unique ID")
        where "Contact Outcome" = 'CIN Referral' and r."Date of referral" - c."Date of Contact" between 1 and 7""",
    "plans that transferred in": f"""from cpp where "{STARTED}" between '2013-11-01' and '2013-11-30'
        and "Child Unique ID" not in (select "Child Unique ID" from section_47)""",
}


@pytest.mark.parametrize("sort", SOME_OF)
def test_every_sort_of_child_is_there(last_extract, sort):
    assert ask(last_extract, f"select count(*) {SOME_OF[sort]}") > 0


def test_everything_is_marked_synthetic(calibrated, last_extract):
    out, _ = calibrated
    notices = {"SYNTHETIC.txt"} | {f"croydon/{month:%Y-%m}/SYNTHETIC.txt" for month in MONTHS}
    assert notices == {path.relative_to(out).as_posix() for path in out.rglob("SYNTHETIC.txt")}
    for name in LISTS:
        assert ask(last_extract, f"select bool_and(\"Child Unique ID\" like 'SYN-%') from {name[7:]}")
        if name != "list_1_contacts":
            assert ask(last_extract, f"select bool_and(\"Allocated Worker\" like 'Synthetic Worker %') from {name[7:]}")
    assert ask(last_extract, "select bool_and(\"Placement postcode\" = 'ZZ99 3CZ') from lac")


def test_headers_are_those_of_annex_a_in_their_order(calibrated):
    child = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
    staff = ["Allocated Team", "Allocated Worker"]
    expected = {
        "list_3_referrals": [
            *("Date of referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months", *staff),
            *("Referral ID", "Referral Outcome", "Close Date", "Close Reason"),
        ],
        "list_4_assessments": [
            *("Does the Child have a Disability", "Continuous Assessment Start Date"),
            *("Child Seen During Continuous Assessment", "Continuous Assessment Date of Authorisation"),
            *("Was the child assessed as requiring LA children's social care support?", *staff),
        ],
    }
    for name, headers in expected.items():
        with (calibrated[0] / "croydon" / "2013-12" / f"{name}.csv").open(newline="") as file:
            assert next(csv.reader(file)) == child + headers


def test_the_same_seed_writes_the_same_bytes_whatever_the_threads(tmp_path, monkeypatch):
    from synthesis import write

    connect = write.connect
    made = {}
    for threads, seed in ((1, 7), (4, 7), (2, 8)):

        def limited(work, memory, threads=threads):
            con = connect(work, memory)
            con.execute(f"set threads = {threads}")
            return con

        monkeypatch.setattr(write, "connect", limited)
        out = tmp_path / f"{threads}-{seed}"
        synthesise(Request(out, Span(date(2013, 5, 1), 2), ("barnet", "croydon"), contacts=1_500, seed=seed))
        made[threads, seed] = files(out)
    assert made[1, 7] == made[4, 7]
    assert made[1, 7] != made[2, 8]
    assert "croydon/2013-04/list_1_contacts.csv" not in made[1, 7]


def test_every_dataset_has_the_same_children_and_the_same_bytes_for_a_seed(tmp_path, monkeypatch):
    from synthesis import write

    connect = write.connect
    made, children = {}, {}
    for dataset in ("annex-a", "ssd", "903", "cin"):
        for threads in (1, 4):

            def limited(work, memory, threads=threads):
                con = connect(work, memory)
                con.execute(f"set threads = {threads}")
                return con

            monkeypatch.setattr(write, "connect", limited)
            out = tmp_path / f"{dataset}-{threads}"
            synthesise(Request(out, Span(date(2013, 4, 1), 1), scale=0.03, dataset=dataset))
            made[dataset, threads] = files(out)
            text = "".join(p.read_text() for p in out.rglob("*") if p.suffix in (".csv", ".xml"))
            children[dataset] = set(re.findall(r"SYN-\d+", text))
        assert made[dataset, 1] == made[dataset, 4], dataset
    assert children["annex-a"] <= children["ssd"]
    assert children["903"] | children["cin"] <= children["ssd"]


def test_rows_are_contacts_a_month_exactly_and_events_go_back_to_april(tmp_path):
    synthesise(Request(tmp_path / "out", Span(date(2014, 2, 1), 1), contacts=400))
    con = lists(tmp_path / "out", "croydon", date(2014, 2, 1))
    months = con.execute(
        "select date_trunc('month', \"Date of Contact\"), count(*) from contacts group by 1"
    ).fetchall()
    assert len(months) == 11
    assert {count for _, count in months} == {400}


def test_a_large_authority_is_made_in_shares_that_add_up(tmp_path, monkeypatch):
    monkeypatch.setattr("synthesis.shares.CASES", 1_000)
    synthesise(Request(tmp_path / "out", Span(date(2013, 4, 1), 2), contacts=3_001))
    con = lists(tmp_path / "out", "croydon", date(2013, 5, 1))
    assert ask(con, FIGURES["contacts"]) == 3_001
    assert ask(con, 'select count(*) - count(distinct "Contact ID") from contacts') == 0
    assert ask(con, 'select count(*) - count(distinct "Referral ID") from referrals') == 0
    assert ask(con, f'select count(*) - count(distinct ("Child Unique ID", "{CARE}")) from lac') == 0
    assert (
        ask(
            con,
            """select count(*) from contacts as c join referrals as r using ("Child Unique ID")
        where c."Date of Birth" is not null and c."Date of Birth" <> r."Date of Birth" """,
        )
        == 0
    )


def test_a_tiny_authority_works(tmp_path):
    out = tmp_path / "out"
    report = synthesise(Request(out, Span(date(2013, 4, 1), 14), contacts=10, is_dirty=True))
    # each list goes back to April: 1 to 12 months of ten contacts, then 1 and 2
    assert report["authorities"]["croydon"]["list_1_contacts"] == 10 * (78 + 3)
    with (out / "ANSWER_KEY.csv").open(newline="") as file:
        answers = list(csv.DictReader(file))
    added = sum(key["right"] == "no such row" for key in answers)
    written = [len(path.read_text().splitlines()) - 1 for path in out.glob("croydon/*/*.csv")]
    assert (len(written), sum(written)) == (14 * len(LISTS), report["rows"] + added)
    assert report["defects"] == len(answers)


def test_the_answer_key_points_at_cells_that_hold_what_it_says(dirty):
    answers = list(csv.DictReader((dirty / "ANSWER_KEY.csv").open(newline="")))
    of_rows_and_columns = {
        *("duplicate row", "overlapping plans", "id of another child"),
        *("extra column next to the age", "optional column missing", "required column renamed"),
    }
    assert {row["defect"] for row in answers} == {defect.name for defect in CELLS} | of_rows_and_columns
    clean = dirty.with_name("clean")
    synthesise(Request(clean, Span(date(2013, 4, 1), 3), scale=0.5))
    for key in answers:
        rows = list(csv.reader((dirty / key["file"]).open(newline="")))
        if not key["row"]:
            assert key["right"] not in rows[0]
        elif not key["column"]:
            assert rows[int(key["row"]) - 1] == rows[int(key["written"].split()[1]) - 1]
        elif key["row"] == "1":
            assert key["written"] in rows[0]
        else:
            column = rows[0].index(key["column"])
            assert rows[int(key["row"]) - 1][column] == key["written"], key
            before = list(csv.DictReader((clean / key["file"]).open(newline="")))
            if key["right"] not in ("no such row", key["written"]):
                assert before[int(key["row"]) - 2][key["column"]] == key["right"], key
    touched = {key["file"] for key in answers}
    same = {name: hash_ for name, hash_ in files(clean).items() if name not in touched}
    assert {name: files(dirty)[name] for name in same} == same


def test_a_workbook_has_a_sheet_per_list_with_real_dates(tmp_path, dirty):
    synthesise(Request(tmp_path / "out", Span(date(2013, 4, 1), 1), contacts=60, form="xlsx"))
    folder = tmp_path / "out" / "croydon" / "2013-04"
    assert sorted(path.name for path in folder.iterdir()) == ["SYNTHETIC.txt", "annex_a.xlsx"]
    book = load_workbook(folder / "annex_a.xlsx")
    assert book.sheetnames == ["List 1", "List 3", "List 4", "List 5", "List 6", "List 7", "List 8"]
    header, first, *_ = book["List 7"].values
    with (dirty / "croydon" / "2013-04" / "list_7_cpp.csv").open(newline="") as file:
        assert list(header) == next(csv.reader(file))
    assert isinstance(first[header.index(STARTED)], datetime)
    assert isinstance(first[header.index("Number of Previous Child Protection Plans")], int)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--authority", "croyden"), '"croyden" is not a known authority. Did you mean "croydon"?'),
        (("--months", "2013-12:2013-04"), "ends before it begins"),
        (("--months", "Christmas"), '"Christmas" is not a valid month. Use YYYY-MM, for example 2013-12.'),
        (("--calibrate", "nowhere/croydon/2013-12"), "there is no folder"),
        (("--calibrate", str(ROOT / "seeds")), "is not named after a month"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, arguments, said):
    done = CliRunner().invoke(cli, ["synthesise", "--out", str(tmp_path / "out"), *arguments])
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "mine.csv").write_text("precious")
    done = CliRunner().invoke(cli, ["synthesise", "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert "`csc synthesise` did not write" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


@pytest.mark.parametrize(
    ("share", "whole", "counts"), [(4, 315, range(12, 15)), (0, 10, range(1)), (100, 7, range(7, 8))]
)
def test_counts_that_round_to_a_share(share, whole, counts):
    assert durations.fitting(share, whole) == counts
    assert [n for n in range(whole + 1) if durations.rounded(n, whole) == share] == list(counts)


def test_a_stock_that_outgrows_its_new_ones_takes_transfers_in():
    moved, ceased, transfers = stocks.movements({1: 301, 2: 385}, {1: 30, 2: 24}, opening=339)
    assert (moved, ceased, transfers) == ({1: 30, 2: 84}, {1: 68, 2: 0}, {1: 0, 2: 60})


def test_groups_of_plans_add_up_to_the_stock_for_years():
    idxs = range(1, 61)
    targets = Targets({"cpp_total": {i: 300 + i % 7 for i in idxs}, "cpp_new": dict.fromkeys(idxs, 25)})
    groups = durations.plans(targets, None).listed()
    for idx in idxs:
        open_ = sum(g.n for g in groups if g.start <= idx and (g.end is None or g.end > idx))
        assert open_ == 300 + idx % 7
        assert not any(g.end == g.start + 24 for g in groups)


def test_first_in_first_out_pairs():
    assert pairs.intervals({1: 3, 2: 5, 3: 1, 4: 2}) == [(0, 3, 3), (2, 3, 1), (2, None, 1), (4, None, 1)]
