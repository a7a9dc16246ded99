"""The published marts depend only on the latest versions, not on the order in which files came, or how often.

Six councils deliver the same lists, each its own way, over two runs. The first delivers each month once, in order; what
is published of the others must equal what is published of it, but for the council.
"""

import os
import random
import shutil

import duckdb
import pytest
from golden_deliveries import synthesise

MONTHS = ("2013-04", "2013-05", "2013-06")
WAYS = ("barnet", "bexley", "brent", "camden", "ealing", "enfield")
# of the council itself, its population, its neighbours or its files
OF_A_COUNCIL = {"authority_code", "authority_name", "child_key", "source_ref", "file_path", "comparison_id"}
NOT_ALIKE = {"mart_rates", "mart_neighbours", "mart_comparators", "mart_published_figures", "kpi", "kpi_as_at"}


def deliveries_of(way, mix):
    """The deliveries of one council in their order: the month and whether the lists are whole or a row short."""
    whole, short = "whole", "short"
    in_order = [(month, whole) for month in MONTHS]
    if way == "bexley":
        return in_order[::-1]
    if way == "brent":  # each twice
        return [one for one in in_order for _ in range(2)]
    if way == "camden":  # corrected twice
        return [(month, state) for month in MONTHS for state in (short, "shorter", whole)]
    if way == "ealing":  # corrected, and back
        return [(month, state) for month in MONTHS for state in (whole, short, whole)]
    if way == "enfield":  # all of that, mixed; the last of each month is whole
        early = [(month, state) for month in MONTHS for state in (short, whole, "shorter")]
        mix.shuffle(early)
        late = in_order.copy()
        mix.shuffle(late)
        return early + late
    return in_order


def put(made, landing, way, number, month, state):
    """Deliver the lists of a month as the delivery of this number: under names of its own, at a time of its own."""
    for file in sorted((made / month).glob("*.csv")):
        lines = file.read_text().splitlines(keepends=True)
        cut = {"whole": 0, "short": 1, "shorter": 2}[state]
        to = landing / way / month / f"{file.stem} {number}.csv"
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text("".join(lines[: max(len(lines) - cut, 2)]))
        os.utime(to, (1_400_000_000 + number,) * 2)


@pytest.fixture(scope="module")
def published(new_home, tmp_path_factory):
    made = synthesise(tmp_path_factory.mktemp("order"), "annex-a", WAYS[0], f"{MONTHS[0]}:{MONTHS[-1]}", rows=30)
    home, mix = new_home("order"), random.Random(18)
    home.settings = {"CSC_PACKS_FOR": "none"}
    waiting = {way: list(enumerate(deliveries_of(way, mix), start=1)) for way in WAYS}
    for is_last in (False, True):
        for way, left in waiting.items():
            now = len(left) if is_last else mix.randint(1, len(left) - 1)
            for number, (month, state) in left[:now]:
                put(made, home.landing, way, number, month, state)
            waiting[way] = left[now:]
        ran = home.csc("run")
        assert ran.returncode in ((0,) if is_last else (0, 2)), ran.stdout + ran.stderr
    shutil.rmtree(made)
    return home.published


def test_marts_are_those_of_the_latest_versions_whatever_came_before(published):
    with duckdb.connect(str(published), read_only=True) as con:
        codes = dict(con.execute("select lower(authority_name), authority_code from core.dim_authority").fetchall())
        tables = con.execute("""
            select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns()
            where schema_name in ('core', 'marts') group by all having list_contains(list(column_name), 'authority_code')
            """).fetchall()
        compared, different = 0, []
        for table, columns in sorted(tables):
            if table.split(".")[1] in NOT_ALIKE or table.startswith("core.dim_"):
                continue
            kept = [name for name in columns if name not in OF_A_COUNCIL and not name.endswith("_key")]
            rows = f"select {', '.join(kept)} from {table} where authority_code = ?"
            first = codes[WAYS[0]]
            compared += len(con.execute(rows, [first]).fetchall())
            for way in WAYS[1:]:
                pair = [first, codes[way]]
                for sql, asked in ((f"{rows} except all {rows}", pair), (f"{rows} except all {rows}", pair[::-1])):
                    if found := con.execute(sql, asked).fetchall():
                        different.append((table, way, found[:2]))
    assert compared > 500
    assert different == []
