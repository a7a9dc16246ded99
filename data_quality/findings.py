"""What the checks leave behind: `quality.check_results` and `quality.findings`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb

from data_quality.checks import DECISIVE_RULE, Check, audit_checks, contract_of
from data_quality.moments import next_moment, now

ROOT = Path(__file__).parent.parent
FINDINGS_SQL = Path(__file__).with_name("findings.sql")
OVERDUE = "extracts_arrive_in_time"  # the one check whose outcome changes by itself, with the days
CODE = ["dbt_project", "data_quality", "seeds/reference"]
SUFFIXES = {".sql", ".yml", ".csv", ".py", ".md"}
MADE_BY_DBT = {"target", "logs"}  # by `dbt build` in its folder, from the rest


@dataclass(frozen=True)
class Place:
    """A column of a delivery."""

    authority_code: str
    reporting_month: date
    version: int
    column_name: str

    def __str__(self) -> str:
        return f"{self.authority_code} {self.reporting_month:%Y-%m} version {self.version}, column {self.column_name}"


def _blank_column(check: Check, place: Place) -> str:
    """Return that a column of a delivery is blank, by the header that its council knows."""
    contract, rule = contract_of(check)
    header = next(column.headers[0] for column in contract.columns if column.name == place.column_name)
    effect = (
        "Figures are wrong without it, so readers do not see the authority's new data."
        if rule == DECISIVE_RULE
        else "Measures and breakdowns that need it are not supplied for the month."
    )
    return (
        f'{contract.title}, {place.reporting_month:%B %Y}: the column "{header}" is blank in every row. {effect} '
        "Fill in the column and send the file again."
    )


def _file_of(con: duckdb.DuckDBPyConnection, check: Check, place: Place) -> str | None:
    """Return the file of a delivery, with its sheet."""
    found = con.execute(
        """
        select file_path || coalesce(', sheet ' || sheet, '') from quality.ingest_ledger
        where (authority_code, reporting_month, version, extract) = (?, ?, ?, ?) and status = 'accepted'
        """,
        [place.authority_code, place.reporting_month, place.version, check.table.removeprefix("raw.")],
    ).fetchone()
    return str(found[0]) if found else None


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables where there are none."""
    con.execute(FINDINGS_SQL.read_text())


def code_version() -> str:
    """Hash of everything that gives a figure its meaning; when it changes, the marts are made again."""
    digest = sha256()
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in SUFFIXES and not MADE_BY_DBT & set(path.relative_to(ROOT).parts):
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def record(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    tool: str,
    verdicts: Iterable[tuple[Check, str, int | None]],
) -> None:
    """Append one row for each (check, status, breaches) of a run to `quality.check_results`."""
    same = {"run_id": run_id, "tool": tool, "code_version": code_version(), "checked_at": next_moment(con)}
    rows = [
        {"check_id": c.check_id, "asset": c.table, "severity": c.severity, "reason": c.reason}
        | {"status": status, "breaches": breaches}
        | same
        for c, status, breaches in verdicts
    ]
    if rows:  # in one statement: the disk is waited for after each
        con.execute("insert into quality.check_results by name select unnest($rows, recursive := true)", {"rows": rows})


def set_today(con: duckdb.DuckDBPyConnection, today: date) -> None:
    """Judge what is due as of this day."""
    con.execute("delete from quality.as_of")
    con.execute("insert into quality.as_of values (?)", [today])


def accept(
    con: duckdb.DuckDBPyConnection, finding_id: str, observed: float | None, reason: str, accepted_by: str
) -> None:
    """Keep that a person accepted a finding, with its count; what was accepted of it before is forgotten."""
    moment = next_moment(con)  # later than what is deleted
    con.execute("delete from decisions.accepted where finding_id = ?", [finding_id])
    con.execute(
        "insert into decisions.accepted values (?, ?, ?, ?, ?)",
        [finding_id, observed, reason, accepted_by, moment],
    )


def refresh_overdue(con: duckdb.DuckDBPyConnection, today: date) -> int:
    """Bring the findings on extracts that are due up to this day, without a build; returns how many are overdue.

    What it finds reaches readers with the next publication.
    """
    set_today(con, today)
    check = audit_checks()[OVERDUE]
    if not con.execute("from duckdb_views() where schema_name || '.' || view_name = ?", [check.table]).fetchall():
        return 0  # nothing was ever built
    return refresh(con, {OVERDUE: check}, check.table).get(OVERDUE, 0)  # a view, so it is of this day


BUILD = Check(check_id="models_are_built", table="the project", severity="error", reason="Every model was built.")


def record_build(con: duckdb.DuckDBPyConnection, run_id: str, is_whole: bool) -> None:
    """Append whether dbt built every model."""
    record(con, run_id, "dbt", [(BUILD, "passed" if is_whole else "could_not_run", None)])


