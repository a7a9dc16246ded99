"""Judging the spellings of new rows before the models are built: each distinct one once, and no cell in Python."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from data_quality.contracts import Contract, ListContract
from data_quality.findings import code_version
from data_quality.spellings.evidence import SUGGESTIONS
from data_quality.spellings.recognise import recognise
from data_quality.spellings.vocabulary import REFERENCE, vocabularies

TABLES = Path(__file__).with_name("judged.sql")
# as the macro `folded` of dbt_project/macros/parse.sql does; a test compares the two
FOLDED = (
    "lower(trim(replace(replace(replace(replace(replace({}, chr(160), ' '), chr(9), ' '), "
    "' ', '<>'), '><', ''), '<>', ' ')))"
)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables where there are none."""
    con.execute(TABLES.read_text())


def judge(con: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> int:
    """Judge the unknown spellings in rows loaded since the last time; all of them when rules or seeds changed.

    Returns how many distinct spellings were judged. What it costs grows with the new rows, not with those before.
    """
    version = code_version()
    con.begin()
    try:
        if con.execute("from spelling.spellings_judged where code_version <> ? limit 1", [version]).fetchone():
            for table in ("judged", "met", "read_to"):
                con.execute(f"delete from spelling.spellings_{table}")
        con.execute(
            "create or replace temp table known as select code_list, spelling from read_csv(?, all_varchar = true)",
            [str(REFERENCE / "code_spellings.csv")],
        )
        for contract in contracts:
            if isinstance(contract, ListContract):
                _meet(con, contract)
        judged = _judge_met(con, version)
    except BaseException:
        con.rollback()
        raise
    con.commit()
    return judged


def _meet(con: duckdb.DuckDBPyConnection, contract: ListContract) -> None:
    """Count the unknown spellings of a list's new rows, by delivery and column."""
    extract = contract.extract
    until = con.execute("select max(loaded_at) from spelling.spellings_read_to where extract = ?", [extract]).fetchone()
    since = until[0] if until else None
    newest = con.execute(f"select max(loaded_at) from raw.{extract}").fetchone()
    if not newest or newest[0] is None or (since and newest[0] <= since):
        return
    for column in contract.columns:
        if column.codes:
            con.execute(
                f"""
                insert into spelling.spellings_met
                select
                    $extract, authority_code, reporting_month, version, $column, $codes, spelling,
                    count(*), min(source_row)
                from (
                    select
                        authority_code, reporting_month, version, source_row,
                        {FOLDED.format(column.name)} as spelling
                    from raw.{extract} where $since is null or loaded_at > $since
                ) as spelt
                where spelling <> '' and not regexp_full_match(spelling, '#[a-z0-9/]+[!?]?') and not exists (
                    from known where known.code_list = $codes and known.spelling = spelt.spelling
                )
                group by all
                """,
                {"extract": extract, "column": column.name, "codes": column.codes, "since": since},
            )
    con.execute("delete from spelling.spellings_read_to where extract = ?", [extract])
    con.execute("insert into spelling.spellings_read_to values (?, ?)", [extract, newest[0]])


def _judge_met(con: duckdb.DuckDBPyConnection, version: str) -> int:
    new = con.execute(
        """
        select distinct code_list, spelling from spelling.spellings_met
        anti join spelling.spellings_judged using (code_list, spelling) order by all
        """
    ).fetchall()
    rows = []
    for code_list, spelling in new:
        found = recognise(spelling, vocabularies()[code_list])
        suggestions = [*found.suggestions, *[None] * SUGGESTIONS][:SUGGESTIONS]
        rows.append([code_list, spelling, found.code, found.rule, found.evidence, *suggestions, version])
    if rows:
        con.executemany("insert into spelling.spellings_judged values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return len(rows)
