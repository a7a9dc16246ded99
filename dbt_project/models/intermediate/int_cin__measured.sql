-- grain: one row per authority, month and measure of children in need
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_cin') }}
),

listed as (
    {{ as_listed('annex_a_cin', ['case_status_code']) }}
),

-- episodes that were a child in need plan at any time
plans as (
    select distinct event_key
    from listed
    where case_status_code = 'CIN'
),

open_episodes as (
    select
        months.authority_code,
        months.month,
        count(distinct facts.child_key) as cin_open_all,
        count(distinct case when coalesce(listed.case_status_code, facts.case_status_code) = 'CIN' then facts.child_key end) as cin_total
    from months
    inner join {{ ref('fct_cin_episodes') }} as facts
        on
            months.authority_code = facts.authority_code
            and {{ is_open_at_month_end('facts', 'cin_start_date', 'cin_closure_date', 'months') }}
    left join listed on facts.cin_episode_key = listed.event_key and months.month = listed.month
    group by months.authority_code, months.month
),

started as (
    select
        facts.authority_code,
        facts.event_month as month,
        count(*) as cin_new
    from {{ ref('fct_cin_episodes') }} as facts
    inner join plans on facts.cin_episode_key = plans.event_key
    where not facts.is_withdrawn
    group by facts.authority_code, facts.event_month
),

figures as (
    select
        months.authority_code,
        months.month,
        months.reporting_month,
        coalesce(open_episodes.cin_total, 0) as cin_total,
        coalesce(started.cin_new, 0) as cin_new,
        coalesce(open_episodes.cin_open_all, 0) as cin_open_all
    from months
    left join open_episodes on months.authority_code = open_episodes.authority_code and months.month = open_episodes.month
    left join started on months.authority_code = started.authority_code and months.month = started.month
)

{{ measured_from('figures', ['cin_total', 'cin_new', 'cin_open_all']) }}
