"""`by_hand.py FOLDER OUT`: run by_hand.sql on one month's lists. The month is the folder's name."""

import os
import sys
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
FIGURES = "measure_id, value, numerator, denominator"
JOURNEYS = "stage, next_stage, journeys, lower_quartile, median, upper_quartile"
DURATIONS = (
    "clock, assessments, days_0, days_1_10, days_11_20, days_21_30, days_31_40, days_41_45, days_46_50, days_51_60, "
    "days_61_plus, lower_quartile, median, upper_quartile"
)
SHARES = "measure_id, breakdown, category, cast(value as double) as value, share"


def run(folder: Path, out: Path) -> None:
    """Make `csc.duckdb` and a Parquet file for each table in the folder `out`, which must be empty."""
    variables = {
        "folder": str(folder.resolve()),
        "reference": str(HERE.parent / "seeds" / "reference"),
        "secret": "of no use elsewhere",
    }
    os.chdir(out)
    with duckdb.connect("csc.duckdb") as con:
        for name, value in variables.items():
            con.execute(f"set variable {name} = ?", [value])
        con.execute(f"set variable month = date '{folder.name}-01'")
        con.execute((HERE / "by_hand.sql").read_text())


def differences(published: Path, by_hand: Path) -> list[tuple[str, str]]:
    """Return what differs between two files in measures, shares, durations, journeys and breaches: side and row.

    Only what the script works out is compared; a run does more. A measure that one month of lists cannot give is null
    in the one and absent in the other.
    """
    with duckdb.connect() as con:
        con.execute(f"attach '{published}' as published (read_only)")
        con.execute(f"attach '{by_hand}' as by_hand (read_only)")
        worked_out = "measure_id in (select measure_id from by_hand.marts.kpi_monthly)"
        judged = "rule in (select rule from by_hand.marts.mart_validation_rules)"
        broken_down = "measure_id in (select measure_id from by_hand.marts.mart_breakdowns)"
        compared = [
            ("kpi_monthly", FIGURES, f"basis = 'computed' and value is not null and {worked_out}", "value is not null"),
            ("mart_breakdowns", SHARES, broken_down, "true"),
            ("mart_assessment_durations", DURATIONS, "true", "true"),
            ("mart_child_journey", JOURNEYS, "true", "true"),
            ("mart_validation_rules", "rule, breaches", judged, "true"),
        ]
        found = []
        for table, columns, ours, theirs in compared:
            one = f"select {columns} from published.marts.{table} where {ours}"
            other = f"select {columns} from by_hand.marts.{table} where {theirs}"
            if not con.execute(f"select 1 from ({other}) limit 1").fetchall():
                found.append(("by hand", f"{table} has no rows"))
            for side, first, second in (("published", one, other), ("by hand", other, one)):
                found += [(f"{side} {table}", str(row)) for row in con.execute(f"{first} except {second}").fetchall()]
    return found


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
