"""Which deliveries have not been checked yet, and which lists have no delivery."""

from collections.abc import Iterable, Iterator
from datetime import date

import duckdb

from data_quality.checks import contract_checks, rules_of
from data_quality.contracts import ListContract, load_contracts
from data_quality.findings import code_version


def idle(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the checks of lists that were never delivered: a dataset does not wait for another."""
    delivered = {
        extract
        for (extract,) in con.execute(
            "select distinct extract from quality.ingest_ledger where status = 'accepted'"
        ).fetchall()
    }
    lists = {f"raw.{name}" for name, c in load_contracts().items() if c.kind != "return" and name not in delivered}
    return {check_id for check_id, check in contract_checks().items() if check.table in lists}


def unjudged(con: duckdb.DuckDBPyConnection, contracts: Iterable[ListContract]) -> Iterator[str]:
    """Yield for each list a condition on `raw.<extract>`: its newest versions, loaded since all its checks last passed.

    A month that failed stays in it until a correction passes, and a change of the code puts every month back.
    """
    version = code_version()
    for contract in contracts:
        deliveries = con.execute(
            """
            with passed as (
                select checked_at from quality.check_results
                where asset = 'raw.' || $extract and tool = 'great_expectations' and code_version = $code_version
                group by checked_at
                having bool_and(status = 'passed') and count(distinct check_id) = $rules
            ),
            newest as (
                select
                    authority_code,
                    reporting_month,
                    max(version) as version,
                    max_by(loaded_at, version) as loaded_at
                from quality.ingest_ledger
                where extract = $extract and status = 'accepted' and loaded_at is not null
                group by authority_code, reporting_month, case when $every_version then version end
            )
            select authority_code, reporting_month, version from newest
            where loaded_at > coalesce((select max(checked_at) from passed), timestamp '-infinity')
            order by all
            """,
            {
                "extract": contract.extract,
                "every_version": contract.is_of_every_area,
                "code_version": version,
                "rules": len(rules_of(contract)),
            },
        ).fetchall()
        yield _condition(deliveries)


def _condition(deliveries: list[tuple[str, date, int]]) -> str:
    if not deliveries:
        return "false"
    months = ", ".join(sorted({f"date '{month}'" for _, month, _ in deliveries}))  # prunes; the rest decides
    each = ", ".join(f"('{authority}', date '{month}', {version})" for authority, month, version in deliveries)
    return f"reporting_month in ({months}) and (authority_code, reporting_month, version) in ({each})"
