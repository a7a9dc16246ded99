"""The Standard Safeguarding Dataset: one month's tables, which hold everything, as the events of the Annex A lists."""

import random
from collections import defaultdict
from datetime import date, timedelta

import duckdb
import pandas as pd
from measures import Council, Full
from populations import Population, end_of, later, said
from rows import Events, WorkingDays, raw_rows
from rows import later as months_later

TABLES = (
    *("ssd_person", "ssd_cp_plans", "ssd_cp_visits", "ssd_cp_reviews"),
    *("ssd_cla_episodes", "ssd_cla_placement", "ssd_cla_reviews", "ssd_missing"),
)


def tables(seed: int) -> tuple[date, dict[str, list[dict[str, str]]]]:
    """A council's month and its tables: plans and care with chains of visits and reviews at the edges of their terms."""
    of = Population(seed)
    draw, month = of.draw, of.months[-1]
    rows = {name: [] for name in TABLES}
    for child, born in of.births.items():
        rows["ssd_person"].append({"child_id": child, "birth_date": born})
        start = later(of.before(of.day()), -draw.choice([0, 3, 12]))
        for number in range(draw.randrange(3)):
            plan = {"child_id": child, "cpp_id": f"P{child}-{number}"}
            ended = start + timedelta(days=draw.choice([40, 130, 400])) if draw.random() < 0.4 else None
            other = {"is_other_authority": draw.choice(["", "N", "N", "Y"])}
            rows["ssd_cp_plans"].append(plan | {"cpp_start_date": start, "cpp_end_date": ended} | other)
            for day in chain(draw, start, end_of(month), [14, 20, 26, 27, 28, 29, 30, 40], []):
                seen = draw.choice(["Y", "Y", "Y", "N", ""])
                rows["ssd_cp_visits"].append(plan | {"visit_date": day, "is_seen": seen})
            for day in chain(draw, start, end_of(month), [80, 93], [3, 3, 6, 6, 6]):
                rows["ssd_cp_reviews"].append(plan | {"review_date": day})
            # a plan may begin while another goes on
            start = (ended or start) + timedelta(days=draw.choice([0, 1, 90] if ended else [30, 90]))
        rows_of_care(of, child, rows)
        for day in {of.day() for _ in range(draw.randrange(4))}:
            back = draw.choice([None, day, day + timedelta(days=1), of.after(day)])
            kind = draw.choice(["M", "M", "A", ""])
            gone = {"child_id": child, "missing_start_date": day, "missing_end_date": back, "missing_type_code": kind}
            rows["ssd_missing"].append(gone)
    return month, {name: [{k: said(v) for k, v in row.items()} for row in found] for name, found in rows.items()}


def rows_of_care(of: Population, child: str, rows: dict[str, list[dict]]) -> None:
    draw, last = of.draw, end_of(of.months[-1])
    start = later(of.before(of.day()), -draw.choice([0, 0, 30]))
    for number in range(draw.randrange(3)):
        period = {"child_id": child, "period_id": f"C{child}-{number}"}
        ended = start + timedelta(days=draw.choice([40, 130, 400])) if draw.random() < 0.4 else None
        homes = []
        for day in [start, *chain(draw, start, last, [30, 100], [6, 12])]:
            kind = draw.choice(["U6", "U6", "A3", "K2"])
            placed = {"placement_start_date": day, "placement_type_code": kind, "placement_provider_code": "PR1"}
            homes.append(placed | {"placement_id": f"H{period['period_id']}-{day}"})
        rows["ssd_cla_placement"] += [period | home for home in homes]
        rows["ssd_cla_episodes"] += [period | episode for episode in episodes_of_care(draw, start, ended, last, homes)]
        for day in chain(draw, start, last, [27, 28, 29, 30], [3, 3, 6, 6, 6]):
            rows["ssd_cla_reviews"].append({"period_id": period["period_id"], "review_date": day} | cancelled(draw))
        if ended is None:
            break
        start = ended + timedelta(days=draw.choice([0, 1, 90]))


