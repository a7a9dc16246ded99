"""The pages of docs/alerts: what each kind of alert means, and the words that a digest has for it.

A page begins with its title, and the checks, rules of contracts and events that lead to it, each with its words.
"""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from data_quality.checks import validation_rules, contract_checks, contract_of
from data_quality.contracts import read_yaml

PAGES = Path(__file__).parent.parent / "docs" / "alerts"
WAREHOUSE_TESTS = "warehouse_tests"
CENSUS_RULES = "census_rules"


class Words(BaseModel):
    """How a digest speaks of a check or event.

    `says` may name {observed} and {expected}; a clause (up to a semicolon) whose figure is missing is left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    says: str = ""
    page: str = ""


class _Page(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    checks: dict[str, Words] = {}
    rules: dict[str, Words] = {}
    events: dict[str, Words] = {}


@cache
def _pages() -> dict[str, _Page]:
    files = sorted(path for path in PAGES.glob("*.md") if path.name != "README.md")
    return {path.name: _Page.model_validate(read_yaml(path.read_text().split("---\n")[1])) for path in files}


@cache
def _all(kind: str) -> dict[str, Words]:
    """Words by check, rule or event; each names its page. Raises `ValueError` where two pages claim the same one."""
    found: dict[str, Words] = {}
    for name, page in _pages().items():
        for key, words in getattr(page, kind).items():
            if key in found:
                raise ValueError(f"{key} leads to {found[key].page} and to {name}")
            found[key] = words.model_copy(update={"page": name})
    return found


def event(name: str) -> Words:
    """The words for an event, such as `published`. Raises `KeyError` for one without a page."""
    return _all("events")[name]


def check(check_id: str) -> Words:
    """The words for a check. One that no page claims (a dbt test) is a test of the warehouse itself, unnamed."""
    if check_id in _all("checks"):
        return _all("checks")[check_id]
    if check_id in contract_checks():
        contract, rule = contract_of(contract_checks()[check_id])
        words = _all("rules")[rule]
        return words.model_copy(update={"title": f"{contract.title}: {words.title}"})
    for rule in validation_rules():
        if check_id == rule.check.check_id:
            return _all("checks")[CENSUS_RULES].model_copy(update={"title": f"Rule {rule.rule}: {rule.message}"})
    return _all("checks")[WAREHOUSE_TESTS]


def claimed() -> dict[str, set[str]]:
    """Every check, rule and event that a page claims."""
    return {kind: set(_all(kind)) for kind in ("checks", "rules", "events")}
