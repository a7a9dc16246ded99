"""Every computed figure of small councils is what pandas makes of their rows by the register's words.

Each council is drawn from a seed of its own, and all are built at once: the build of one takes as long as that of
twenty. A library that draws one example at a time, and shrinks it by building again, would take a build for each.
CSC_ORACLE_COUNCILS=200 CSC_ORACLE_SEED=1000 draws more, and others. A difference is shown with the council's rows.
"""

import os
from collections import Counter
from datetime import timedelta

import duckdb
import full_dataset
import pytest
from deliveries import LOADED, build, deliver
from populations import Population
from recompute import differences, said

pytestmark = pytest.mark.long

COUNCILS = int(os.environ.get("CSC_ORACLE_COUNCILS", "16"))
SEED = int(os.environ.get("CSC_ORACLE_SEED", "0"))
WITH_EVERY_VISIT = COUNCILS // 2  # as many again, of another dataset


@pytest.fixture(scope="module")
def councils(tmp_path_factory, home_of):
    """Small councils whose lists come out of order and are corrected, built after each half of what they send."""
    with home_of(tmp_path_factory.mktemp("councils")) as path:
        versions = Counter()
        sent = {f"P{seed:02}": Population(seed).deliveries() for seed in range(SEED, SEED + COUNCILS)}
        for seed in range(SEED, SEED + WITH_EVERY_VISIT):
            month, tables = full_dataset.tables(seed)
            sent[f"S{seed:02}"] = [(name, month, rows) for name, rows in tables.items()]
        for half in (0, 1):
            with duckdb.connect(str(path)):  # the file stays open between the deliveries
                for authority, deliveries in sent.items():
                    middle = len(deliveries) // 2
                    for name, month, rows in deliveries[middle:] if half else deliveries[:middle]:
                        versions[authority, name, month] += 1
                        version = versions[authority, name, month]
                        loaded_at = LOADED + timedelta(days=half)
                        deliver(path, name, str(month), rows, version, authority, loaded_at)
            assert build("--select", "+kpi_monthly") == []
        yield path


def test_figures_of_small_councils_are_those_of_their_rows(councils):
    with duckdb.connect(str(councils), read_only=True) as con:
        compared, differing = differences(con)
        assert compared > 200 * (COUNCILS + WITH_EVERY_VISIT)
        assert differing.empty, said(con, differing)
