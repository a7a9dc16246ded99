"""What `csc status` says of lists that are due: a file that came and was refused is told once, and is not overdue."""

from datetime import date

import duckdb
import pytest

from ingestion import ledger
from publication.private import deliveries

APRIL, MAY = date(2013, 4, 1), date(2013, 5, 1)
TABLES = """
    create schema reference;
    create table reference.authorities as
        select 'A' as authority_code, 'Barnet' as authority_name, 'barnet' as folder;
    create table reference.extracts as
        select unnest(['contacts', 'plans', 'care']) as extract, 'annex_a' as dataset;
    create table quality.restatements (authority_code varchar, extract varchar, reporting_month date);
    create table quality.delivery_calendar as
    select
        'A' as authority_code, extract, month as reporting_month, due_on, version, false as is_late,
        case when version is not null then timestamp '2013-05-02' end as received_at
    from (values
        ('contacts', date '2013-04-01', date '2013-05-08', 1), ('contacts', '2013-05-01', '2013-06-07', null),
        ('plans', '2013-04-01', '2013-05-08', 1), ('plans', '2013-05-01', '2013-06-07', null),
        ('care', '2013-04-01', '2013-05-08', 1), ('care', '2013-05-01', '2013-06-07', 1)
    ) as of_list (extract, month, due_on, version);
"""


@pytest.fixture
def con():
    with duckdb.connect() as con:
        ledger.prepare(con)
        con.execute(TABLES)
        yield con


def refuse(con, file: str, extract: str | None) -> None:
    con.execute(
        """
        insert into quality.ingest_ledger
            (delivery_id, file_path, file_name, authority_code, reporting_month, extract, status, file_sha256, file_bytes,
             modified_ns, received_at, is_present, presence_changed_at, found, expected, action)
        values ($1, $1, $1, 'A', $2, $3, 'refused', $1, 1, 1, now(), true, now(), 'a', 'b', 'c')
        """,
        [file, MAY, extract],
    )


def states(con) -> dict[str, str]:
    return {
        cell.extract: cell.state for cell in deliveries.calendar(con, date(2013, 7, 1)) if cell.reporting_month == MAY
    }


def test_a_list_that_came_and_was_refused_is_not_overdue(con):
    assert states(con) == {"contacts": "overdue", "plans": "overdue", "care": "landed"}
    refuse(con, "contacts.csv", "contacts")
    assert states(con) == {"contacts": "refused", "plans": "overdue", "care": "landed"}


def test_files_that_nobody_recognised_are_those_awaited_if_they_are_as_many(con):
    refuse(con, "one.csv", None)
    assert states(con) == {"contacts": "overdue", "plans": "overdue", "care": "landed"}
    refuse(con, "two.csv", None)
    assert states(con) == {"contacts": "refused", "plans": "refused", "care": "landed"}
