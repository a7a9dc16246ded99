"""The models run one way, and what two files must say alike they do."""

import csv
import json
import re
from collections import Counter

import pytest
from conftest import ROOT
from dbt_common.clients.jinja import get_environment
from jinja2 import nodes

PROJECT = ROOT / "dbt_project"
MODELS = PROJECT / "models"
LAYERS = {
    "reference": 0,
    "raw": 1,
    "commentary": 1,
    "decisions": 1,
    "history": 1,
    "spelling": 1,
    "staging": 2,
    "intermediate": 3,
    "core": 4,
    "measures": 5,
}
LAYERS |= {"quality": 6, "marts": 6}  # these may read each other
READ_ANYWHERE = {"ingest_ledger"}  # of quality; ingestion writes it before any model is built


@pytest.fixture(scope="module")
def manifest(seeded) -> dict:
    return json.loads((seeded / "dbt" / "manifest.json").read_text())


def seed(name: str) -> list[dict]:
    with (ROOT / "seeds" / "reference" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def sql(pattern: str) -> dict[str, str]:
    """The models that match, as one line each without comments."""
    found = {path.stem: re.sub(r"--.*", "", path.read_text()) for path in MODELS.rglob(pattern)}
    return {name: " ".join(text.split()) for name, text in found.items()}


def test_no_model_reads_a_later_layer(manifest):
    of = manifest["nodes"] | manifest["sources"]
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert {node["schema"] for node in models} <= LAYERS.keys()
    backwards = [
        f"{node['schema']}.{node['name']} reads {of[read]['schema']}.{of[read]['name']}"
        for node in models
        for read in node["depends_on"]["nodes"]
        if LAYERS[of[read]["schema"]] > LAYERS[node["schema"]] and of[read]["name"] not in READ_ANYWHERE
    ]
    assert backwards == []


def test_no_macro_is_called_by_a_computed_name():
    """Whoever looks for the callers of a macro by its name finds them all, and so does dbt's lineage."""
    jinja, computed = get_environment(), []
    for path in [*MODELS.rglob("*.sql"), *(PROJECT / "macros").rglob("*.sql"), *(PROJECT / "tests").rglob("*.sql")]:
        for call in jinja.parse(path.read_text()).find_all(nodes.Call):
            name = call.node
            while isinstance(name, nodes.Getattr):
                name = name.node
            dispatched = isinstance(call.node, nodes.Getattr) and call.node.attr == "dispatch"
            named = isinstance(name, nodes.Name | nodes.Const | nodes.Call)
            if not named or (dispatched and not isinstance(call.args[0], nodes.Const)):
                computed.append(f"{path.name}, line {call.lineno}")
    assert computed == []


def test_every_model_says_first_what_a_row_of_it_is(manifest):
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert [node["name"] for node in models if not node["description"].startswith("One row per ")] == []


def test_each_measure_is_counted_where_the_register_says_and_nothing_else_is():
    """A condition that the SQL does not know would count nobody, and the measure would look as if not supplied."""
    registered, in_sql, settled = [], [], []
    for measure in seed("measures"):
        if measure["counted_in"]:
            of = (measure["counted_in"], measure["counted_at"])
            registered.append((*of, measure["counted_by"]))
            settled += [(*of, measure["settled_by"])] if measure["settled_by"] else []
    settled_in_sql = []
    for name, text in sql("int_*__members.sql").items():
        judged = re.findall(
            r"case measures\.counted_by (.*?) end as is_member(?:, (.*?) as is_settled)? "
            r".*?on measures\.counted_in = '(\w+)' and measures\.counted_at = '(\w+)'",
            text,
        )
        assert judged
        assert {f"int_{counted_in}__members" for _, _, counted_in, _ in judged} == {name}
        for conditions, settling, *of in judged:
            in_sql += [(*of, condition) for condition in re.findall(r"when '(\w+)'", conditions)]
            settled_in_sql += [(*of, condition) for condition in re.findall(r"when '(\w+)'", settling)]
    assert set(registered) == set(in_sql)
    assert len(in_sql) == len(set(in_sql)) > 50
    assert set(settled) == set(settled_in_sql)
    [unioned] = sql("int_members__unioned.sql").values()
    assert set(re.findall(r"int_(\w+)__members", unioned)) == {counted_in for counted_in, *_ in registered}


def test_each_counted_measure_is_due_with_a_list_that_there_is():
    lists, measures = {row["list"] for row in seed("list_tables")}, seed("measures")
    counted = {measure["measure_id"] for measure in measures if measure["counted_in"]}
    assert counted == {measure["measure_id"] for measure in measures if measure["due_with"]}
    named = {measure[column] for measure in measures for column in ("due_with", "needs_in_full")}
    assert named - {""} <= lists
    # a ratio waits for parts that are both counted, or for parts of which neither is
    parts = [(m["numerator_id"] in counted, m["denominator_id"] in counted) for m in measures if m["kind"] == "ratio"]
    assert {of[0] for of in parts if of[0] == of[1]} == {True, False}
    assert all(a == b for a, b in parts)


def test_each_validation_rule_has_its_condition_in_the_model_of_its_list_and_only_there():
    conditions = []
    for name, text in sql("validation_breaches__*.sql").items():
        [of_list] = re.findall(r"rules\.list = '(\w+)'", text)
        assert of_list.removeprefix("annex_a_") == name.removeprefix("validation_breaches__")
        [cases] = re.findall(r"where case rules\.rule (.*)", text)
        conditions += [(rule, of_list) for rule in re.findall(r"when '(\w+)'", cases)]
    rules = [(rule["rule"], rule["list"]) for rule in seed("validation_rules")]
    assert Counter(conditions) == Counter(rules)
    assert len(rules) > 50
