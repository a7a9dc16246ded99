"""SYNTHETIC published figures of a council, in the form of Explore Education Statistics: what its own year says."""

import csv
from pathlib import Path

from conftest import ROOT
from deliveries import ask

REFERENCE = ROOT / "seeds" / "reference"
PLACE = ["time_period", "geographic_level", "country_code", "new_la_code"]

PLANS, CARE = "plans open at 31 March", "children looked after on 31 march each year"
OLD_PLANS = "plans open at 31 March for two years or more, percent"
FIRST, LAST = "first_month_follows_from_published", "last_month_leads_to_published"
ADDS_UP, RATE = "year_adds_up_to_published", "rate_agrees_with_published"
# folder, statistic, year, how much more is published: the check, measure and month that it is found by
BREAKS = [
    ("harrow", PLANS, 2013, 10, FIRST, "cpp_total", 4),
    ("harrow", "referrals", 2014, 200, ADDS_UP, "referrals", 3),
    ("harrow", CARE, 2014, 20, LAST, "lac_total", 3),
    ("harrow", f"{CARE}, per 10,000", 2014, 5, RATE, "lac_total", 3),
    ("hounslow", OLD_PLANS, 2013, 50, FIRST, "cpp_24_plus_months_pct", 4),  # no movements are known of it
    ("hounslow", "referrals", 2014, 3000, ADDS_UP, "referrals", 12),  # no month had so many as are left for the others
    ("hounslow", CARE, 2014, 1000, LAST, "lac_total", 12),
    ("croydon", PLANS, 2013, 10, FIRST, "cpp_total", 4),
    ("croydon", "plans started", 2014, 50, ADDS_UP, "cpp_new", 3),
    ("croydon", "referrals with no further action, percent", 2014, 50, ADDS_UP, "referrals_nfa_pct", 3),
    ("croydon", PLANS, 2014, 20, LAST, "cpp_total", 3),
    ("croydon", f"{CARE}, per 10,000", 2014, 5, RATE, "lac_total", 3),
]


def seed(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def year_said(path: Path, authority: str, basis: str) -> dict[tuple[str, int], float]:
    """What would be published of 2013/14, by statistic and year, if it were the year that the council's months make.

    A year of nine months goes on as it was; a caseload stays as it is. The day before April is what April follows from.
    """
    rows = ask(
        path,
        f"""
        select measure_id, month(month), value, ytd_value from marts.kpi_monthly
        where authority_code = '{authority}' and basis = '{basis}' and value is not null order by month
        """,
    )
    values, ytd = {}, {}
    for measure, month, value, to_date in rows:
        values.setdefault(measure, {})[(month - 4) % 12] = value
        ytd[measure] = to_date
    openings = {measure: of_month[0] for measure, of_month in values.items() if 0 in of_month}
    roles = {}
    for relation in seed("measure_relations"):
        if relation["relation"] == "stock_flow":
            roles.setdefault(relation["relation_id"], {})[relation["role"]] = relation["measure_id"]
    for of in roles.values():
        if len(of) == 3 and set(of.values()) <= values.keys():
            openings[of["stock"]] += values[of["outflow"]][0] - values[of["inflow"]][0]
    rates = dict(
        ask(
            path,
            f"""
            select measure_id, max_by(rate_per_10000, month) from marts.mart_rates
            where authority_code = '{authority}' and basis = '{basis}' and rate_per_10000 is not null group by all
            """,
        )
    )
    series = {column["statistic"]: column for column in seed("published_columns")}
    said = {}
    for row in seed("published_measures"):
        statistic, measure, column = row["statistic"], row["measure_id"], series[row["statistic"]]
        of_month = values.get(measure)
        if not of_month or row["difference"] or column["as_at"] == "30 September":
            continue
        if column["unit"] == "rate per 10,000":
            said |= {(statistic, 2014): round(rates[measure])} if measure in rates else {}
        elif column["as_at"] == "31 March":
            said |= {(statistic, 2013): openings[measure], (statistic, 2014): of_month[max(of_month)]}
        elif column["unit"] == "count":
            said[statistic, 2014] = round(sum(of_month.values()) * 12 / len(of_month))
        else:
            said[statistic, 2014] = ytd[measure]
    return said


def write(said: dict[str, dict[tuple[str, int], float]], file: Path) -> None:
    """Write a table of each council's statistics, a row for each."""
    columns = {column["statistic"]: column for column in seed("published_columns")}
    rows = []
    for authority, figures in said.items():
        for (statistic, year), figure in figures.items():
            column = columns[statistic]
            rows.append(
                dict(zip(PLACE, [str(year), "Local authority", "E92000001", authority], strict=True))
                | {column["column_header"]: f"{figure:.2f}".removesuffix(".00")}
                | {
                    column[f"{which}filter_column"]: column[f"{which}filter_value"]
                    for which in ("", "second_")
                    if column[f"{which}filter_column"]
                }
            )
    headers = PLACE + sorted({header for row in rows for header in row} - set(PLACE))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, headers, restval="")
        writer.writeheader()
        writer.writerows(rows)


def broken(said: dict[str, dict[tuple[str, int], float]]) -> dict[str, dict[tuple[str, int], float]]:
    """Each of the breaks in what was published."""
    more = {(folder, statistic, year): change for folder, statistic, year, change, *_ in BREAKS}
    assert more.keys() <= {(folder, *key) for folder, figures in said.items() for key in figures}
    return {
        folder: {key: figure + more.get((folder, *key), 0) for key, figure in figures.items()}
        for folder, figures in said.items()
    }
