-- grain: one row per table or view of an attached database
with
    relations as (
        select database_name, schema_name, table_name, comment
        from duckdb_tables()
        where not temporary
        union all
        select database_name, schema_name, view_name, comment
        from duckdb_views()
        where not internal
    )

select
    relations.schema_name,
    relations.table_name,
    relations.comment,
    list((columns.column_name, columns.data_type, columns.comment) order by columns.column_index) as columns
from relations
inner join duckdb_columns() as columns using (database_name, schema_name, table_name)
where relations.database_name = $catalog
group by all
order by all
