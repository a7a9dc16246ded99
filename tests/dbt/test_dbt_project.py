"""Every model builds, its unit tests hold, and what is published is described."""

import json
import shutil
from dataclasses import dataclass

import pytest
import yaml
from conftest import take_what_is_parsed
from deliveries import ask

from orchestration import dbt, docs
from orchestration.settings import settings
from publication.visibility import Visibility


@dataclass
class Built:
    results: list
    manifest: dict
    built_columns: list[tuple[str, str, str]]  # of every table that dbt built: schema, table, column
    readers_see: Visibility
    dictionary: str
    pages: str  # dbt's own
    private_views: set[str]

    @property
    def published(self) -> list[dict]:
        """The manifest's models and seeds that readers see."""
        nodes = [n for n in self.manifest["nodes"].values() if n["resource_type"] in ("model", "seed")]
        return [n for n in nodes if self.readers_see.schema_of(f"{n['schema']}.{n['alias']}")]

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The columns that readers see, in the order of the data dictionary."""
        found = []
        for schema, table, column in self.built_columns:
            name = f"{schema}.{table}"
            if column not in self.readers_see.private_columns.get(name, ()):
                found.append((self.readers_see.schema_of(name), table, column))
        return [
            (f"{schema}.{table}", column)
            for schema, table, column in sorted((row for row in found if row[0]), key=lambda row: row[:2])
        ]


@pytest.fixture(scope="module")
def built(tmp_path_factory, seeded):
    """A warehouse with nothing in it but the seeds, every model built and every unit test run on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSC_HOME", str(tmp_path_factory.mktemp("dbt")))
        settings.cache_clear()
        shutil.copytree(seeded, settings().home_dir, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dbt"))
        take_what_is_parsed(seeded, settings().home_dir)
        nothing_but_seeds = ("build", "--exclude-resource-type", "seed", "--no-write-json")
        results = dbt.invoke(*nothing_but_seeds).result.results
        manifest = json.loads((settings().dbt_target / "manifest.json").read_text())
        dictionary, pages = docs.render(), docs.pages().read_text()
        columns = ask(
            settings().warehouse,
            """
            select schema_name, table_name, column_name from duckdb_columns()
            where not internal order by schema_name, table_name, column_index
            """,
        )
        readers_see = dbt.readers_see()
        named = ("ls", "--output", "name", "--resource-type", "model", "--select", *dbt.PRIVATE_VIEWS)
        private_views = set(dbt.invoke(*named).result)
    settings.cache_clear()
    return Built(results, manifest, columns, readers_see, dictionary, pages, private_views)


def test_every_model_builds_on_nothing_and_every_unit_test_holds(built):
    results = built.results
    assert [f"{r.node.name}: {r.message}" for r in results if r.status not in ("success", "pass")] == []
    written = [yaml.safe_load(path.read_text()) for path in (dbt.PROJECT / "models").rglob("*.yml")]
    unit_tests = [test["name"] for file in written for test in file.get("unit_tests", [])]
    assert sorted(r.node.name for r in results if r.node.resource_type == "unit_test") == sorted(unit_tests)
    models = [path.stem for path in (dbt.PROJECT / "models").rglob("*.sql")]
    assert sorted(r.node.name for r in results if r.node.resource_type == "model") == sorted(models)


def test_the_views_that_a_run_by_the_same_code_leaves_out_are_private_and_none_has_tests_of_its_own(built):
    nodes = built.manifest["nodes"]
    models = [node for node in nodes.values() if node["resource_type"] == "model"]
    views = {node["name"] for node in models if node["config"]["materialized"] == "view"}
    assert built.private_views == views - {node["name"] for node in built.published}
    tests = {node["name"]: node["depends_on"]["nodes"] for node in nodes.values() if node["resource_type"] == "test"}
    only_views = [
        name for name, of in tests.items() if built.private_views.issuperset(key.split(".")[-1] for key in of)
    ]
    assert tests and only_views == []


def test_every_published_column_is_described(built):
    nodes = built.published
    assert [n["name"] for n in nodes if not n["description"]] == []
    assert [f"{n['name']}.{c}" for n in nodes for c, column in n["columns"].items() if not column["description"]] == []


def test_the_data_dictionary_is_fresh_and_says_everything_of_every_column(built):
    dictionary = built.dictionary
    assert docs.DICTIONARY.read_text() == dictionary, "run `make docs`"
    table, said, rows = None, [], []
    for line in dictionary.splitlines():
        if line.startswith("### "):
            table = line.removeprefix("### ")
        elif line.startswith("| `"):
            rows.append(line.split(" | "))
            said.append((table, rows[-1][0].strip("| `")))
    assert said == built.columns
    assert [row[0] for row in rows if not all(row[1:4])] == []
    assert "| `contacts_ytd` | double | count | Contacts, April to this month: sum of the months. |" in dictionary


def test_dbts_own_pages_are_one_file_with_every_published_table(built):
    assert [n["unique_id"] for n in built.published if f'"{n["unique_id"]}"' not in built.pages] == []
