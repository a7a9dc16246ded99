"""What the lists of one extract say of its month, by the definitions of the printed returns. For calibration only."""

from datetime import date
from pathlib import Path

import duckdb

from synthesis.layout import LISTS

SQL = Path(__file__).with_name("measure.sql")


def measure(con: duckdb.DuckDBPyConnection, folder: Path, first: date, last: date) -> dict[str, float]:
    """Measure id to figure, for every measure that a return prints. Needs the calendar's table `day`."""
    for name in LISTS:
        path = str(folder / f"{name}.csv").replace("'", "''")
        read = f"read_csv('{path}', all_varchar = true, header = true)"
        con.execute(f"create or replace temp table {name} as select * from {read}")
    con.execute(f"set variable month_first = date '{first}'")
    con.execute(f"set variable month_last = date '{last}'")
    return {name: value for name, value in con.execute(SQL.read_text()).fetchall() if value is not None}
