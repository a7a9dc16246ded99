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
        case when cpp_lists.version is not null then on_plan.child_key is not null end as is_on_plan
    from {{ ref('int_lac__open_at_month_end') }} as lac
    left join on_plan
        on lac.authority_code = on_plan.authority_code and lac.child_key = on_plan.child_key and lac.month = on_plan.month
    left join {{ ref('fct_lac_placements') }} as before
        on
            lac.lac_key = before.lac_key
            and lac.placement_start_date = before.placement_end_date
            and before.placement_start_date < before.placement_end_date
            and not before.is_withdrawn
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
