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
    )

select
    deliveries.authority_code,
    failing.list,
    deliveries.extract,
    deliveries.reporting_month,
    deliveries.version,
    failing.check_id,
    failing.child_key,
    failing.event_key,
    {{
        list_cell(
            "deliveries.file_path",
            "deliveries.sheet",
            "failing.source_row",
            json_text_at("deliveries.columns_chosen", "failing.source_column"),
        )
    }} as source_ref,
    cast(failing.source_row as int) as source_row,
    failing.source_column,
    cast(failing.other_row as int) as other_row
from failing
inner join {{ ref("int_deliveries") }} as deliveries on failing.delivery_id = deliveries.delivery_id
