-- grain: one row per authority, child-level list and month delivered after another, with that one: current versions
{{ config(materialized="view") }}
with
    in_order as (
        select
            authority_code,
            extract,
            reporting_month,
            version,
            loaded_at,
            lag(reporting_month) over months_delivered as previous_month,
            lag(version) over months_delivered as previous_version,
            lag(loaded_at) over months_delivered as previous_loaded_at
        from {{ ref("int_deliveries") }}
        where is_current
        window months_delivered as (partition by authority_code, extract order by reporting_month asc nulls last)
    )

select
    authority_code,
    extract,
    reporting_month,
    version,
    previous_month,
    previous_version,
    greatest(loaded_at, previous_loaded_at) as loaded_at
from in_order
where previous_month is not null
