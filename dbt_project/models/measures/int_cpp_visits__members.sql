-- grain: one row per measure of visits to children on plans, month and visit that counts in it, or may
{{ config(materialized="view") }}
with
    months as (
        select authority_code, month, next_month, month_end, known_from
        from {{ ref("int_months__told") }}
        where extract = 'cpp_visits' and is_in_full
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
        from {{ ref("fct_cpp_visits") }} as visits
        inner join {{ ref("fct_cpp") }} as plans on visits.cpp_key = plans.cpp_key
        where not visits.is_withdrawn and not plans.is_withdrawn and coalesce(visits.is_seen, true)
    ),

    made as (
        select
            visits.cpp_visit_key as event_key,
            visits.child_key,
            visits.authority_code,
            months.month,
            coalesce(
                visit_days.working_day_number - since_days.working_day_number <= {{ var("cpp_visit_working_days") }},
                false
            ) as is_in_time
        from visits
        inner join
            months
            on visits.authority_code = months.authority_code
            and cast(date_trunc('month', visits.visit_date) as date) = months.month
        left join {{ ref("dim_date") }} as visit_days on visits.visit_date = visit_days.calendar_date
        left join {{ ref("dim_date") }} as since_days on visits.since_date = since_days.calendar_date
    ),

    judged as (
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case measures.counted_by when 'is_made' then true when 'is_in_time' then events.is_in_time end as is_member,
            true as is_settled
        from made as events
        inner join
            {{ ref("measures") }} as measures on measures.counted_in = 'cpp_visits' and measures.counted_at = 'made'
    )

select authority_code, month, measure_id, event_key, child_key, is_member, is_settled
from judged
-- of others it is known that they do not count
where coalesce(is_member, true) or not is_settled
