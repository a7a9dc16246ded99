"""Great Expectations in an ephemeral context: checks in, verdicts out. Takes seconds to import: see `judging`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.data_context.types.base import ProgressBarsConfig

from data_quality import gx_duckdb_dialect  # noqa: F401 registers duckdb+gx
from data_quality.checks import Check, CheckCouldNotRun, audit_checks, contract_of
from data_quality.contracts import raw_columns

COMPARISONS = "quality.audit_comparisons"


@dataclass(frozen=True)
class Verdict:
    """What one check found; `breaches` counts rows, or is 1 for a table of the wrong shape."""

    check: Check
    passed: bool
    breaches: int


def judge(warehouse: Path, checks: Iterable[Check]) -> list[Verdict]:
    """Run the checks on the warehouse file. Raises `CheckCouldNotRun`, naming every check that could not run."""
    by_table: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        by_table[COMPARISONS if check.check_id in audit_checks() else check.table].append(check)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_sql(
        "warehouse",
        connection_string=f"duckdb+gx:///{warehouse}",
        kwargs={"connect_args": {"read_only": True}},
    )
    try:
        verdicts = [v for table, group in by_table.items() for v in _judge_table(context, source, table, group)]
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()
    return verdicts


def _judge_table(context, source, table: str, checks: list[Check]) -> list[Verdict]:
    schema, name = table.split(".")
    batch = source.add_table_asset(table, table_name=name, schema_name=schema).add_batch_definition_whole_table("all")
    by_id = {check.check_id: check for check in checks}
    suite = context.suites.add(gx.ExpectationSuite(table, expectations=[_expectation(check) for check in checks]))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=table, data=batch, suite=suite))
    results = definition.run(result_format="SUMMARY").results
    verdicts, broken = [], []
    for result in results:
        check = by_id[result.expectation_config.meta["check_id"]]
        if result.exception_info and _raised(result.exception_info):
            broken.append(f"{check.check_id}: {_raised(result.exception_info)}")
        else:
            verdicts.append(Verdict(check, bool(result.success), _breaches(result)))
    if broken:
        raise CheckCouldNotRun("; ".join(broken))
    return verdicts


def _raised(exception_info: dict) -> str:
    """The message of what a check raised, or nothing. One flat record, or one for each metric."""
    records = [exception_info] if "raised_exception" in exception_info else exception_info.values()
    return "; ".join(str(r["exception_message"]).splitlines()[0] for r in records if r["raised_exception"])


def _breaches(result) -> int:
    if result.success:
        return 0
    found = result.result.get("unexpected_count", result.result.get("observed_value"))
    return found if isinstance(found, int) else 1


def _expectation(check: Check) -> gxe.Expectation:
    said = {"meta": {"check_id": check.check_id}, "description": check.reason}
    said["severity"] = "critical" if check.severity == "error" else check.severity
    if check.check_id in audit_checks():
        disagreeing = f"select * from {{batch}} where check_id = '{check.check_id}' and not is_agreed"
        return gxe.UnexpectedRowsExpectation(unexpected_rows_query=disagreeing, **said)
    contract, rule = contract_of(check)
    match rule:
        case "columns_match_contract":
            return gxe.ExpectTableColumnsToMatchSet(column_set=list(raw_columns(contract)), **said)
        case "measures_match_contract":
            return gxe.ExpectColumnValuesToBeInSet(column="measure_id", value_set=list(contract.measure_ids), **said)
        case "each_row_appears_once":
            key = ["authority_code", "reporting_month", "version", "measure_id"]
            return gxe.ExpectCompoundColumnsToBeUnique(column_list=key, ignore_row_if="any_value_is_missing", **said)
        case "required_rows_are_present":
            short = f"""
                select authority_code, reporting_month, version from {{batch}}
                group by all having count(distinct measure_id) < {len(contract.rows)}
            """
            return gxe.UnexpectedRowsExpectation(unexpected_rows_query=short, **said)
        case "provenance_is_complete":
            required = [
                "authority_code",
                "reporting_month",
                "version",
                "file_path",
                "source_row",
                "file_sha256",
            ]
            blank = " or ".join(f"{column} is null" for column in required)
            return gxe.UnexpectedRowsExpectation(unexpected_rows_query=f"select * from {{batch}} where {blank}", **said)
    raise ValueError(f"no expectation for {check.check_id}")
