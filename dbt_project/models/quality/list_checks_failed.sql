-- grain: one row per row or cell of a child-level file and check of the lists that it fails, of deliveries that are
-- judged
select authority_code, list, extract, reporting_month, check_id, source_column, source_row, other_row, source_ref
from {{ ref("doubtful_rows") }}

union all

select
    cells.authority_code,
    cells.extract as list,
    cells.extract,
    cells.reporting_month,
    case
        when cells.is_event_lost
        then 'rows_name_their_child_and_date'
        when cells.code_list is not null
        then 'list_spellings_are_known'
        else 'list_cells_are_readable'
    end as check_id,
    cells.column_name as source_column,
    cast(cells.source_row as int) as source_row,
    cast(null as int) as other_row,
    cells.source_ref
from {{ ref("int_rejected_cells") }} as cells
inner join {{ ref("deliveries_judged") }} as judged on cells.delivery_id = judged.delivery_id
