-- grain: one row per list of a month that leads, and decisive column that its file does not have: without an end date
-- nobody knows what is open
select
    deliveries.authority_code,
    deliveries.list as extract,
    deliveries.reporting_month,
    deliveries.extract as own_extract,
    columns.column_name,
    columns.header,
    files.file_path,
    files.sheet
from {{ ref("int_lists__deliveries") }} as deliveries
inner join {{ ref("int_deliveries") }} as files on deliveries.delivery_id = files.delivery_id
inner join {{ ref("list_columns") }} as columns on deliveries.extract = columns.extract and columns.is_decisive
where deliveries.is_leading and {{ json_text_at("files.columns_chosen", "columns.column_name") }} is null
