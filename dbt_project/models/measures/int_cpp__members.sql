-- grain: one row per measure of child protection plans, month and plan that counts in it, or may
{{ config(materialized="view") }}
with
    months as (
        select
            authority_code,
            month,
            next_month,
            month_end,
            reporting_month,
            first_reporting_month,
            month_end_working_day,
            latest_working_day
        from {{ ref("int_months__told") }}
        where extract = 'annex_a_cpp'
    ),

    open_at_month_end as (
        select
            plans.cpp_key as event_key,
            plans.child_key,
            plans.authority_code,
            plans.month,
            plans.duration_band,
            -- a plan younger than the interval is only due once the child was visited within it; a visit under a plan
            -- that ended long ago makes no new plan late
            coalesce(plans.working_days_open >= {{ var("cpp_visit_working_days") }}, false)
            or coalesce(plans.working_days_since_visit <= {{ var("cpp_visit_working_days") }}, false) as is_visit_due,
            coalesce(
                plans.working_days_since_visit <= {{ var("cpp_visit_working_days") }}, false
            ) as is_visited_in_time,
            review_due.event_key is not null as is_review_due,
            reviewed.is_in_time
        from {{ ref("int_cpp__open_at_month_end") }} as plans
        left join
            {{ ref("int_cpp__review_due") }} as review_due
            on plans.cpp_key = review_due.event_key
            and plans.month = review_due.month
        left join
            {{ ref("int_cpp__reviewed_in_time") }} as reviewed
            on plans.cpp_key = reviewed.event_key
            and plans.month = reviewed.month
    ),

    ceased as (
        select
            facts.cpp_key as event_key,
            facts.child_key,
            facts.authority_code,
            months.month,
            facts.cpp_start_date,
            facts.cpp_end_date
        from {{ ref("fct_cpp") }} as facts
        inner join
            months
            on facts.authority_code = months.authority_code
            and cast(date_trunc('month', facts.cpp_end_date) as date) = months.month
        where not facts.is_withdrawn
    ),

    judged as (
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case
                measures.counted_by
                when 'is_open'
                then true
                when 'is_open_under_12_months'
                then events.duration_band = '0_12_months'
                when 'is_open_12_to_24_months'
                then events.duration_band = '12_24_months'
                when 'is_open_24_months_or_more'
                then events.duration_band = '24_plus_months'
                when 'is_visit_due'
                then events.is_visit_due
                when 'is_visited_in_time'
                then events.is_visited_in_time
                when 'is_visit_overdue'
                then events.is_visit_due and not events.is_visited_in_time
                when 'is_review_due'
                then events.is_review_due
                when 'is_reviewed_in_time'
                then case when events.is_review_due then events.is_in_time else false end
            end as is_member,
            true as is_settled
        from open_at_month_end as events
        inner join
            {{ ref("measures") }} as measures
            on measures.counted_in = 'cpp'
            and measures.counted_at = 'open_at_month_end'
        union all
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case
                measures.counted_by
                when 'is_started'
                then true
                when 'is_second_or_subsequent'
                then events.is_second_or_subsequent
                when 'is_first_of_child'
                then events.is_first_of_child
                when 'is_transferred_in'
                then events.is_transferred_in
            end as is_member,
            true as is_settled
        from {{ ref("int_cpp__started") }} as events
        inner join {{ ref("measures") }} as measures on measures.counted_in = 'cpp' and measures.counted_at = 'started'
        union all
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case
                measures.counted_by
                when 'is_ceased'
                then true
                when 'is_ceased_after_two_years'
                then events.cpp_end_date >= {{ add_months_to("events.cpp_start_date", var("long_plan_months")) }}
            end as is_member,
            true as is_settled
        from ceased as events
        inner join {{ ref("measures") }} as measures on measures.counted_in = 'cpp' and measures.counted_at = 'ceased'
    )

select authority_code, month, measure_id, event_key, child_key, is_member, is_settled
from judged
-- of others it is known that they do not count
where coalesce(is_member, true) or not is_settled
