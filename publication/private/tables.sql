-- grain: one row per table or view
select table_schema || '.' || table_name as table_name from information_schema.tables
