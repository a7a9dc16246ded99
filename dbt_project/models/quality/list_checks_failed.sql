-- grain: one row per row or cell of a child-level file and check of the lists that it fails, of deliveries that are
-- judged
with
    -- the table that says who the children of a dataset are
    tables_of_children as (
        select 'ssd' as dataset, 'ssd_person' as extract
        union all
        select 'ssda903' as dataset, 'ssda903_header' as extract
    ),

    delivered as (
        select distinct authority_code, reporting_month, extract from {{ ref("int_deliveries") }} where is_current
    )

select
    failed.authority_code,
    failed.list,
    failed.extract,
    failed.reporting_month,
    failed.check_id,
    failed.source_column,
    failed.source_row,
    failed.other_row,
    failed.source_ref
from {{ ref("doubtful_rows") }} as failed
inner join {{ ref("extracts") }} as extracts on failed.extract = extracts.extract
left join tables_of_children on extracts.dataset = tables_of_children.dataset
left join
    delivered
    on failed.authority_code = delivered.authority_code
    and failed.reporting_month = delivered.reporting_month
    and tables_of_children.extract = delivered.extract
-- where that table has not come, extracts_are_delivered says so once
where
    failed.check_id <> 'required_cells_are_filled'
    or failed.source_column not in ('gender_code', 'ethnicity_code')
    or tables_of_children.extract is null
    or delivered.extract is not null

union all

select
    cells.authority_code,
    cells.extract as list,
    cells.extract,
    cells.reporting_month,
    case
        when cells.is_event_lost
        then 'rows_name_their_child_and_date'
        when cells.code_list is not null and not {{ is_error_cell("cells.raw_text") }}
        then 'list_spellings_are_known'
        else 'list_cells_are_readable'
    end as check_id,
    cells.column_name as source_column,
    cast(cells.source_row as int) as source_row,
    cast(null as int) as other_row,
    cells.source_ref
from {{ ref("int_rejected_cells") }} as cells
inner join {{ ref("deliveries_judged") }} as judged on cells.delivery_id = judged.delivery_id
