"""The register of checks: those of `checks.yml` on what dbt built, and those a contract implies for its raw table."""

import csv
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from data_quality.contracts import Contract, ListContract, load_contracts, read_yaml

CHECKS = Path(__file__).with_name("checks.yml")
VALIDATION_RULES = Path(__file__).parent.parent / "seeds" / "reference" / "validation_rules.csv"
Severity = Literal["error", "warning", "info"]


class CheckCouldNotRunError(Exception):
    """A check raised instead of judging. Never taken for a verdict."""


class Check(BaseModel):
    """One named check on one table. `table` is schema-qualified."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check_id: str
    table: str
    severity: Severity
    reason: str
    holds_back: Literal["everything", "authority"] = "everything"
    """What an error keeps from readers: all that is new, or only what is of the authorities whose rows break it."""


class ValidationRule(BaseModel):
    """A rule of a yearly return; the condition that a breaching row fulfils is in quality.validation_breaches."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    list: str
    severity: Literal["warning", "info"]  # the return is refused in summer; the figures of the month are not
    message: str
    is_of_missing: bool
    """It finds rows that the list should have and has not: they are counted with those that it has."""
    own_check: str
    """The check of the lists that says the same of a row, empty for none. quality.list_checks_failed leaves out the
    rows that the finding of the rule is about, so that one fault is one finding."""
    own_column: str
    """The column that this check is of."""

    @property
    def check(self) -> Check:
        """The check that the latest list keeps the rule."""
        return Check(
            check_id=f"census_{self.rule.lower()}",
            table="quality.audit_validation_rules",
            severity=self.severity,
            reason=f"Rule {self.rule} of the yearly return: {self.message}",
        )


@cache
def validation_rules() -> list[ValidationRule]:
    """Return the rules of the yearly returns, in the order of the register."""
    with VALIDATION_RULES.open(newline="") as file:
        return [ValidationRule.model_validate(row) for row in csv.DictReader(file)]


@cache
def audit_checks() -> dict[str, Check]:
    """Checks on the comparisons that the quality.audit_* models make, by check id."""
    entries = read_yaml(CHECKS.read_text())
    checks = [Check(table=f"quality.{entry.pop('audit')}", **entry) for entry in entries]
    return {check.check_id: check for check in checks + [rule.check for rule in validation_rules()]}


COLUMNS_RULE = "The raw table has the contract's columns and the provenance, no more and no fewer."
PROVENANCE_RULE = "Every row says which authority, month, version, file and line it came from."
DECISIVE_RULE, REQUIRED_RULE = COLUMN_RULES = ("decisive_columns_are_filled", "required_columns_are_filled")
LIST_RULES = {
    # judged on what was delivered since they last all passed, so that a month costs the same whatever the history
    "columns_match_contract": COLUMNS_RULE,
    DECISIVE_RULE: "No column without which figures are wrong is blank in all rows of a delivery.",
    REQUIRED_RULE: "No required column of a delivery is blank in all of its rows.",
    "provenance_is_complete": PROVENANCE_RULE,
}
RAW_RULES = {
    "return": {
        "columns_match_contract": COLUMNS_RULE,
        "measures_match_contract": "A row stands for a measure of the contract, or for none.",
        "each_row_appears_once": "Each version of a file has each row of the contract once.",
        "required_rows_are_present": "Each version of a file has every row of the contract.",
        "provenance_is_complete": PROVENANCE_RULE,
    },
    "list": LIST_RULES,
    "quotes": LIST_RULES,
    "statistics": LIST_RULES,
}
OF_A_DELIVERY = {DECISIVE_RULE}  # whoever sent it breaks these; the warehouse itself breaks the others
WARNINGS = {REQUIRED_RULE}  # what needs the column is not supplied, and the rest is right


def rules_of(contract: Contract) -> dict[str, str]:
    """Return the rules that a contract implies, with their reasons."""
    rules = RAW_RULES[contract.kind]
    if isinstance(contract, ListContract) and not contract.required_cells[False]:
        return {rule: reason for rule, reason in rules.items() if rule != REQUIRED_RULE}
    return rules


@cache
def contract_checks() -> dict[str, Check]:
    """Checks that the contracts imply, by `<extract>_<rule>`; errors, but for what only leaves figures out."""
    return {
        f"{contract.extract}_{rule}": Check(
            check_id=f"{contract.extract}_{rule}",
            table=f"raw.{contract.extract}",
            severity="warning" if rule in WARNINGS else "error",
            reason=reason,
            holds_back="authority" if rule in OF_A_DELIVERY else "everything",
        )
        for contract in load_contracts().values()
        for rule, reason in rules_of(contract).items()
    }


def contract_of(check: Check) -> tuple[Contract, str]:
    """The contract and the rule of a check made by `contract_checks`."""
    contract = load_contracts()[check.table.removeprefix("raw.")]
    return contract, check.check_id.removeprefix(f"{contract.extract}_")


def blocking_checks() -> set[str]:
    """The checks whose failure keeps what is new from readers."""
    checks = {**audit_checks(), **contract_checks()}
    return {check_id for check_id, check in checks.items() if check.severity == "error"}


def isolating_checks() -> set[str]:
    """Those of them that keep back only the authorities whose rows break them."""
    checks = {**audit_checks(), **contract_checks()}
    return {check_id for check_id in blocking_checks() if checks[check_id].holds_back == "authority"}
