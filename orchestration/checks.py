"""Asset checks: Great Expectations' verdicts on the raw tables and on what dbt built, each on the table it judges."""

import logging
from collections.abc import Callable, Iterable, Iterator

import dagster as dg

from data_quality import findings
from data_quality.checks import Check, CheckCouldNotRun, audit_checks, contract_checks
from data_quality.judging import judge
from data_quality.unjudged import idle
from orchestration import dbt
from orchestration.assets import Warehouse
from orchestration.settings import settings
from orchestration.warehouse import connect

log = logging.getLogger("csc")


def _key(check: Check) -> dg.AssetKey:
    return dg.AssetKey(check.table.split("."))


def _specs(checks: Iterable[Check], deps: list[dg.AssetKey]) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            check.check_id,
            asset=_key(check),
            description=check.reason,
            # what one authority broke stops no step: publication leaves that authority as it was. The other errors of
            # the same step make the next one wait for it
            blocking=check.severity == "error" and check.holds_back == "everything",
            additional_deps=[key for key in deps if key != _key(check)],
        )
        for check in checks
    ]


def _judged(
    context: dg.AssetCheckExecutionContext, checks: dict[str, Check], keep: Callable, idle: Callable = lambda con: set()
) -> Iterator[dg.AssetCheckResult]:
    """Judge the selected checks, leave verdicts and findings in the warehouse, and report them to Dagster.

    Those that are idle, for there is nothing to judge, have no verdict; Dagster is told that nothing is wrong.
    """
    with connect(settings().warehouse) as con:
        spared = idle(con)
    named = [checks[key.name] for key in context.selected_asset_check_keys]
    selected = [check for check in named if check.check_id not in spared]
    for check in named:
        if check.check_id in spared:
            yield dg.AssetCheckResult(
                asset_key=_key(check), check_name=check.check_id, passed=True, metadata={"deliveries": 0}
            )
    log.info("Checking %s rules", len(selected))
    try:
        verdicts = judge(settings().warehouse, selected, settings().memory)
    except CheckCouldNotRun as error:
        with connect(settings().warehouse) as con:
            could_not = [(check, "could_not_run", None) for check in selected if f"{check.check_id}:" in str(error)]
            findings.record(con, context.run.run_id, "great_expectations", could_not)
        raise dg.Failure(f"checks could not run, which is no verdict: {error}") from None
    with connect(settings().warehouse) as con:
        said = [(v.check, "passed" if v.passed else "failed", v.breaches) for v in verdicts]
        findings.record(con, context.run.run_id, "great_expectations", said)
        keep(con, verdicts)
    for verdict in verdicts:
        error = verdict.check.severity == "error"
        yield dg.AssetCheckResult(
            asset_key=_key(verdict.check),
            check_name=verdict.check.check_id,
            passed=verdict.passed,
            severity=dg.AssetCheckSeverity.ERROR if error else dg.AssetCheckSeverity.WARN,
            metadata={
                "breaches": verdict.breaches,
                "severity": verdict.check.severity,
                "findings": f"csc findings --check {verdict.check.check_id}",
            },
        )


@dg.multi_asset_check(specs=_specs(contract_checks().values(), []), can_subset=True)
def contracts(context: dg.AssetCheckExecutionContext, warehouse: Warehouse):
    """Whether the raw tables keep their contracts."""
    dbt.prepare()  # the verdicts come from another process, and dbt is next
    yield from _judged(
        context,
        contract_checks(),
        lambda con, verdicts: findings.refresh_contracts(con, [(v.check, v.breaches, v.places) for v in verdicts]),
        idle,
    )


COMPARISONS = dg.AssetKey(["quality", "audit_comparisons"])


@dg.multi_asset_check(specs=_specs(audit_checks().values(), [COMPARISONS]), can_subset=True)
def audit(context: dg.AssetCheckExecutionContext, warehouse: Warehouse):
    """Whether the printed figures agree with each other; every breach becomes a finding."""

    def keep(con, verdicts) -> None:
        judged = {v.check.check_id: v.check for v in verdicts}
        open_findings = findings.refresh(con, judged)
        unequal = {v.check.check_id for v in verdicts if v.breaches != open_findings.get(v.check.check_id, 0)}
        if unequal:
            raise dg.Failure(f"findings and verdicts differ for {', '.join(sorted(unequal))}")

    yield from _judged(context, audit_checks(), keep)
