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

-- NI 67 is of plans that have been open for as long as the first review may take
review_cases as (
    select
        plans.authority_code,
        plans.month,
        plans.cpp_key as event_key,
        plans.cpp_start_date as start_date,
        {{ add_months_to('plans.cpp_start_date', var('cpp_first_review_months')) }} as first_due
    from {{ ref('int_cpp__open_at_month_end') }} as plans
    inner join months on plans.authority_code = months.authority_code and plans.month = months.month
    where {{ add_months_to('plans.cpp_start_date', var('cpp_first_review_months')) }} <= months.month_end
),

{{ reviewed_in_time('review_cases', 'cpp_reviews', 'fct_cpp_reviews', 'cpp_key', var('review_months')) }},

open_at_month_end as (
    select
        plans.cpp_key as event_key,
        plans.child_key,
        plans.authority_code,
        plans.month,
        plans.duration_band,
        -- a plan younger than the interval is only due once it has been visited
        coalesce(plans.working_days_open >= {{ var('cpp_visit_working_days') }}, false) or plans.last_visit_date is not null as is_visit_due,
        coalesce(plans.working_days_since_visit <= {{ var('cpp_visit_working_days') }}, false) as is_visited_in_time,
        review_cases.event_key is not null as is_review_due,
        reviewed.is_in_time as is_reviewed_in_time
    from {{ ref('int_cpp__open_at_month_end') }} as plans
    left join review_cases on plans.cpp_key = review_cases.event_key and plans.month = review_cases.month
    left join reviewed on plans.cpp_key = reviewed.event_key and plans.month = reviewed.month
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
