-- grain: one row per delivery whose rows are judged: of the dataset that leads, and not mostly repeated by the next
-- month's
-- What the next list repeats is judged there. A table whose rows are no events, such as the children's, is judged as
-- last delivered.
with
    repeated as (
        select authority_code, extract, reporting_month, sum(repeated_events) * 2 >= sum(events) as is_repeated
        from {{ ref("int_lists__held") }}
        group by authority_code, extract, reporting_month
    ),

    of_events as (
        select deliveries.delivery_id
        from {{ ref("int_lists__deliveries") }} as deliveries
        left join
            repeated
            on deliveries.authority_code = repeated.authority_code
            and deliveries.list = repeated.extract
            and deliveries.reporting_month = repeated.reporting_month
        where deliveries.is_leading
        group by deliveries.delivery_id
        having not bool_or(coalesce(repeated.is_repeated, false))
    ),

    of_details as (
        select deliveries.delivery_id
        from {{ ref("int_deliveries") }} as deliveries
        left join {{ ref("int_lists__deliveries") }} as of_lists on deliveries.delivery_id = of_lists.delivery_id
        where deliveries.is_current and of_lists.delivery_id is null
        qualify
            deliveries.reporting_month
            = max(deliveries.reporting_month) over (partition by deliveries.authority_code, deliveries.extract)
    )

select delivery_id
from of_events

union all

select delivery_id
from of_details
