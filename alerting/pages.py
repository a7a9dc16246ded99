"""The pages of docs/alerts: what each kind of alert means, and how a digest words it.

A page begins with its title, and with the checks, contract rules and events that it explains, each with its words.
"""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from data_quality.checks import contract_checks, contract_of, validation_rules
from data_quality.contracts import read_yaml

PAGES = Path(__file__).parent.parent / "docs" / "alerts"
WAREHOUSE_TESTS = "warehouse_tests"
CENSUS_RULES = "census_rules"


class Words(BaseModel):
    """How a digest words a check or event.

    `says` may contain {observed} and {expected}; a clause (up to a semicolon) is left out if its figure is missing.
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
    """Return the words of each check, rule or event, with its page. Raises `ValueError` if two pages claim one."""
    found: dict[str, Words] = {}
    for name, page in _pages().items():
        for key, words in getattr(page, kind).items():
            if key in found:
                raise ValueError(f"{key} leads to {found[key].page} and to {name}")
            found[key] = words.model_copy(update={"page": name})
    return found


def event(name: str) -> Words:
    """Return the words for an event, such as `published`. Raises `KeyError` if no page has it."""
    return _all("events")[name]


def check(check_id: str) -> Words:
    """Return the words for a check. A check without a page is a dbt test, and has the words for all of those."""
    if check_id in _all("checks"):
        return _all("checks")[check_id]
    if check_id in contract_checks():
        contract, rule = contract_of(contract_checks()[check_id])
        words = _all("rules")[rule]
        return words.model_copy(update={"title": f"{contract.title}: {words.title}"})
    for of_return in validation_rules():
        if check_id == of_return.check.check_id:
            title = f"Rule {of_return.rule}: {of_return.message}"
            return _all("checks")[CENSUS_RULES].model_copy(update={"title": title})
    return _all("checks")[WAREHOUSE_TESTS]


def claimed() -> dict[str, set[str]]:
    """Return every check, rule and event that a page claims."""
    return {kind: set(_all(kind)) for kind in ("checks", "rules", "events")}
