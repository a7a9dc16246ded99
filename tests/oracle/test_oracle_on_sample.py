"""Every computed figure of the sample is what pandas makes of its rows by the register's words."""

import duckdb
import pytest
from recompute import differences, said


@pytest.fixture(scope="module")
def of_sample(sample):
    with duckdb.connect(str(sample / "warehouse.duckdb"), read_only=True) as con:
        return differences(con)


def test_figures_of_the_sample_are_those_of_its_rows(of_sample):
    compared, differing = of_sample
    assert compared > 700
    assert differing.empty, said(differing)