def episodes_of_care(draw: random.Random, start: date, ended: date | None, last: date, homes: list[dict]) -> list[dict]:
    """The episodes of a period of care, each in one of its homes; now and then one between is not delivered."""
    days = [start, *chain(draw, start, min(last, (ended or last) - timedelta(days=1)), [100, 200], [6, 12, 24])]
    reasons = [draw.choice("SSSSS "), *(draw.choice("LLTTUPPB ") for _ in days[1:])]
    episodes = [
        {
            "episode_start_date": day,
            "episode_start_reason": reason.strip(),
            "episode_end_date": following or ended,
            "episode_end_reason_code": "X1" if following else "E4A" if ended else "",
            "placement_id": draw.choice(homes)["placement_id"],
        }
        for day, following, reason in zip(days, [*days[1:], None], reasons, strict=True)
    ]
    return episodes[:1] + [e for e in episodes[1:-1] if draw.random() > 0.1] + episodes[1:][-1:]


def cancelled(draw: random.Random) -> dict[str, str]:
    return {"is_cancelled": draw.choice(["", "N", "N", "N", "N", "Y"])}


def chain(draw: random.Random, start: date, last: date, steps: list[int], months: list[int]) -> list[date]:
    """Days that follow from each other up to a last one, now by days, now by months and a day more or less."""
    found, day = [], start
    while len(found) < 30:
        if months and ((draw.random() < 0.8 and found) or not steps):
            day = later(day, draw.choice(months)) + timedelta(days=draw.choice([-1, 0, 0, 0, 1]))
        else:
            day += timedelta(days=draw.choice(steps))
        if day > last or draw.random() < 0.1:
            return found
        found.append(day)
    return found


# --- read anew


def councils(con: duckdb.DuckDBPyConnection, calendar: WorkingDays) -> dict[str, Council]:
    """Each authority that delivered the tables, with plans and care as events of the Annex A lists."""
    of = {name: raw_rows(con, name) for name in TABLES}
    found = {}
    for authority in of["ssd_cp_plans"].authority_code.unique():
        own = {name: rows[rows.authority_code == authority] for name, rows in of.items()}
        month = pd.Timestamp(own["ssd_cp_plans"].reporting_month.iloc[0])
        plans, care = plans_of(own), care_of(own, month)
        seen = own["ssd_cp_visits"][own["ssd_cp_visits"].is_seen != "N"]
        held = own["ssd_cla_reviews"][own["ssd_cla_reviews"].is_cancelled != "Y"]
        full = Full(
            visits=days(seen, "cpp_id", "visit_date", plans),
            plan_reviews=days(own["ssd_cp_reviews"], "cpp_id", "review_date", plans),
            care_reviews=days(held, "period_id", "review_date", care),
            missing=own["ssd_missing"][own["ssd_missing"].missing_type_code != "A"],
            episodes=episodes_of(own),
        )
        lists = {
            "annex_a_cpp": listed("annex_a_cpp", plans, month, visits=full.visits),
            "annex_a_lac": listed("annex_a_lac", care, month, placements=placements_of(own, care)),
        }
        found[authority] = Council(lists, calendar, full)
    return found


def listed(name: str, events: pd.DataFrame, month: pd.Timestamp, **days) -> Events:
    events = events.assign(reporting_month=month, ended_by=pd.NaT, is_current=True)
    made = Events(name, [month], events, events, events, {})
    made.__dict__ |= days  # every visit or placement, instead of the latest of each list
    return made


