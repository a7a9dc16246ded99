-- grain: one row per authority, month and measure of child protection plans
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_cpp') }}
),

open_plans as (
    select
        authority_code,
        month,
        count(*) as cpp_total,
        count(case when duration_band = '0_12_months' then 1 end) as cpp_0_12_months,
        count(case when duration_band = '12_24_months' then 1 end) as cpp_12_24_months,
        count(case when duration_band = '24_plus_months' then 1 end) as cpp_24_plus_months,
        count(case when working_days_since_visit <= {{ var('cpp_visit_working_days') }} then 1 end) as cpp_visited_in_time,
        -- a plan younger than the interval is only due once it has been visited
        count(case when working_days_open >= {{ var('cpp_visit_working_days') }} or last_visit_date is not null then 1 end) as cpp_visits_due
    from {{ ref('int_cpp__open_at_month_end') }}
    group by authority_code, month
),

conferences as (
    select distinct
        authority_code,
        child_key,
        conference_date
    from {{ ref('fct_section_47') }}
    where conference_date is not null and not is_withdrawn
),

-- a plan that no conference here led to came with the child
begun_here as (
    select distinct facts.cpp_key
    from {{ ref('fct_cpp') }} as facts
    inner join conferences
        on
            facts.authority_code = conferences.authority_code
            and facts.child_key = conferences.child_key
            and conferences.conference_date <= facts.cpp_start_date
            and conferences.conference_date >= {{ add_months_to('facts.cpp_start_date', -1) }}
),

started as (
    select
        facts.authority_code,
        facts.event_month as month,
        count(*) as cpp_new,
        count(case when facts.previous_plans > 0 then 1 end) as cpp_new_second_or_subsequent,
        count(case when begun_here.cpp_key is null then 1 end) as cpp_transferred_in
    from {{ ref('fct_cpp') }} as facts
    left join begun_here on facts.cpp_key = begun_here.cpp_key
    where not facts.is_withdrawn
    group by facts.authority_code, facts.event_month
),

ceased as (
    select
        authority_code,
        cast(date_trunc('month', cpp_end_date) as date) as month,
        count(*) as cpp_ceased,
        count(case when cpp_end_date >= {{ add_months_to('cpp_start_date', 24) }} then 1 end) as cpp_ceased_2yrs_plus
    from {{ ref('fct_cpp') }}
    where cpp_end_date is not null and not is_withdrawn
    group by authority_code, cast(date_trunc('month', cpp_end_date) as date)
),

figures as (
    select
        months.authority_code,
        months.month,
        months.reporting_month,
        coalesce(open_plans.cpp_total, 0) as cpp_total,
        coalesce(open_plans.cpp_total, 0) as cpp_current,
        coalesce(open_plans.cpp_0_12_months, 0) as cpp_0_12_months,
        coalesce(open_plans.cpp_12_24_months, 0) as cpp_12_24_months,
        coalesce(open_plans.cpp_24_plus_months, 0) as cpp_24_plus_months,
        coalesce(open_plans.cpp_visits_due, 0) as cpp_visits_due,
        coalesce(open_plans.cpp_visited_in_time, 0) as cpp_visited_in_time,
        coalesce(open_plans.cpp_visits_due - open_plans.cpp_visited_in_time, 0) as cpp_not_visited_in_time,
        coalesce(started.cpp_new, 0) as cpp_new,
        coalesce(started.cpp_new_second_or_subsequent, 0) as cpp_new_second_or_subsequent,
        case when section_47_lists.version is not null then coalesce(started.cpp_transferred_in, 0) end as cpp_transferred_in,
        coalesce(ceased.cpp_ceased, 0) as cpp_ceased,
        coalesce(ceased.cpp_ceased_2yrs_plus, 0) as cpp_ceased_2yrs_plus
    from months
    left join open_plans on months.authority_code = open_plans.authority_code and months.month = open_plans.month
    left join started on months.authority_code = started.authority_code and months.month = started.month
    left join ceased on months.authority_code = ceased.authority_code and months.month = ceased.month
    left join {{ ref('int_lists__delivered') }} as section_47_lists
        on
            section_47_lists.extract = 'annex_a_section_47'
            and months.authority_code = section_47_lists.authority_code
            and months.month = section_47_lists.reporting_month
)

{{ measured_from(
    'figures',
    [
        'cpp_total',
        'cpp_current',
        'cpp_0_12_months',
        'cpp_12_24_months',
        'cpp_24_plus_months',
        'cpp_visits_due',
        'cpp_visited_in_time',
        'cpp_not_visited_in_time',
        'cpp_new',
        'cpp_new_second_or_subsequent',
        'cpp_transferred_in',
        'cpp_ceased',
        'cpp_ceased_2yrs_plus',
    ]
) }}
