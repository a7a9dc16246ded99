"""What a reader's SQL cannot do: read or write another file, change what is published, or change its own bounds."""

from contextlib import suppress

import duckdb
import pytest

from publication import query

# {secret} is a file that a reader may not read, {out} one that must not come to be
ESCAPES = """
from '{secret}'
from "{secret}"
from read_csv('{secret}')
from read_csv('cat {secret} |')
from read_text('{secret}')
from read_text('/proc/self/environ')
from read_blob('{secret}')
from read_json('{secret}')
from read_ndjson_objects('{secret}')
from read_duckdb('{secret}')
from parquet_scan('{secret}')
from parquet_metadata('{secret}')
from sniff_csv('{secret}')
from glob('{secret}*')
from 'https://council.example/x.csv'
from 's3://council/x.parquet'
from sqlite_scan('{secret}', 't')
from postgres_scan('', '', '')
from query('from read_csv(''{secret}'')')
from query('insert into t values (9)')
from query_table('{secret}')
from json_execute_serialized_sql(json_serialize_sql('from read_text(''{secret}'')'))
from arrow_scan(1, 2, 3)
from pandas_scan(1)
from sys
from con
from published
copy t to '{out}'
copy (select 1) to '{out}'
explain copy t to '{out}'
explain analyze copy t to '{out}'
explain analyze from read_csv('{secret}')
explain analyze insert into t values (2)
explain analyze create table z as select 1
explain analyze drop table t
with x as (insert into t values (3) returning a) from x
with x as (copy t to '{out}') from x
attach '{out}' as x
export database '{out}'
import database '{out}'
install httpfs
load httpfs
set enable_external_access = true
reset enable_external_access
pragma enable_external_access
set memory_limit = '100GB'
set temp_directory = '{out}'
set extension_directory = '{out}'
set lock_configuration = false
select set_config('memory_limit', '1TB', false)
pragma profile_output = '{out}'
call enable_logging(storage = 'file', storage_path = '{out}')
select getenv('CSC_CHILD_KEY_SECRET')
create temp table z as select 1
create macro m() as 1
create secret s (type s3)
insert into t values (2)
update t set a = 3
delete from t
truncate t
drop table t
alter table t add column c int
vacuum
checkpoint
begin
prepare p as select 1
use memory
detach csc
select 1; copy t to '{out}'
/* */ copy t to '{out}'
""".strip().splitlines()
INERT = [  # DuckDB runs these, and writes nothing: the file system is off
    "from enable_logging(level = 'debug', storage = 'file', storage_path = '{out}')",
    "select write_log('x') from enable_logging(level = 'debug', storage = 'file', storage_path = '{out}'), t",
    "from enable_profiling(format = 'json', save_location = '{out}.json')",
    "select nothing from enable_profiling(format = 'json', save_location = '{out}.json')",
]
COSTLY = [
    "select unnest(range(100000000000))",
    "select list(range) from range(10000000000)",
    "select repeat('x', 1000000000000)",
    "select string_agg(repeat('x', 1000000), '') from range(100000)",
    "from range(10000000000) a, range(10000000000) b",
    "select sleep_ms(100000)",
    "with recursive r as (select 1 as a union all select a + 1 from r) select count(*) from r",
    "select levenshtein(repeat('a', 100000), repeat('b', 100000))",
]


@pytest.fixture
def published(tmp_path):
    folder = tmp_path / "published"
    folder.mkdir()
    with duckdb.connect(str(folder / "csc.duckdb")) as con:
        con.execute("create table t as select 1 as a")
    return folder


def test_no_statement_reads_or_writes_anything_else(published, tmp_path):
    secret, out = tmp_path / "secret.csv", tmp_path / "out"
    secret.write_text("name\nAnn\n")
    before = (published / "csc.duckdb").read_bytes()
    for sql in INERT:
        with suppress(query.QueryError):
            query.query(published, sql.format(out=out))
    for sql in ESCAPES:
        with pytest.raises(query.QueryError) as refused:
            query.query(published, sql.format(secret=secret, out=out))
        assert "Ann" not in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["published", "secret.csv"]
    assert [path.name for path in published.iterdir()] == ["csc.duckdb"]
    assert (published / "csc.duckdb").read_bytes() == before


@pytest.mark.parametrize("sql", COSTLY)
def test_what_costs_too_much_is_stopped(published, sql):
    with pytest.raises(query.QueryError, match="CSC_MEMORY|CSC_QUERY_SECONDS|maximum|[Ll]arger|too large|memory"):
        query.query(published, sql, memory="60MB", seconds=1)
