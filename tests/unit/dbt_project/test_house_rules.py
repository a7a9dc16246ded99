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
    "core": ("dim_", "fct_", "journey_stages"),  # the last are of several facts
    "measures": ("int_", "fct_"),
    "marts": ("mart_", "kpi", "int_"),
}
# by what is over 0, or null
DIVIDES_BY_ITSELF = {"int_spc_points__standardised", "int_spc_limits__drawn", "mart_neighbours", "mart_comparators"}
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
    statements = re.sub(r"'[^'\n]*'|--[^\n]*|\{\{.*?\}\}|\{%.*?%\}", " ", text, flags=re.DOTALL)
    assert text.startswith("-- grain: one row per ")
    assert path.name.startswith(PREFIXES.get(path.relative_to(FOLDER).parts[0], path.name))
    assert re.findall(r"(?i)select \*", statements)[1:] == [], "select * only from the last CTE"
    assert re.search(ENGINE_ONLY, statements) is None
    assert " / " not in statements or path.stem in DIVIDES_BY_ITSELF, (
        "divide by the percentage macro: it knows about zero"
    )
    for begun in re.finditer(r"\border by\b", statements):
        terms = ordering_terms(statements[begun.end() :])
        assert all(re.search(r"\bnulls (first|last)$", term) for term in terms), f"say nulls first or last: {terms}"


def ordering_terms(text: str) -> list[str]:
    """Return the terms of the `order by` that ends where its parenthesis, its frame or the text does."""
    terms, depth = [""], 0
    for part in re.split(r"([(),])|\b(rows|limit)\b", text):
        if (part == ")" and depth == 0) or part in ("rows", "limit"):
            break
        depth += {"(": 1, ")": -1}.get(part or "", 0)
        if part == "," and depth == 0:
            terms.append("")
        else:
            terms[-1] += part or ""
    return [" ".join(term.split()) for term in terms]


def test_the_terms_of_an_ordering_are_told_apart():
    within = "coalesce(a, 0) asc nulls last, b desc rows between 1 preceding and current row) as c"
    assert ordering_terms(within) == ["coalesce(a, 0) asc nulls last", "b desc"]
    assert ordering_terms(" a, b nulls first") == ["a", "b nulls first"]
