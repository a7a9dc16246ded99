"""A child of any dataset is erased: no list that came keeps its id, or a value that only its rows had."""

import csv
import re
from collections import Counter
from datetime import date

import pytest
from click.testing import CliRunner
from conftest import SECRET

from data_quality.contracts import load_contracts
from ingestion import ledger, load
from ingestion.receive import receive
from ingestion.without_rows import normalised
from orchestration import erasure
from orchestration.cli import cli
from orchestration.retention import CLOSED
from orchestration.warehouse import connect, prepare
from synthesis.synthesise import Request, synthesise
from synthesis.targets import Span

CROYDON = "E09000008"
TELLING = 4  # letters and more of a value; a shorter one, such as a code, says nothing of one child
DATASETS = ("annex-a", "ssd", "903", "cin")


def rows_of(vault) -> list[dict[str, str]]:
    """Every row of every file: cells by header; of XML a child's texts by their place."""
    found = []
    for file in sorted(vault.glob("??/*")):
        text = file.read_text(encoding="utf-8-sig")
        if text.startswith("<"):
            parts = re.split(r"(?=<Child>|<CHILD>)", text)[1:]
            found += [dict(enumerate(re.findall(r">([^<>]+)<", part))) for part in parts]
        else:
            found += csv.DictReader(text.splitlines())
    return found


def cells(vault, child) -> tuple[Counter, Counter]:
    """How often each value stands in rows with the child's id, or with an id that leads to it, and in all others."""
    rows = rows_of(vault)
    has_child = ["person_id" in "".join(map(str, row)) for row in rows]
    leads, shared = set(), set()
    for row, is_with_child in zip(rows, has_child, strict=True):
        if is_with_child:
            ids = {value for name, value in row.items() if str(name).endswith("_id") and value}
            (leads if child in row.values() else shared).update(ids)
    leads = (leads - shared) | {child}
    own, others = Counter(), Counter()
    for row in rows:
        values = {value for value in row.values() if value and len(value) >= TELLING}
        (own if leads & set(row.values()) else others).update(values)
    return own, others


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_value_that_only_the_child_had_is_left(configured, tmp_path, dataset):
    given = configured(CSC_CHILD_KEY_SECRET=SECRET)
    synthesise(Request(given.landing_dir, Span(date(2013, 5, 1), 2), contacts=40, dataset=dataset))
    prepare(given.warehouse)
    contracts = load_contracts()
    with connect(given.warehouse) as con:
        receive(con, given.landing_dir, given.vault, contracts, given.first_month)
        load.load(con, contracts.values(), given.vault, ledger.pending(con))
        lists = [c.extract for c in contracts.values() if any(column.name == "child_id" for column in c.columns)]
        counted = Counter()
        for extract in lists:
            ids = con.execute(f"select child_id from raw.{extract} where child_id <> ''").fetchall()
            counted.update({child for (child,) in ids})
    child = max(sorted(counted), key=counted.get)  # in most lists
    assert counted[child] >= 3
    own, others = cells(given.vault, child)
    only_its = own.keys() - others.keys()
    planned = erasure.plan(given, CROYDON, frozenset([normalised(child)]))
    erasure.carry_out(given, [planned], "test", "test")
    kept_own, kept = cells(given.vault, child)
    assert not kept_own
    assert not {value for value in kept if child in value}
    assert not only_its & kept.keys()
    assert set(others) - own.keys() <= set(kept)
    assert child.encode() not in given.warehouse.read_bytes()
    assert erasure.plan(given, CROYDON, frozenset([normalised(child)])).removed == {}


def test_retention_goes_through_every_council_and_names_it(configured):
    councils = {"croydon": CROYDON, "barnet": "E09000003", "camden": "E09000007", "ealing": "E09000009"}
    given = configured(CSC_CHILD_KEY_SECRET=SECRET, CSC_RETENTION_YEARS="contacts:3", CSC_AS_OF="2020-01-01")
    contract = load_contracts()["annex_a_contacts"]
    for folder in councils:
        place = given.landing_dir / folder / "2013-05" / "contacts.csv"
        place.parent.mkdir(parents=True)
        children = [f"{folder.upper()}{number}" for number in range(5)]
        heads = ",".join(f'"{column.headers[0]}"' for column in contract.columns)
        place.write_text("\n".join([heads, *(child + "," * (len(contract.columns) - 1) for child in children), ""]))
    prepare(given.warehouse)
    with connect(given.warehouse) as con:
        receive(con, given.landing_dir, given.vault, load_contracts(), given.first_month)
        load.load(con, load_contracts().values(), given.vault, ledger.pending(con))
        con.execute("create schema core")
        for fact, closed in CLOSED.values():  # as dbt makes them; the first two children of each have a new contact too
            columns = ", ".join(f"null::date as {name}" for name in re.findall(r"\w+_(?:date|month)", closed))
            con.execute(f"create table core.{fact} as select '' as authority_code, '' as child_key, {columns} limit 0")
        rows = [
            (code, erasure.child_key(given, code, f"{folder.upper()}{number}"), date(year, 5, 1))
            for folder, code in councils.items()
            for number in range(5)
            for year in ([2013, 2019] if number < 2 else [2013])
        ]
        con.executemany("insert into core.fct_contacts values (?, ?, ?)", rows)
    asked = CliRunner().invoke(cli, ["retention", "--dry-run"])
    for name in ("Croydon", "Barnet", "Camden", "Ealing"):
        assert f"3 children of {name}" in asked.output
    done = CliRunner().invoke(cli, ["retention", "--yes"])
    assert done.exit_code == 0, done.output
    assert [f"Receipt {number} " in done.output for number in range(1, 6)] == [True] * 4 + [False]
    left = [row for row in rows_of(given.vault) if any(row.values())]
    assert sorted(row["Child Unique ID"] for row in left) == sorted(f"{f.upper()}{n}" for f in councils for n in (0, 1))
