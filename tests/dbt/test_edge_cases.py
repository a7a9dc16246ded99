"""Every computed measure at its edges: the hand-worked cases of tests/edge_cases, all built at once."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
import yaml
from deliveries import LOADED, ask, build, deliver

from data_quality.contracts import load_contracts

FILES = sorted((Path(__file__).parent.parent / "edge_cases").glob("*.yml"))
OWN_KEYS = {"case", "why", "month", "deliveries", "expect", "not_final", "fault"}


def cases_of(file: Path) -> list[dict]:
    """The cases of a file, each with its deliveries as (list, month, rows by column)."""
    read = yaml.safe_load(file.read_text())
    cases = []
    for case in read["cases"]:
        lists = {key: rows for key, rows in case.items() if key not in OWN_KEYS}
        deliveries = case.get("deliveries") or [{"month": case["month"], **lists}]
        given = [
            (name, delivery["month"], [named(name, row, read) for row in rows])
            for delivery in deliveries
            for name, rows in delivery.items()
            if name != "month"
        ]
        cases.append(case | {"file": file.stem, "given": given})
    return cases


def named(name: str, row: list, read: dict) -> dict[str, str]:
    """A row's cells by their columns."""
    cells = {column: str(cell) for column, cell in zip(read["columns"][name], row, strict=False)}
    return read.get("defaults", {}).get(name, {}) | cells


CASES = [case for file in FILES for case in cases_of(file)]


@pytest.fixture(scope="module")
def values(tmp_path_factory, home_of):
    """By case and measure: value, numerator, denominator, whether it is final. A case is an authority."""
    contracts = load_contracts()
    with home_of(tmp_path_factory.mktemp("edge_cases")) as path:
        with duckdb.connect(str(path)):  # the file stays open between the deliveries
            for number, case in enumerate(CASES):
                versions = Counter()
                for step, (name, month, rows) in enumerate(case["given"]):
                    assert {c for row in rows for c in row} <= {c.name for c in contracts[name].columns}, case["case"]
                    versions[name, month] += 1
                    loaded_at = LOADED + timedelta(minutes=step)
                    deliver(path, name, f"{month}-01", rows, versions[name, month], f"X{number}", loaded_at)
        assert build("--select", "+kpi_monthly") == []
        rows = ask(
            path,
            """
            select authority_code, strftime(month, '%Y-%m'), measure_id, value, numerator, denominator, is_mature
            from marts.kpi_monthly where basis = 'computed'
            """,
        )
        yield {(authority, month, measure): figures for authority, month, measure, *figures in rows}


def parameter(number: int, case: dict):
    """A case; one with a known fault must fail until the fault is mended."""
    marks = [pytest.mark.xfail(reason=case["fault"], strict=True)] if "fault" in case else []
    return pytest.param(number, marks=marks, id=f"{case['file']}: {case['case']}")


@pytest.mark.parametrize("number", [parameter(number, case) for number, case in enumerate(CASES)])
def test_edge_of_a_measure_is_as_the_register_says(values, number):
    case = CASES[number]
    of_case = {measure: values.get((f"X{number}", case["month"], measure)) for measure in case["expect"]}
    found = {measure: written(*figures[:3]) if figures else None for measure, figures in of_case.items()}
    assert found == {measure: expected(value) for measure, value in case["expect"].items()}, case["why"]
    open_still = {measure for measure, figures in of_case.items() if figures and not figures[3]}
    assert open_still >= set(case.get("not_final", []))


def written(value, numerator, denominator):
    """A figure as the cases write it: a number, a share as its two parts, None where it was not supplied."""
    if denominator is None or numerator is None:
        return value
    assert value == (100 * numerator / denominator if denominator else None)
    return f"{numerator:.0f}/{denominator:.0f}"


def expected(value):
    return value if isinstance(value, str) or value is None else float(value)


def test_there_are_cases_of_every_computed_measure(values):
    assert {measure for _, _, measure in values} == {measure for case in CASES for measure in case["expect"]}
    assert len(CASES) >= 200
    assert len({(case["file"], case["case"]) for case in CASES}) == len(CASES)
