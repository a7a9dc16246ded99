"""What is held back: everything new, or the authorities whose own rows break a blocking check."""

from collections.abc import Collection, Iterable

import duckdb

Failed = tuple[str, str, int]
"""A check, the status of its latest verdict and how many breaches it counted."""


class HeldBack(Exception):
    """A blocking check failed: the previous publication stays."""


def not_passed(con: duckdb.DuckDBPyConnection, blocking: Iterable[str]) -> list[Failed]:
    """Which blocking checks, and dbt's tests, did not pass after the last file came and the last build."""
    rows = con.execute(
        """
        with blocking as (select unnest(?) as check_id),
        verdicts as (
            select check_id, asset, tool, code_version, checked_at, case
                when checked_at < (
                    select max(greatest(presence_changed_at, loaded_at)) from quality.ingest_ledger
                )
                    then 'made before the last file came'
                when tool <> 'dbt' and asset not like 'raw.%'
                    and checked_at < (select max(checked_at) from quality.check_results where tool = 'dbt')
                    then 'made before the last build'
                else status
            end as status, breaches, severity
            from quality.check_results
            qualify row_number() over (partition by check_id order by checked_at desc, run_id desc) = 1
        )
        select check_id, coalesce(status, 'never made'), coalesce(breaches, 0)
        from blocking left join verdicts using (check_id)
        where status is distinct from 'passed'
        union all
        -- a test that is no longer in the project was last made by other code
        select check_id, status, coalesce(breaches, 0) from verdicts
        where tool = 'dbt' and severity = 'error' and status = 'failed'
            and code_version = (select max_by(code_version, checked_at) from quality.check_results)
        order by check_id
        """,
        [sorted(blocking)],
    )
    return rows.fetchall()


def authorities(
    con: duckdb.DuckDBPyConnection, failed: list[Failed], isolating: Collection[str]
) -> dict[str, list[str]]:
    """Authority code to the checks that hold back that authority alone.

    Raises `HeldBack` where everything is: a check failed that is not one of `isolating`, or could not run; a breach
    names no authority; or no other authority would be new.
    """
    if not failed:
        return {}
    found = con.execute(
        """
        select check_id, authority_code, count(*) from quality.findings
        where status = 'open' and list_contains(?, check_id) group by check_id, authority_code order by all
        """,
        [[check_id for check_id, _, _ in failed]],
    ).fetchall()
    named = {check_id: sum(n for c, authority, n in found if c == check_id and authority) for check_id, _, _ in failed}
    isolated = all(
        check_id in isolating and status == "failed" and named[check_id] == breaches
        for check_id, status, breaches in failed
    )
    held: dict[str, list[str]] = {}
    for check_id, authority, _ in found if isolated else []:
        held.setdefault(authority, []).append(check_id)
    delivered = con.execute(
        "select distinct authority_code from quality.ingest_ledger where status = 'accepted'"
    ).fetchall()
    if not {authority for (authority,) in delivered} - held.keys() or not held:
        raise HeldBack("; ".join(f"{check_id} {status} ({breaches} found)" for check_id, status, breaches in failed))
    return held
