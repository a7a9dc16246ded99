"""What looks odd in the rows of a list."""

from collections.abc import Iterator

import duckdb

from data_quality.contracts import ListContract
from orchestration.preview.previewed import Preview
from reporting.words import counted


def odd_rows(
    con: duckdb.DuckDBPyConnection, contract: ListContract, made: Preview, is_published: bool
) -> Iterator[str]:
    """Say which rows count nowhere or once, which spellings are unknown, and how far the list is from the last one."""
    of_file = f"from raw.{contract.extract} where authority_code = ? and reporting_month = ?"
    place = [made.authority_code, made.month]
    headers = {column.name: column.headers[0] for column in contract.columns}
    for name in filter(None, ("child_id" if "child_id" in headers else None, contract.event_date)):
        [(blank,)] = con.execute(f"select count(*) {of_file} and coalesce(trim({name}), '') = ''", place).fetchall()
        if blank:
            yield f"{headers[name]}: {counted(blank, 'row')} without it. Such a row counts nowhere."
    key = ", ".join(contract.key)
    [(repeated,)] = con.execute(
        f"select coalesce(sum(n - 1), 0) from (select count(*) as n {of_file} group by {key})",  # noqa: S608 (of the contract)
        place,
    ).fetchall()
    if repeated:
        yield f"{counted(repeated, 'row')} with the key of another row. They count once."
    unknown = con.execute(
        """
        select column_name, count(distinct spelling), sum(cells) from spelling.spellings_met
        where extract = ? and authority_code = ? and reporting_month = ? group by column_name order by column_name
        """,
        [contract.extract, *place],
    ).fetchall()
    for name, number, cells in unknown:
        yield f"{headers[name]}: {number} unknown spelling{'s' * (number > 1)} in {counted(cells, 'row')}."
    if is_published:
        yield from _unlike_last_month(con, made)


def _unlike_last_month(con: duckdb.DuckDBPyConnection, made: Preview) -> Iterator[str]:
    """Say so if the list has less than half, or more than twice, of the rows of the last one before."""
    last = con.execute(
        """
        select row_count, reporting_month from published.quality.ingest_ledger
        where authority_code = ? and extract = ? and status = 'accepted' and reporting_month < ? and row_count > 0
        order by reporting_month desc, version desc limit 1
        """,
        [made.authority_code, made.extract, made.month],
    ).fetchone()
    if last and made.rows is not None and not last[0] / 2 <= made.rows <= last[0] * 2:
        yield f"It has {counted(made.rows, 'row')}. That of {last[1]:%B %Y} had {last[0]:,}."
