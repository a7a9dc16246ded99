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
    ),

    children_described as (
        select distinct described.authority_code, described.reporting_month, described.extract, described.child_key
        from {{ ref("int_rows__of_children") }} as described
        inner join
            {{ ref("int_deliveries") }} as deliveries
            on described.extract = deliveries.extract
            and described.authority_code = deliveries.authority_code
            and described.reporting_month = deliveries.reporting_month
            and described.version = deliveries.version
        where deliveries.is_current
    ),

    -- what the finding of a validation rule says already of an event of the latest list
    told_by_rules as (
        select
            breaches.authority_code,
            breaches.month as reporting_month,
            breaches.event_key,
            rules.list,
            rules.own_check,
            rules.own_column
        from {{ ref("validation_breaches") }} as breaches
        inner join {{ ref("validation_rules") }} as rules on breaches.rule = rules.rule
        where
            rules.own_check is not null
            and (breaches.authority_code, rules.list, breaches.month) in (
                select counts.authority_code, counts.extract, max(counts.month) as latest_month
                from {{ ref("validation_counts") }} as counts
                group by counts.authority_code, counts.extract
            )
    ),

    -- what only that table says of a child is missing for one reason if the child is not in it
    failed as (
        select
            doubtful.authority_code,
            doubtful.list,
            doubtful.extract,
            doubtful.reporting_month,
            doubtful.source_row,
            doubtful.other_row,
            doubtful.source_ref,
            doubtful.source_column,
            doubtful.check_id,
            tables_of_children.extract as table_of_children,
            doubtful.check_id = 'required_cells_are_filled'
            and doubtful.source_column in ('gender_code', 'ethnicity_code')
            and tables_of_children.extract is not null as is_of_table,
            children_described.child_key is not null as is_described
        from {{ ref("doubtful_rows") }} as doubtful
        inner join {{ ref("extracts") }} as extracts on doubtful.extract = extracts.extract
        left join tables_of_children on extracts.dataset = tables_of_children.dataset
        left join
            children_described
            on doubtful.authority_code = children_described.authority_code
            and doubtful.reporting_month = children_described.reporting_month
            and tables_of_children.extract = children_described.extract
            and doubtful.child_key = children_described.child_key
        where
            not exists (
                select 1
                from told_by_rules
                where
                    told_by_rules.authority_code = doubtful.authority_code
                    and told_by_rules.reporting_month = doubtful.reporting_month
                    and told_by_rules.list = doubtful.list
                    and told_by_rules.event_key = doubtful.event_key
                    and told_by_rules.own_check = doubtful.check_id
                    and told_by_rules.own_column = doubtful.source_column
            )
    )

select distinct
    failed.authority_code,
    failed.list,
    failed.extract,
    failed.reporting_month,
    case
        when failed.is_of_table and not failed.is_described then 'children_are_described' else failed.check_id
    end as check_id,
    case
        when failed.is_of_table and not failed.is_described then 'child_id' else failed.source_column
    end as source_column,
    failed.source_row,
    failed.other_row,
    failed.source_ref
from failed
left join
    delivered
    on failed.authority_code = delivered.authority_code
    and failed.reporting_month = delivered.reporting_month
    and failed.table_of_children = delivered.extract
-- where that table has not come, extracts_are_delivered says so once
where not failed.is_of_table or delivered.extract is not null

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
-- a row that is no event is named once
where cells.is_event_lost or not cells.is_row_lost
