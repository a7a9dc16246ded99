"""What the checks of a contract ask of its raw table."""

import duckdb

from data_quality.checks import contract_checks
from data_quality.contracts import load_contracts

OVERVIEW = "create table raw.overview (authority_code text, reporting_month date, version int, measure_id text)"


def test_a_return_breaks_its_contract_without_a_required_row_and_not_without_another(tmp_path, monkeypatch):
    from data_quality import expectations  # takes seconds to import

    overview = load_contracts()["overview"]
    rows = tuple(row.model_copy(update={"required": row.measure_id != "cpp_new"}) for row in overview.rows)
    changed = overview.model_copy(update={"rows": rows}), "required_rows_are_present"
    monkeypatch.setattr(expectations, "contract_of", lambda _: changed)
    for left_out, passes in {"cpp_new": True, "cpp_total": False}.items():
        file = tmp_path / f"{left_out}.duckdb"
        with duckdb.connect(str(file)) as con:
            con.execute("create schema raw")
            con.execute(OVERVIEW)
            measures = [[measure_id] for measure_id in overview.measure_ids if measure_id != left_out]
            con.executemany("insert into raw.overview values ('E09000008', '2013-12-01', 1, ?)", measures)
        [verdict] = expectations.judge(file, [contract_checks()["overview_required_rows_are_present"]])
        assert verdict.passed == passes
