-- grain: one row per measure of child protection plans, month and plan that counts in it, or may
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_cpp') }}
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

open_at_month_end as (
    select
        cpp_key as event_key,
        child_key,
        authority_code,
        month,
        duration_band,
        -- a plan younger than the interval is only due once it has been visited
        coalesce(working_days_open >= {{ var('cpp_visit_working_days') }}, false) or last_visit_date is not null as is_visit_due,
        coalesce(working_days_since_visit <= {{ var('cpp_visit_working_days') }}, false) as is_visited_in_time
    from {{ ref('int_cpp__open_at_month_end') }}
),

started as (
    select
        facts.cpp_key as event_key,
        facts.child_key,
        facts.authority_code,
        months.month,
        facts.previous_plans,
        case when section_47_lists.version is not null then begun_here.cpp_key is null end as is_transferred_in
    from {{ ref('fct_cpp') }} as facts
    inner join months on facts.authority_code = months.authority_code and facts.event_month = months.month
    left join begun_here on facts.cpp_key = begun_here.cpp_key
    left join {{ ref('int_lists__delivered') }} as section_47_lists
        on
            section_47_lists.extract = 'annex_a_section_47'
            and facts.authority_code = section_47_lists.authority_code
            and facts.event_month = section_47_lists.reporting_month
    where not facts.is_withdrawn
),

ceased as (
    select
        facts.cpp_key as event_key,
        facts.child_key,
        facts.authority_code,
        months.month,
        facts.cpp_start_date,
        facts.cpp_end_date
    from {{ ref('fct_cpp') }} as facts
    inner join months
        on facts.authority_code = months.authority_code and cast(date_trunc('month', facts.cpp_end_date) as date) = months.month
    where not facts.is_withdrawn
)

{{ members_of('cpp') }}
