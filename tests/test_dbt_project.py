"""The dbt project keeps its house rules, its unit tests hold, and what is generated is fresh."""

import json
import re
import shutil
from pathlib import Path

import pytest

from data_quality.generate import GENERATED
from orchestration import dbt, docs
from orchestration.settings import settings

MODELS = sorted((Path(__file__).parent.parent / "dbt_project" / "models").rglob("*.sql"))
PREFIXES = {"staging": "stg_", "intermediate": "int_", "core": ("dim_", "fct_"), "marts": ("mart_", "kpi_")}
PUBLISHED = {"core", "marts", "quality", "reference"}
# what only one engine knows, or answers differently: see the portable macros for what to use instead
ENGINE_ONLY = r"::|//|\bexclude\b|generate_series|current_date|\bnow\(|\bconcat\(|regexp_matches|unnest|\bvarchar\b|\\"


@pytest.fixture(scope="module")
def built(tmp_path_factory, seeded):
    """A warehouse with nothing in it but the seeds, every model built and every unit test run on it.

    (results, manifest, data dictionary, dbt's own pages)
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSC_HOME", str(tmp_path_factory.mktemp("dbt")))
        settings.cache_clear()
        shutil.copytree(seeded, settings().home_dir, dirs_exist_ok=True)
        nothing_but_seeds = ("build", "--exclude-resource-type", "seed", "--no-write-json")
        results = dbt.invoke(*nothing_but_seeds).result.results
        manifest = json.loads((settings().dbt_target / "manifest.json").read_text())
        dictionary, pages = docs.render(), docs.pages().read_text()
    settings.cache_clear()
    return results, manifest, dictionary, pages


def test_every_model_builds_on_nothing_and_every_unit_test_holds(built):
    results, *_ = built
    assert [f"{r.node.name}: {r.message}" for r in results if r.status not in ("success", "pass")] == []
    assert sum(r.node.resource_type == "unit_test" for r in results) >= 40


def test_every_published_column_is_described(built):
    _, manifest, *_ = built
    nodes = [n for n in manifest["nodes"].values() if n["schema"] in PUBLISHED and n["resource_type"] != "test"]
    assert [n["name"] for n in nodes if not n["description"]] == []
    assert [f"{n['name']}.{c}" for n in nodes for c, column in n["columns"].items() if not column["description"]] == []


def test_the_data_dictionary_is_fresh_and_says_everything_of_every_column(built):
    dictionary = built[2]
    assert docs.DICTIONARY.read_text() == dictionary, "run `make docs`"
    rows = [line.split(" | ") for line in dictionary.splitlines() if line.startswith("| `")]
    assert len(rows) > 500
    assert [row[0] for row in rows if not all(row[1:4])] == []
    assert "| `contacts_ytd` | double | count | Contacts, April to this month: sum of the months. |" in dictionary


def test_dbts_own_pages_are_one_file_with_every_published_table(built):
    _, manifest, _, pages = built
    nodes = [n for n in manifest["nodes"].values() if n["schema"] in PUBLISHED and n["resource_type"] != "test"]
    assert [n["unique_id"] for n in nodes if f'"{n["unique_id"]}"' not in pages] == []


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_generated_files_are_fresh(path):
    assert path.read_text() == GENERATED[path](), "run `python -m data_quality.generate`"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_keeps_the_house_rules(path):
    text = path.read_text()
    statements = re.sub(r"'[^'\n]*'|--.*|\{\{.*?\}\}|\{%.*?%\}", " ", text, flags=re.DOTALL)
    assert text.startswith("-- grain: one row per ")
    assert path.name.startswith(PREFIXES.get(path.parent.name, path.name))
    assert re.findall(r"(?i)select \*", statements)[1:] == [], "select * only from the last CTE"
    assert re.search(ENGINE_ONLY, statements) is None
    assert " / " not in statements, "divide by the percentage macro: it knows about zero"
    for ordering in re.findall(r"(?s)order by(.*?)(?:\brows\b|\)|$)", statements):
        assert all("nulls" in term for term in ordering.split(",")), "say nulls first or last"
