-- grain: one row per published table: its name, rows and description
select schema_name || '.' || table_name as table_name, estimated_size as row_count, comment as description
from duckdb_tables()
order by all
