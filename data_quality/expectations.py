"""Great Expectations in an ephemeral context: checks in, verdicts out. Takes seconds to import: see `judging`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
from duckdb_sqlalchemy import ConnectionWrapper
from great_expectations.core import ExpectationSuiteValidationResult, RunIdentifier
from great_expectations.data_context.types.base import ProgressBarsConfig

from data_quality import (
    data_docs,
    gx_duckdb_dialect,  # noqa: F401 registers duckdb+gx
)
from data_quality.checks import COLUMN_RULES, DECISIVE_RULE, Check, CheckCouldNotRunError, audit_checks, contract_of
from data_quality.contracts import Contract, ListContract, ReturnContract, load_contracts, raw_columns
from data_quality.findings import Place
from data_quality.judging import Verdict
from data_quality.unjudged import unjudged
from ingestion import encryption

COMPARISONS = "quality.audit_comparisons"
DELIVERY = ["authority_code", "reporting_month", "version"]
KNOWN_OF_EACH_ROW = ["authority_code", "reporting_month", "version", "file_path", "source_row", "file_sha256"]


def judge(
    warehouse: Path,
    checks: Iterable[Check],
    memory: str = "800MB",
    run_id: str = "",
) -> list[Verdict]:
    """Run the checks on the warehouse file, and keep for the Data Docs what was counted.

    Raises `CheckCouldNotRunError`, naming every check that could not run.
    """
    by_table: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        by_table[COMPARISONS if check.check_id in audit_checks() else check.table].append(check)
    conditions = _conditions(warehouse, by_table)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    run = RunIdentifier(run_name=run_id or None)
    with _opened(context, warehouse, memory) as source:
        results = {
            table: _run(context, source, table, group, conditions.get(table), run) for table, group in by_table.items()
        }
    try:
        return [verdict for table, result in results.items() for verdict in _verdicts(result, by_table[table])]
    finally:  # it empties the results
        data_docs.keep(run_id, results.values())


@contextmanager
def _opened(context: Any, warehouse: Path, memory: str) -> Iterator[Any]:
    """Give the warehouse as a source of Great Expectations, and let go of the file at the end."""
    place = str(warehouse)
    how: dict[str, Any] = {"connect_args": {"read_only": True, "config": {"memory_limit": memory}}}
    with ExitStack() as opened:
        if encryption.key():  # it has no way to give the key, so the connection is ours
            con = opened.enter_context(encryption.connect(warehouse, read_only=True))
            con.execute(f"set memory_limit = '{memory}'")
            place, how = ":memory:", {"creator": lambda: ConnectionWrapper(encryption.cursor(con))}
        source = context.data_sources.add_sql("warehouse", connection_string=f"duckdb+gx:///{place}", kwargs=how)
        opened.callback(source.get_engine().dispose)
        opened.callback(source.get_execution_engine().close)
        yield source


def _conditions(warehouse: Path, tables: Iterable[str]) -> dict[str, str]:
    """Table to condition, for tables where only new deliveries are checked."""
    contracts = {f"raw.{contract.extract}": contract for contract in load_contracts().values()}
    judged = [contract for table in tables if isinstance(contract := contracts.get(table), ListContract)]
    with encryption.connect(warehouse, read_only=True) as con:
        return {f"raw.{each.extract}": condition for each, condition in zip(judged, unjudged(con, judged), strict=True)}


def _run(
    context: Any, source: Any, table: str, checks: list[Check], condition: str | None, run: RunIdentifier
) -> ExpectationSuiteValidationResult:
    schema, name = table.split(".")
    batch = source.add_table_asset(table, table_name=name, schema_name=schema).add_batch_definition_whole_table("all")
    suite = context.suites.add(
        gx.ExpectationSuite(table, expectations=[_expectation(check, condition) for check in checks])
    )
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=table, data=batch, suite=suite))
    # COMPLETE repeats rows, which for a list are places and nothing else
    return definition.run(result_format="COMPLETE" if condition else "SUMMARY", run_id=run)


def _verdicts(result: ExpectationSuiteValidationResult, checks: list[Check]) -> list[Verdict]:
    by_id = {check.check_id: check for check in checks}
    verdicts, broken = [], []
    for one in result.results:
        check = by_id[one.expectation_config.meta["check_id"]]
        if one.exception_info and _raised(one.exception_info):
            broken.append(f"{check.check_id}: {_raised(one.exception_info)}")
        else:
            verdicts.append(Verdict(check, bool(one.success), _breaches(one), _places(one)))
    if broken:
        raise CheckCouldNotRunError("; ".join(broken))
    return verdicts


def _raised(exception_info: dict[str, Any]) -> str:
    """The message of what a check raised, or nothing. One flat record, or one for each metric."""
    records = [exception_info] if "raised_exception" in exception_info else exception_info.values()
    return "; ".join(str(r["exception_message"]).splitlines()[0] for r in records if r["raised_exception"])


def _breaches(result: Any) -> int:
    if result.success:
        return 0
    found = result.result.get("unexpected_count", result.result.get("observed_value"))
    return found if isinstance(found, int) else 1


def _places(result: Any) -> tuple[Place, ...]:
    """The places that the queries on lists give."""
    rows = (result.result.get("details") or {}).get("unexpected_rows") or []
    return tuple(Place(**row) for row in rows if "column_name" in row)


def _expectation(check: Check, condition: str | None) -> gxe.Expectation:
    said: dict[str, Any] = {"meta": {"check_id": check.check_id}, "description": f"{check.check_id}: {check.reason}"}
    said["severity"] = "critical" if check.severity == "error" else check.severity
    if check.check_id in audit_checks():
        disagreeing = f"select * from {{batch}} where check_id = '{check.check_id}' and not is_agreed"
        return gxe.UnexpectedRowsExpectation(unexpected_rows_query=disagreeing, **said)
    contract, rule = contract_of(check)
    if isinstance(contract, ReturnContract):
        return _of_return(contract, rule, said)
    return _of_list(contract, rule, said, condition or "true")


def _of_every_table(contract: Contract, said: dict[str, Any], condition: str) -> dict[str, gxe.Expectation]:
    blank = " or ".join(f"{column} is null" for column in KNOWN_OF_EACH_ROW)
    nowhere = f"select version, source_row from {{batch}} where ({blank}) and {condition}"
    return {
        "columns_match_contract": gxe.ExpectTableColumnsToMatchSet(column_set=list(raw_columns(contract)), **said),
        "provenance_is_complete": gxe.UnexpectedRowsExpectation(unexpected_rows_query=nowhere, **said),
    }


def _of_return(contract: ReturnContract, rule: str, said: dict[str, Any]) -> gxe.Expectation:
    key = ["authority_code", "reporting_month", "version", "measure_id"]
    required = ", ".join(f"'{measure_id}'" for measure_id in contract.required_measure_ids)
    short = f"""
        select authority_code, reporting_month, version from {{batch}}
        group by all
        having count(distinct if(measure_id in ({required}), measure_id, null)) < {len(contract.required_measure_ids)}
    """
    expectations = _of_every_table(contract, said, "true") | {
        "measures_match_contract": gxe.ExpectColumnValuesToBeInSet(
            column="measure_id", value_set=list(contract.measure_ids), **said
        ),
        "each_row_appears_once": gxe.ExpectCompoundColumnsToBeUnique(
            column_list=key, ignore_row_if="any_value_is_missing", **said
        ),
        "required_rows_are_present": gxe.UnexpectedRowsExpectation(unexpected_rows_query=short, **said),
    }
    return expectations[rule]


def _of_list(contract: ListContract, rule: str, said: dict[str, Any], condition: str) -> gxe.Expectation:
    if rule in COLUMN_RULES:
        columns = contract.required_cells[rule == DECISIVE_RULE]
        return gxe.UnexpectedRowsExpectation(unexpected_rows_query=_wholly_blank(columns, condition), **said)
    return _of_every_table(contract, said, condition)[rule]


def _wholly_blank(columns: tuple[str, ...], condition: str) -> str:
    """A place for each column and delivery."""
    counts = ", ".join(f"count(nullif(trim({column}), '')) as {column}" for column in columns)
    return f"""
        select {", ".join(DELIVERY)}, column_name
        from (
            unpivot (select {", ".join(DELIVERY)}, {counts} from {{batch}} where {condition} group by all)
            on {", ".join(columns)} into name column_name value filled
        )
        where filled = 0
    """
