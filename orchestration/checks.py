"""Asset checks: Great Expectations' verdicts on the raw tables and on what dbt built, each on the table it judges."""

import logging
from collections.abc import Callable, Iterable, Iterator

import dagster as dg
import duckdb

from data_quality import findings, judging
from data_quality.checks import Check, CheckCouldNotRunError, audit_checks, contract_checks
from data_quality.judging import Verdict
from data_quality.unjudged import idle
from orchestration import dbt
from orchestration.assets.resources import Warehouse
from orchestration.settings import settings

log = logging.getLogger("csc")
COMPARISONS = dg.AssetKey(["quality", "audit_comparisons"])
Keep = Callable[[duckdb.DuckDBPyConnection, list[Verdict]], None]


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


def _judge(
    context: dg.AssetCheckExecutionContext,
    warehouse: Warehouse,
    checks: dict[str, Check],
    spared: set[str],
    keep: Keep,
) -> Iterator[dg.AssetCheckResult]:
    """Judge the selected checks, leave verdicts and findings in the warehouse, and report them to Dagster.

    The `spared` have nothing to judge and no verdict; Dagster hears that nothing is wrong.
    """
    named = [checks[key.name] for key in context.selected_asset_check_keys]
    selected = [check for check in named if check.check_id not in spared]
    for check in named:
        if check.check_id in spared:
            yield dg.AssetCheckResult(
                asset_key=_key(check), check_name=check.check_id, passed=True, metadata={"deliveries": 0}
            )
    log.info("Checking %s rules", len(selected))
    run_id = context.run.run_id
    try:
        verdicts = judging.judge(warehouse.path, selected, settings().memory, settings().data_docs, run_id)
    except CheckCouldNotRunError as error:
        with warehouse.connect() as con:
            could_not = [(check, "could_not_run", None) for check in selected if f"{check.check_id}:" in str(error)]
            findings.record(con, run_id, "great_expectations", could_not)
        raise dg.Failure(f"checks could not run, so nothing was decided: {error}") from None
    with warehouse.connect() as con:
        said = [(v.check, "passed" if v.passed else "failed", v.breaches) for v in verdicts]
        findings.record(con, run_id, "great_expectations", said)
        keep(con, verdicts)
    yield from map(_result, verdicts)


def _result(verdict: Verdict) -> dg.AssetCheckResult:
    check = verdict.check
    return dg.AssetCheckResult(
        asset_key=_key(check),
        check_name=check.check_id,
        passed=verdict.passed,
        severity=dg.AssetCheckSeverity.ERROR if check.severity == "error" else dg.AssetCheckSeverity.WARN,
        metadata={
            "breaches": verdict.breaches,
            "severity": check.severity,
            "findings": f"csc findings --check {check.check_id}",
            "data docs": dg.MetadataValue.path(settings().data_docs / "index.html"),
        },
    )


@dg.multi_asset_check(specs=_specs(contract_checks().values(), []), can_subset=True)
def contracts(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Whether the raw tables keep their contracts."""

    def keep(con: duckdb.DuckDBPyConnection, verdicts: list[Verdict]) -> None:
        findings.refresh_contracts(con, [(v.check, v.breaches, v.places) for v in verdicts])

    dbt.prepare()
    with warehouse.connect() as con:
        spared = idle(con)
    yield from _judge(context, warehouse, contract_checks(), spared, keep)


@dg.multi_asset_check(specs=_specs(audit_checks().values(), [COMPARISONS]), can_subset=True)
def audit(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Whether the printed figures agree with each other; every breach becomes a finding."""

    def keep(con: duckdb.DuckDBPyConnection, verdicts: list[Verdict]) -> None:
        judged = {v.check.check_id: v.check for v in verdicts}
        open_findings = findings.refresh(con, judged)
        unequal = {v.check.check_id for v in verdicts if v.breaches != open_findings.get(v.check.check_id, 0)}
        if unequal:
            raise dg.Failure(f"findings and verdicts differ for {', '.join(sorted(unequal))}")

    yield from _judge(context, warehouse, audit_checks(), set(), keep)
