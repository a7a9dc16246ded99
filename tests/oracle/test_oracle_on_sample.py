"""Every computed figure of the sample is what pandas makes of its rows by the register's words."""

import duckdb
from recompute import differences, said


def test_figures_of_the_sample_are_those_of_its_rows(sample):
    with duckdb.connect(str(sample / "warehouse.duckdb"), read_only=True) as con:
        compared, differing = differences(con)
        assert compared > 700
        assert differing.empty, said(con, differing)
