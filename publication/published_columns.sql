-- grain: one row per published table, with its columns
select schema_name || '.' || table_name as table_name, list(column_name order by column_index) as columns
from duckdb_columns()
where not internal
group by all
order by table_name
