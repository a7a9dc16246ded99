-- grain: one row per measure of children looked after, month and period of care that counts in it, or may
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_lac') }}
),

on_plan as (
    select distinct
        authority_code,
        child_key,
        month
    from {{ ref('int_cpp__open_at_month_end') }}
),

-- series of short breaks are no periods of care
periods as (
    select
        lac_key,
        child_key,
        authority_code,
        event_month as start_month,
        filing_month as end_month
    from {{ ref('int_lac__periods') }}
    where not is_withdrawn and coalesce(legal_status_code not in ('V3', 'V4'), true)
),

working_days as (
    select
        calendar_date,
        working_day_number
    from {{ ref('dim_date') }}
    where is_working_day
),

-- NI 66 is of children who have been looked after for as long as the first review may take
review_cases as (
    select
        lac.authority_code,
        lac.month,
        lac.lac_key as event_key,
        lac.lac_start_date as start_date,
        -- of a start before the calendar: four weeks
        coalesce(first_due.calendar_date, {{ days_after('lac.lac_start_date', 28) }}) as first_due
    from {{ ref('int_lac__open_at_month_end') }} as lac
    inner join months on lac.authority_code = months.authority_code and lac.month = months.month
    left join {{ ref('dim_date') }} as start_days on lac.lac_start_date = start_days.calendar_date
    left join working_days as first_due
        on start_days.working_day_number + {{ var('lac_first_review_working_days') }} = first_due.working_day_number
    where coalesce(first_due.calendar_date, {{ days_after('lac.lac_start_date', 28) }}) <= months.month_end
),

{{ reviewed_in_time('review_cases', 'lac_reviews', 'fct_lac_reviews', 'lac_key', var('lac_second_review_months'), within=12) }},

-- of two that ended on one day, the one that began first
placements_before as (
    select
        lac_key,
        placement_end_date,
        min(placement_start_date) as placement_start_date
    from {{ ref('fct_lac_placements') }}
    where not is_withdrawn and placement_start_date < placement_end_date
    group by lac_key, placement_end_date
),

open_at_month_end as (
    select
        lac.lac_key as event_key,
        lac.child_key,
        lac.authority_code,
        lac.month,
        lac.is_uasc,
        lac.placements_last_12_months,
        lac.placement_location_code,
        lac.is_long_term,
        -- a child placed for adoption keeps the time in the placement before, as far as lists showed it
        coalesce(lac.placement_start_date <= lac.two_years_before, false)
        or coalesce(lac.placement_type_code like 'A%' and before.placement_start_date <= lac.two_years_before, false) as is_stable,
        case when cpp_lists.version is not null then on_plan.child_key is not null end as is_on_plan,
        review_cases.event_key is not null as is_review_due,
        reviewed.is_in_time as is_reviewed_in_time
    from {{ ref('int_lac__open_at_month_end') }} as lac
    left join on_plan
        on lac.authority_code = on_plan.authority_code and lac.child_key = on_plan.child_key and lac.month = on_plan.month
    left join placements_before as before
        on lac.lac_key = before.lac_key and lac.placement_start_date = before.placement_end_date
    left join review_cases on lac.lac_key = review_cases.event_key and lac.month = review_cases.month
    left join reviewed on lac.lac_key = reviewed.event_key and lac.month = reviewed.month
    left join {{ ref('int_lists__delivered') }} as cpp_lists
        on
            cpp_lists.extract = 'annex_a_cpp'
            and lac.authority_code = cpp_lists.authority_code
            and lac.month = cpp_lists.reporting_month
),

started as (
    select
        periods.lac_key as event_key,
        periods.child_key,
        periods.authority_code,
        months.month
    from periods
    inner join months on periods.authority_code = months.authority_code and periods.start_month = months.month
),

ceased as (
    select
        periods.lac_key as event_key,
        periods.child_key,
        periods.authority_code,
        months.month
    from periods
    inner join months on periods.authority_code = months.authority_code and periods.end_month = months.month
)

{{ members_of('lac') }}
