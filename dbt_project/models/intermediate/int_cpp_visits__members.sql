-- grain: one row per measure of visits to children on plans, month and visit that counts in it, or may
{{ config(materialized="view") }}
with months as (
    {{ months_in_full('cpp_visits') }}
),

visits as (
    select
        visits.cpp_visit_key,
        visits.child_key,
        visits.authority_code,
        visits.visit_date,
        -- the first is in time after the start of the plan
        coalesce(
            lag(visits.visit_date) over (partition by visits.cpp_key order by visits.visit_date asc nulls last),
            plans.cpp_start_date
        ) as since_date
    from {{ ref('fct_cpp_visits') }} as visits
    inner join {{ ref('fct_cpp') }} as plans on visits.cpp_key = plans.cpp_key
    where not visits.is_withdrawn and not plans.is_withdrawn and coalesce(visits.is_seen, true)
),

made as (
    select
        visits.cpp_visit_key as event_key,
        visits.child_key,
        visits.authority_code,
        months.month,
        coalesce(visit_days.working_day_number - since_days.working_day_number <= {{ var('cpp_visit_working_days') }}, false) as is_in_time
    from visits
    inner join months
        on
            visits.authority_code = months.authority_code
            and cast(date_trunc('month', visits.visit_date) as date) = months.month
    left join {{ ref('dim_date') }} as visit_days on visits.visit_date = visit_days.calendar_date
    left join {{ ref('dim_date') }} as since_days on visits.since_date = since_days.calendar_date
)

{{ members_of('cpp_visits') }}
