import csv
from collections import Counter
from datetime import date, timedelta

from conftest import ROOT

REFERENCE = ROOT / "seeds" / "reference"


def seed(name):
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_bank_holidays_are_distinct_weekdays_eight_a_year_but_for_the_one_off_ones():
    days = [date.fromisoformat(row["bank_holiday"]) for row in seed("bank_holidays")]
    assert days == sorted(set(days))
    assert [day for day in days if day.weekday() > 4] == []
    # Royal wedding; Diamond Jubilee; Platinum Jubilee and state funeral; coronation.
    one_off = {2011: 1, 2012: 1, 2022: 2, 2023: 1}
    expected = {year: 8 + one_off.get(year, 0) for year in range(2010, 2031)}
    assert Counter(day.year for day in days) == expected


def test_bank_holidays_fall_on_the_days_proclaimed():
    names = {row["bank_holiday"]: row["bank_holiday_name"] for row in seed("bank_holidays")}
    proclaimed = {
        "2011-04-29": "Royal wedding bank holiday",
        "2012-06-04": "Spring bank holiday",
        "2012-06-05": "Queen's Diamond Jubilee",
        "2013-03-29": "Good Friday",
        "2013-04-01": "Easter Monday",
        "2016-12-26": "Boxing Day",
        "2016-12-27": "Christmas Day (substitute day)",
        "2020-05-08": "Early May bank holiday (VE Day)",
        "2021-12-27": "Christmas Day (substitute day)",
        "2021-12-28": "Boxing Day (substitute day)",
        "2022-01-03": "New Year's Day (substitute day)",
        "2022-06-02": "Spring bank holiday",
        "2022-06-03": "Platinum Jubilee bank holiday",
        "2022-09-19": "State Funeral of Queen Elizabeth II",
        "2023-05-08": "Coronation of King Charles III",
        "2026-12-28": "Boxing Day (substitute day)",
        "2027-03-26": "Good Friday",
        "2028-01-03": "New Year's Day (substitute day)",
    }
    assert {day: names.get(day) for day in proclaimed} == proclaimed
    moved_from = {"2012-05-28", "2020-05-04", "2022-05-30"}
    assert not moved_from & names.keys()


def test_months_run_without_a_gap_from_2010_to_2030():
    assert [row["month"] for row in seed("months")] == [
        f"{year}-{month:02d}-01" for year in range(2010, 2031) for month in range(1, 13)
    ]


def test_the_financial_year_turns_between_march_and_april():
    months = {row["month"]: list(row.values())[1:] for row in seed("months")}
    assert months["2010-01-01"] == ["January 2010", "JAN", "2009/10", "10", "4"]
    assert months["2013-07-01"] == ["July 2013", "JUL", "2013/14", "4", "2"]
    assert months["2013-12-01"] == ["December 2013", "DEC", "2013/14", "9", "3"]
    assert months["2014-03-01"] == ["March 2014", "MAR", "2013/14", "12", "4"]
    assert months["2014-04-01"] == ["April 2014", "APR", "2014/15", "1", "1"]
    # Every whole financial year has its twelve months, each once.
    whole = Counter(row["financial_year"] for row in seed("months"))
    assert whole.pop("2009/10") == 3
    assert whole.pop("2030/31") == 9
    assert set(whole.values()) == {12}


def test_placement_types_are_in_use_when_the_return_has_them():
    """Supported accommodation has its own code since 2024/25; other placements have four, and no Z1, since 2025/26."""
    dated = {
        row["code"]: (row["valid_from"], row["valid_to"])
        for row in seed("code_lists")
        if row["code_list"] == "placement_type"
    }
    assert dated["K3"] == ("2024-04-01", "")
    assert {dated[code] for code in ("H5", "P2", "Z1")} == {("", "2025-03-31")}
    assert {dated[code] for code in ("Z11", "Z12", "Z13", "Z14")} == {("", "")}