def forget_build(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Remove what a run recorded of its build, for there is more to say."""
    con.execute("delete from quality.check_results where run_id = ? and check_id = ?", [run_id, BUILD.check_id])


def is_built_upon(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the next build may add to the last: a whole one, of the code as it is, and nothing withdrawn since."""
    built = con.execute(
        """
        select max_by(status = 'passed' and code_version = $code_version, checked_at)
            and not exists (
                select 1 from quality.ingest_ledger as ledger
                where ledger.status = 'withdrawn' and ledger.presence_changed_at > max(results.checked_at)
            )
        from quality.check_results as results
        where check_id = $check_id
        """,
        {"code_version": code_version(), "check_id": BUILD.check_id},
    ).fetchone()
    return bool(built and built[0])


def refresh(
    con: duckdb.DuckDBPyConnection, checks: dict[str, Check], audit: str = "quality.audit_comparisons"
) -> dict[str, int]:
    """Bring `quality.findings` up to the comparisons of an audit model; returns open findings by check id.

    A finding seen again keeps its id and first_seen_at; one that is no longer there is resolved.
    """
    seen = now()
    con.begin()
    con.execute("create or replace temp table severities (check_id varchar, severity varchar)")
    con.executemany("insert into severities values (?, ?)", [[c.check_id, c.severity] for c in checks.values()])
    con.execute(
        f"""
        create or replace temp table refreshed as
        with found as (
            select comparisons.*, severities.severity
            from {audit} as comparisons
            inner join severities using (check_id)
            where not comparisons.is_agreed
        ),
        known as (select * from quality.findings where check_id in (select check_id from severities))
        select
            coalesce(found.comparison_id, known.finding_id) as finding_id,
            coalesce(found.check_id, known.check_id) as check_id,
            coalesce(found.severity, known.severity) as severity,
            coalesce(found.authority_code, known.authority_code) as authority_code,
            coalesce(found.extract, known.extract) as extract,
            coalesce(found.reporting_month, known.reporting_month) as reporting_month,
            coalesce(found.month, known.month) as month,
            coalesce(found.measure_id, known.measure_id) as measure_id,
            if(found.comparison_id is null, known.observed, found.observed) as observed,
            if(found.comparison_id is null, known.expected, found.expected) as expected,
            coalesce(found.message, known.message) as message,
            coalesce(found.source_ref, known.source_ref) as source_ref,
            if(found.comparison_id is null, 'resolved', 'open') as status,
            coalesce(known.first_seen_at, $now) as first_seen_at,
            if(found.comparison_id is null, known.last_seen_at, $now) as last_seen_at
        from found
        full outer join known on found.comparison_id = known.finding_id
        """,
        {"now": seen},
    )
    con.execute("delete from quality.findings where check_id in (select check_id from severities)")
    con.execute("insert into quality.findings select * from refreshed")
    con.commit()
    counted = con.execute(
        "select check_id, count(*) from quality.findings where status = 'open' group by check_id"
    ).fetchall()
    return dict(counted)


def refresh_contracts(con: duckdb.DuckDBPyConnection, verdicts: Iterable[tuple[Check, int, Iterable[Place]]]) -> None:
    """Bring the findings on raw tables up to their verdicts (check, breaches, places).

    A check that failed has a finding for each place, or one that counts its rows where it names no places.
    """
    seen = now()
    con.begin()
    for check, breaches, places in verdicts:
        known = dict(
            con.execute(
                "select finding_id, first_seen_at from quality.findings where check_id = ?", [check.check_id]
            ).fetchall()
        )
        # finding_id; authority, month and count; what is wrong; where
        said: list[tuple[str, list[str | int | date | None], str, str | None]] = []
        for place in places:
            key = sha256(f"{check.check_id}|{place}".encode()).hexdigest()[:32]
            broken, file = _blank_column(check, place), _file_of(con, check, place)
            said.append((key, [place.authority_code, place.reporting_month, None], broken, file))
        if breaches and not said:
            broken = f"{check.table}: {breaches} rows break the rule. {check.reason}"
            said.append((check.check_id, [None, None, breaches], broken, None))
        con.execute("update quality.findings set status = 'resolved' where check_id = ?", [check.check_id])
        for finding_id, (authority_code, reporting_month, observed), broken, file in said:
            con.execute("delete from quality.findings where finding_id = ?", [finding_id])
            con.execute(
                """
                insert into quality.findings by name select
                    $finding_id as finding_id, $check_id as check_id, $severity as severity, $extract as extract,
                    $authority_code as authority_code, $reporting_month as reporting_month, $observed as observed,
                    if($observed is null, null, 0) as expected, $message as message, $file as source_ref,
                    'open' as status, $first_seen_at as first_seen_at, $now as last_seen_at
                """,
                {
                    "finding_id": finding_id,
                    "check_id": check.check_id,
                    "severity": check.severity,
                    "extract": check.table.removeprefix("raw."),
                    "authority_code": authority_code,
                    "reporting_month": reporting_month,
                    "observed": observed,
                    "message": broken,
                    "file": file or check.table,
                    "first_seen_at": known.get(finding_id, seen),
                    "now": seen,
                },
            )
    con.commit()
