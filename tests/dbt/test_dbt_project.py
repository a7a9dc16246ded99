"""The dbt project keeps its house rules, its unit tests hold, and what is generated is fresh."""

import json
import shutil

import pytest

from orchestration import dbt, docs
from orchestration.settings import settings

PUBLISHED = {"core", "marts", "quality", "reference"}


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
        results = dbt.invoke(*nothing_but_seeds, parsed=dbt.prepare().result()).result.results
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