def test_every_authority_of_england_since_2013_has_its_own_code_and_a_folder_of_its_own_at_any_time():
    rows = seed("authorities")
    assert [row["authority_code"] for row in rows[:33]] == [f"E09{n:06d}" for n in range(1, 34)]
    assert len({row["authority_code"] for row in rows}) == len(rows) == 161
    today = [row for row in rows if not row["valid_to"]]
    assert len({row["folder"] for row in today}) == len(today) == 153
    assert Counter(row["region"] for row in today)["London"] == 33
    of_one_folder = Counter(row["folder"] for row in rows)
    shared = {folder for folder, count in of_one_folder.items() if count > 1}
    assert shared == {"buckinghamshire", "dorset", "north-yorkshire", "somerset"}
    for folder in shared:
        [before, after] = [row for row in rows if row["folder"] == folder]
        assert date.fromisoformat(before["valid_to"]) + timedelta(days=1) == date.fromisoformat(after["valid_from"])
    begun = {row["authority_code"]: row["valid_from"] for row in rows}
    for row in rows:
        assert bool(row["valid_to"]) == bool(row["replaced_by"]), row
        for code in row["replaced_by"].split():
            assert date.fromisoformat(row["valid_to"]) + timedelta(days=1) == date.fromisoformat(begun[code])
    codes = {row["folder"]: row["authority_code"] for row in rows}
    assert (codes["croydon"], codes["cumberland"], codes["bristol"]) == ("E09000008", "E06000063", "E06000023")


def test_the_published_figures_are_those_of_croydon_its_neighbours_and_the_areas_around_it():
    names = {row["authority_code"]: row["authority_name"] for row in seed("authorities")}
    names |= {row["area_code"]: row["area_name"] for row in seed("published_areas")}
    neighbours = [row for row in seed("statistical_neighbours") if row["authority_code"] == "E09000008"]
    assert [names[row["neighbour_code"]] for row in neighbours] == [
        *("Lewisham", "Waltham Forest", "Leeds", "Reading", "Milton Keynes"),
        *("Southend-on-Sea", "Barnet", "Southampton", "Salford", "Greenwich"),
    ]
    with_figures = {names[row["area_code"]] for row in seed("published_figures")}
    around = {"England", "London", "Outer London", "Croydon"}
    assert with_figures == around | {names[row["neighbour_code"]] for row in neighbours}
    croydon = {
        (row["statistic"], row["year_ending"]): float(row["value"])
        for row in seed("published_figures")
        if row["area_code"] == "E09000008"
    }
    assert croydon["plans open at 31 March", "2013"] == 308
    assert croydon["plans open at 31 March", "2014"] == 377
    assert croydon["plans started", "2014"] == 423
    assert croydon["referrals", "2014"] == 3516
    assert croydon["children in need at 31 March", "2014"] == 3753
    in_the_box = {row["statistic"] for row in seed("published_figures")}
    assert in_the_box <= {row["statistic"] for row in seed("published_measures")}
    assert {row["statistic"] for row in seed("published_measures")} <= {
        row["statistic"] for row in seed("published_columns")
    }


def test_a_published_statistic_follows_the_definition_that_the_register_names_or_says_how_it_differs():
    measures = {row["measure_id"]: row for row in seed("measures")}
    for row in seed("published_measures"):
        is_same = measures[row["measure_id"]]["definition_id"] == row["definition"]
        assert is_same == (row["difference"] == ""), row


def test_every_authority_and_area_of_a_published_year_has_its_population_of_the_year_before():
    with_population = {(row["authority_code"], row["mid_year"]) for row in seed("population_under_18")}
    for row in seed("published_figures"):
        assert (row["area_code"], str(int(row["year_ending"]) - 1)) in with_population, row
    known = {row["authority_code"] for row in seed("authorities")} | {
        row["area_code"] for row in seed("published_areas")
    }
    assert {code for code, _ in with_population} <= known
    # where the DfE publishes a rate, population and count give it
    rates = {
        (row["area_code"], row["year_ending"]): row
        for row in seed("published_figures")
        if row["statistic"] == "children looked after on 31 march each year, per 10,000"
    }
    populations = {
        (row["authority_code"], row["mid_year"]): int(row["population"]) for row in seed("population_under_18")
    }
    counts = [
        row for row in seed("published_figures") if row["statistic"] == "children looked after on 31 march each year"
    ]
    assert len(counts) == 70
    for row in counts:
        rate = float(row["value"]) * 10000 / populations[row["area_code"], str(int(row["year_ending"]) - 1)]
        assert abs(rate - float(rates[row["area_code"], row["year_ending"]]["value"])) <= 0.5, row


def test_a_code_with_a_first_or_last_day_says_where_the_day_comes_from():
    dated = [row for row in seed("code_lists") if row["valid_from"] or row["valid_to"]]
    assert len(dated) > 3
    assert [row["code"] for row in dated if not row["source"]] == []
    began_after_its_end = [row["code"] for row in dated if row["valid_to"] and row["valid_from"] > row["valid_to"]]
    assert began_after_its_end == []
