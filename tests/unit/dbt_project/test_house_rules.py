"""The models keep the house rules, and what is generated is fresh."""

import re

import pytest
from conftest import ROOT

from data_quality.generate import GENERATED

FOLDER = ROOT / "dbt_project" / "models"
MODELS = sorted(FOLDER.rglob("*.sql"))
PREFIXES = {
    "staging": ("stg_", "child_key_secret"),  # the latter is no file's rows, but what they are keyed with
    "intermediate": "int_",
    "core": ("dim_", "fct_"),
    "measures": ("int_", "fct_"),
    "marts": ("mart_", "kpi_"),
}
# what only one engine knows, or answers differently: see the portable macros for what to use instead
ENGINE_ONLY = r"::|//|\bexclude\b|generate_series|current_date|\bnow\(|\bconcat\(|regexp_matches|unnest|\bvarchar\b|\\"


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_generated_files_are_fresh(path):
    assert path.read_text() == GENERATED[path](), "run `python -m data_quality.generate`"


def test_no_generated_staging_model_outlives_its_contract():
    folders = {path.parent for path in GENERATED if path.suffix == ".sql" and "staging" in path.parts}
    assert folders
    assert {path for folder in folders for path in folder.glob("*.sql")} <= GENERATED.keys()


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_keeps_the_house_rules(path):
    text = path.read_text()
    statements = re.sub(r"'[^'\n]*'|--.*|\{\{.*?\}\}|\{%.*?%\}", " ", text, flags=re.DOTALL)
    assert text.startswith("-- grain: one row per ")
    assert path.name.startswith(PREFIXES.get(path.relative_to(FOLDER).parts[0], path.name))
    assert re.findall(r"(?i)select \*", statements)[1:] == [], "select * only from the last CTE"
    assert re.search(ENGINE_ONLY, statements) is None
    assert " / " not in statements, "divide by the percentage macro: it knows about zero"
    for ordering in re.findall(r"(?s)order by(.*?)(?:\brows\b|\)|$)", statements):
        assert all("nulls" in term for term in ordering.split(",")), "say nulls first or last"
