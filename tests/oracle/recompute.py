"""All computed figures of a warehouse, from its raw rows."""

import csv
from datetime import date
from pathlib import Path

import duckdb
import full_dataset
import pandas as pd
from measures import OF_LIST, Council
from rows import ANNEX_A, WorkingDays, events_of, raw_rows

from data_quality.contracts import PROVENANCE

SEEDS = Path(__file__).parents[2] / "seeds" / "reference"
FIGURES = ["value", "numerator", "denominator"]
KEY = ["authority_code", "month", "measure_id"]


def register() -> list[dict[str, str]]:
    with (SEEDS / "measures.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def working_days() -> WorkingDays:
    with (SEEDS / "bank_holidays.csv").open(newline="", encoding="utf-8") as file:
        return WorkingDays([date.fromisoformat(row["bank_holiday"]) for row in csv.DictReader(file)])


def councils(con: duckdb.DuckDBPyConnection) -> dict[str, Council]:
    """Each authority's lists as events."""
    delivered = con.execute(
        "select distinct authority_code, extract, reporting_month from quality.ingest_ledger where status = 'accepted'"
    ).df()
    calendar = working_days()
    found = {authority: Council({}, calendar) for authority in delivered.authority_code.unique()}
    found |= full_dataset.councils(con, calendar)
    for name in ANNEX_A:
        rows = raw_rows(con, name)
        rows["reporting_month"] = pd.to_datetime(rows["reporting_month"])
        for authority, months in delivered[delivered.extract == name].groupby("authority_code").reporting_month:
            own = rows[rows.authority_code == authority]
            found[authority].lists[name] = events_of(name, own, sorted(pd.to_datetime(months)))
    return found


def recompute(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Authority, month, measure, value, numerator, denominator: each measure of each month of its list."""
    made = []
    for authority, council in councils(con).items():
        months = sorted({month for listed in council.lists.values() for month in listed.months})
        for month in months:
            counts = {}
            for name, measures in OF_LIST.items():
                if council.is_delivered(name, month):
                    counts |= measures(council, month)
            made += [(authority, month, *figure) for figure in with_ratios(counts)]
    return pd.DataFrame(made, columns=[*KEY, *FIGURES])


def with_ratios(counts: dict[str, int | None]) -> list[tuple]:
    """Counts, and the shares of which both parts are there, as measure, value, numerator, denominator."""
    figures = [(measure, count, None, None) for measure, count in counts.items()]
    for measure in register():
        parts = measure["numerator_id"], measure["denominator_id"]
        if measure["kind"] == "ratio" and all(part in counts for part in parts):
            numerator, denominator = (counts[part] for part in parts)
            value = None if None in (numerator, denominator) or not denominator else 100 * numerator / denominator
            figures.append((measure["measure_id"], value, numerator, denominator))
    return figures


def differences(con: duckdb.DuckDBPyConnection) -> tuple[int, pd.DataFrame]:
    """How many figures were compared, and those on which the oracle and marts.kpi_monthly differ."""
    published = con.execute(f"select {', '.join(KEY + FIGURES)} from marts.kpi_monthly where basis = 'computed'").df()
    published["month"] = pd.to_datetime(published["month"])
    both = recompute(con).merge(published, on=KEY, how="outer", suffixes=("_oracle", "_published"), indicator=True)
    differs = both["_merge"] != "both"
    for figure in FIGURES:
        ours, theirs = (pd.to_numeric(both[f"{figure}_{side}"]) for side in ("oracle", "published"))
        differs |= ~((ours - theirs).abs() < 1e-9) & ~(ours.isna() & theirs.isna())
    return len(both), both[differs]


def said(con: duckdb.DuckDBPyConnection, differing: pd.DataFrame) -> str:
    """The figures that differ, and the rows that the council of the first one delivered."""
    lines = [differing.to_string(max_rows=60)]
    for authority in differing.authority_code[:1]:
        for extract in (*ANNEX_A, *full_dataset.TABLES):
            rows = con.execute(f"select * from raw.{extract} where authority_code = ?", [authority]).df()
            rows = rows.drop(columns=[name for name in PROVENANCE if name not in ("reporting_month", "version")])
            rows = rows.loc[:, ~rows.isin(["", None]).all()]
            lines += [f"{authority}, {extract}", rows.to_string(max_rows=60)] if len(rows) else []
    return "\n" + "\n".join(lines)
