-- grain: one row per row of a list, column and check of the lists that it fails; of rows that count as they are now
with
    failing as (
        select
            list, delivery_id, source_row, child_key, event_key, source_column, check_id, cast(null as int) as other_row
        from {{ ref("list_rows_failed") }}

        union all

        select
            list,
            delivery_id,
            source_row,
            child_key,
            event_key,
            source_column,
            'plans_and_periods_do_not_overlap' as check_id,
            other_row
        from {{ ref("overlapping_plans_and_periods") }}

        union all

        select
            contradicting.extract as list,
            contradicting.delivery_id,
            contradicting.source_row,
            contradicting.child_key,
            contradicting.event_key,
            contradicting.source_column,
            contradicting.check_id,
            cast(null as int) as other_row
        from {{ ref("int_rows__contradicting") }} as contradicting
        inner join {{ ref("deliveries_judged") }} as judged on contradicting.delivery_id = judged.delivery_id
        where contradicting.check_id is not null
    ),

    -- a period of care starts and ends with its episodes, where the dataset lists those
    named as (
        select
            failing.list,
            failing.delivery_id,
            failing.source_row,
            failing.child_key,
            failing.event_key,
            failing.check_id,
            failing.other_row,
            case
                when deliveries.extract not in ('ssda903_episodes', 'ssd_cla_episodes')
                then failing.source_column
                when failing.source_column = 'lac_start_date'
                then 'episode_start_date'
                when failing.source_column = 'lac_end_date'
                then 'episode_end_date'
                else failing.source_column
            end as source_column
        from failing
        inner join {{ ref("int_deliveries") }} as deliveries on failing.delivery_id = deliveries.delivery_id
    )

select
    deliveries.authority_code,
    named.list,
    deliveries.extract,
    deliveries.reporting_month,
    deliveries.version,
    named.check_id,
    named.child_key,
    named.event_key,
    {{
        list_cell(
            "deliveries.file_path",
            "deliveries.sheet",
            "named.source_row",
            json_text_at("deliveries.columns_chosen", "named.source_column"),
        )
    }} as source_ref,
    cast(named.source_row as int) as source_row,
    named.source_column,
    cast(named.other_row as int) as other_row
from named
inner join {{ ref("int_deliveries") }} as deliveries on named.delivery_id = deliveries.delivery_id
