-- grain: one row per authority, month and measure of section 47 enquiries and initial conferences
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_section_47') }}
),

started as (
    select
        authority_code,
        event_month as month,
        count(*) as section_47_started
    from {{ ref('fct_section_47') }}
    where not is_withdrawn
    group by authority_code, event_month
),

held as (
    select
        authority_code,
        cast(date_trunc('month', conference_date) as date) as month,
        count(*) as conferences,
        count(case when working_days_to_conference <= {{ var('conference_working_days') }} then 1 end) as conferences_within_15wd
    from {{ ref('fct_section_47') }}
    where not is_withdrawn and conference_date >= section_47_start_date
    group by authority_code, cast(date_trunc('month', conference_date) as date)
),

figures as (
    select
        months.authority_code,
        months.month,
        months.reporting_month,
        coalesce(started.section_47_started, 0) as section_47_started,
        coalesce(held.conferences, 0) as conferences,
        coalesce(held.conferences_within_15wd, 0) as conferences_within_15wd
    from months
    left join started on months.authority_code = started.authority_code and months.month = started.month
    left join held on months.authority_code = held.authority_code and months.month = held.month
)

{{ measured_from('figures', ['section_47_started', 'conferences', 'conferences_within_15wd']) }}
