-- grain: one row per row of a child-level file that is no event of its own, of the version that counts
select
    deliveries.authority_code,
    deliveries.extract,
    deliveries.reporting_month,
    deliveries.version,
    rows_left.source_row,
    rows_left.outcome,
    case
        rows_left.outcome
        when 'rejected'
        then 'without its child or its date it counts nowhere'
        when 'repeated'
        then 'row ' || cast(rows_left.repeated_in_row as string) || ' is the same event and counts'
        when 'set aside'
        then 'it was cancelled, or what it belongs to is in no table'
        else 'it counts more than once'
    end as reason,
    deliveries.file_path
    || coalesce(', sheet ' || deliveries.sheet, '')
    || ', row '
    || cast(rows_left.source_row as string) as source_ref
from {{ ref("int_rows__not_counted") }} as rows_left
inner join {{ ref("int_deliveries") }} as deliveries on rows_left.delivery_id = deliveries.delivery_id
where deliveries.is_current and rows_left.source_row is not null
