-- grain: one row per authority, list and reporting month delivered, also where the list has no rows; of several
-- datasets the one that leads
with
    months_delivered as (
        select
            authority_code,
            list as extract,
            reporting_month,
            max(case when is_leading then dataset end) as dataset,
            max(case when is_leading then loaded_at end) as loaded_at,
            max(loaded_at) as any_loaded_at
        from {{ ref("int_lists__deliveries") }}
        group by authority_code, list, reporting_month
    )

select
    authority_code,
    extract,
    reporting_month,
    dataset,
    loaded_at,
    min(reporting_month) over (partition by authority_code, extract) as first_reporting_month,
    max(reporting_month) over (partition by authority_code, extract) as last_reporting_month,
    lead(reporting_month) over (
        partition by authority_code, extract order by reporting_month asc nulls last
    ) as next_reporting_month,
    -- what a list held is expected in the next one
    greatest(
        any_loaded_at,
        coalesce(
            lead(any_loaded_at) over (partition by authority_code, extract order by reporting_month asc nulls last),
            any_loaded_at
        )
    ) as changed_at
from months_delivered
