"""Measure the lists of one extract by the definitions of the printed returns. For calibration only."""

from datetime import date
from pathlib import Path

import duckdb

from synthesis.layouts import LISTS, SQL
from synthesis.people import set_variables


def measure(con: duckdb.DuckDBPyConnection, folder: Path, first: date, last: date) -> dict[str, float]:
    """Return the value of every measure that a return prints. Needs the calendar's table `day`."""
    for name in LISTS:
        con.read_csv(str(folder / f"{name}.csv"), all_varchar=True, header=True).create_view(name, replace=True)
    set_variables(con, {"month_first": first, "month_last": last})
    rows = con.execute((SQL / "measure.sql").read_text()).fetchall()
    return {name: value for name, value in rows if value is not None}
