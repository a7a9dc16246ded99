-- grain: one row per authority, list and reporting month delivered: the file that the list now stands in; of several
-- tables the first
select
    deliveries.authority_code,
    deliveries.list as extract,
    deliveries.reporting_month,
    deliveries.dataset,
    deliveries.extract as own_extract,
    deliveries.delivery_id,
    deliveries.file_path,
    deliveries.sheet,
    deliveries.row_count
from {{ ref("int_lists__deliveries") }} as deliveries
where deliveries.is_leading
qualify
    row_number() over (
        partition by deliveries.authority_code, deliveries.list, deliveries.reporting_month
        order by deliveries.delivery_number asc nulls last
    )
    = 1