def plans_of(own: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Plans of this authority, each with how many of the child's had ended when it began, of whichever authority."""
    every = own["ssd_cp_plans"]
    before = [
        int(
            (
                (every.child == plan.child)
                & (every.cpp_start_date < plan.cpp_start_date)
                & (every.cpp_end_date <= plan.cpp_start_date)
            ).sum()
        )
        for plan in every.itertuples()
    ]
    plans = every.assign(key=every.child + "|" + every.cpp_start_date.astype(str), previous_plans=before)
    return plans[plans.is_other_authority != "Y"]


def care_of(own: dict[str, pd.DataFrame], month: pd.Timestamp) -> pd.DataFrame:
    """Periods of care, each with its latest placement and the number of those of the twelve months to the month's end."""
    episodes = own["ssd_cla_episodes"].sort_values("episode_start_date")
    care = episodes.drop_duplicates("period_id", keep="last").reset_index(drop=True)
    care["lac_start_date"] = care.period_id.map(episodes.groupby("period_id").episode_start_date.min())
    care = care.rename(columns={"episode_end_date": "lac_end_date"})
    care = care.merge(own["ssd_person"][["child", "birth_date"]], on="child", how="left")
    end = months_later(month, 1) - pd.Timedelta(days=1)
    placed = own["ssd_cla_placement"].sort_values("placement_start_date")
    placed = placed[placed.placement_start_date <= end]
    last = placed.drop_duplicates("period_id", keep="last").set_index("period_id")
    for column in ("placement_start_date", "placement_type_code", "placement_provider_code"):
        care[column] = care.period_id.map(last[column])
    number = [
        placements_until(min(end, to) if pd.notna(to := p.lac_end_date) else end, p, care, placed)
        for p in care.itertuples()
    ]
    key = care.child + "|" + care.lac_start_date.astype(str)
    blank = dict.fromkeys(("is_uasc", "legal_status_code", "placement_location_code"))
    return care.assign(key=key, placements_last_12_months=number, age_years=float("nan"), **blank)


def placements_until(last: pd.Timestamp, period, care: pd.DataFrame, placed: pd.DataFrame) -> int:
    """The homes of a child that had not ended before the twelve months to a day, also in earlier periods of care."""
    number, before = 0, None
    periods = care[(care.child == period.child) & (care.lac_start_date <= period.lac_start_date)]
    for own in periods.sort_values("lac_start_date").itertuples():
        until = min(last, own.lac_end_date) if pd.notna(own.lac_end_date) else last
        own_homes = placed[(placed.period_id == own.period_id) & (placed.placement_start_date <= until)]
        homes = list(own_homes.itertuples())
        ends = [*(home.placement_start_date for home in homes[1:]), own.lac_end_date]
        for home, ended in zip(homes, ends, strict=False):
            is_older = months_later(home.placement_start_date, 12) <= last
            alike = (home.placement_start_date, home.placement_type_code, home.placement_provider_code)
            goes_on = alike == before and home.placement_start_date == own.lac_start_date and not is_older
            is_over = pd.notna(ended) and months_later(ended, 12) <= last
            number += not is_over and not goes_on
            before = (ended, home.placement_type_code, home.placement_provider_code)
    return number


def episodes_of(own: dict[str, pd.DataFrame]) -> dict[str, list]:
    """Each child's episodes of care in order, each with the kind and provider of its home."""
    homes = own["ssd_cla_placement"][["placement_id", "placement_type_code", "placement_provider_code"]]
    episodes = own["ssd_cla_episodes"].merge(homes, on="placement_id", how="left")
    found = defaultdict(list)
    for episode in episodes.sort_values(["episode_start_date", "episode_end_date"]).itertuples():
        found[episode.child].append(episode)
    return found


def placements_of(own: dict[str, pd.DataFrame], care: pd.DataFrame) -> dict[str, list[pd.Timestamp]]:
    return days(own["ssd_cla_placement"], "period_id", "placement_start_date", care)


def days(rows: pd.DataFrame, id_column: str, day_column: str, events: pd.DataFrame) -> dict[str, list[pd.Timestamp]]:
    """The days of each event, in order, each once."""
    keys = dict(zip(events[id_column], events.key, strict=True))
    dated = rows.dropna(subset=[day_column]).groupby(id_column)[day_column]
    return {keys[name]: sorted(set(group)) for name, group in dated if name in keys}
