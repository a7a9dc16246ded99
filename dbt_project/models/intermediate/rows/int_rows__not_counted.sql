-- grain: one row per row of a child-level file that is no event of its own; and one per file, with what was read of it
-- Where a table that a file's events are made of too is corrected, the file is accounted for again.
{{ config(materialized="incremental", unique_key=["delivery_id"]) }}
with
    due as (
        select
            deliveries.delivery_id,
            deliveries.extract,
            deliveries.authority_code,
            deliveries.reporting_month,
            deliveries.version,
            accounted.list,
            coalesce(lists.loaded_at, deliveries.loaded_at) as loaded_at
        from {{ ref("int_deliveries") }} as deliveries
        left join
            {{ ref("list_tables") }} as accounted
            on deliveries.extract = accounted.extract
            and accounted.is_accounted_as
        left join
            {{ ref("int_lists__deliveries") }} as lists
            on deliveries.delivery_id = lists.delivery_id
            and accounted.list = lists.list
        where {{ is_new_to_this("coalesce(lists.loaded_at, deliveries.loaded_at)") }}
    ),

    staged as (
        select due.delivery_id, due.list, due.loaded_at, staged.source_row
        from {{ ref("int_rows__staged") }} as staged
        inner join
            due
            on staged.extract = due.extract
            and staged.authority_code = due.authority_code
            and staged.reporting_month = due.reporting_month
            and staged.version = due.version
    ),

    lost as (
        select delivery_id, source_row
        from {{ ref("int_rejected_cells") }}
        where is_event_lost
        group by delivery_id, source_row
    ),

    conformed as (
        select
            conformed.delivery_id,
            conformed.source_row,
            count(case when conformed.repeated_in_row is null then 1 end) as events,
            max(conformed.repeated_in_row) as repeated_in_row
        from {{ ref("int_rows__conformed") }} as conformed
        inner join due on conformed.delivery_id = due.delivery_id and conformed.list = due.list
        group by conformed.delivery_id, conformed.source_row
    ),

    judged as (
        select
            staged.delivery_id,
            staged.loaded_at,
            staged.source_row,
            conformed.repeated_in_row,
            case
                when lost.source_row is not null
                then 'rejected'
                when staged.list is null or conformed.events = 1
                then 'used'
                when conformed.source_row is null
                then 'set aside'
                when conformed.events = 0
                then 'repeated'
                else 'doubled'
            end as outcome
        from staged
        left join lost on staged.delivery_id = lost.delivery_id and staged.source_row = lost.source_row
        left join conformed on staged.delivery_id = conformed.delivery_id and staged.source_row = conformed.source_row
    )

select
    delivery_id,
    cast(source_row as int) as source_row,
    cast(repeated_in_row as int) as repeated_in_row,
    outcome,
    cast(1 as int) as rows_of_outcome,
    loaded_at
from judged
where outcome <> 'used'

union all

select
    delivery_id,
    cast(null as int) as source_row,
    cast(null as int) as repeated_in_row,
    'read' as outcome,
    cast(count(*) as int) as rows_of_outcome,
    loaded_at
from judged
group by delivery_id, loaded_at

union all

-- what is left between the first row and the last
select
    delivery_id,
    cast(null as int) as source_row,
    cast(null as int) as repeated_in_row,
    'blank' as outcome,
    cast(max(source_row) - min(source_row) + 1 - count(*) as int) as rows_of_outcome,
    loaded_at
from judged
group by delivery_id, loaded_at
