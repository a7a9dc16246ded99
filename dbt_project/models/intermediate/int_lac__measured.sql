-- grain: one row per authority, month and measure of children looked after
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

open_periods as (
    select
        lac.authority_code,
        lac.month,
        count(*) as lac_total,
        count(case when lac.is_uasc then 1 end) as lac_uasc,
        count(case when lac.placements_last_12_months >= 3 then 1 end) as lac_3plus_placements,
        count(case when lac.placement_location_code = 'OUT' then 1 end) as lac_out_of_borough,
        count(on_plan.child_key) as lac_also_cpp
    from {{ ref('int_lac__open_at_month_end') }} as lac
    left join on_plan
        on lac.authority_code = on_plan.authority_code and lac.child_key = on_plan.child_key and lac.month = on_plan.month
    group by lac.authority_code, lac.month
),

movements as (
    select
        authority_code,
        event_month as month,
        1 as started,
        0 as ended
    from {{ ref('int_lac__periods') }}
    where not is_withdrawn and coalesce(legal_status_code not in ('V3', 'V4'), true)

    union all

    select
        authority_code,
        filing_month as month,
        0 as started,
        1 as ended
    from {{ ref('int_lac__periods') }}
    where not is_withdrawn and coalesce(legal_status_code not in ('V3', 'V4'), true) and filing_month is not null
),

moved as (
    select
        authority_code,
        month,
        sum(started) as lac_new,
        sum(ended) as lac_ceased
    from movements
    group by authority_code, month
),

figures as (
    select
        months.authority_code,
        months.month,
        months.reporting_month,
        coalesce(open_periods.lac_total, 0) as lac_total,
        coalesce(moved.lac_new, 0) as lac_new,
        coalesce(moved.lac_ceased, 0) as lac_ceased,
        case when cpp_lists.version is not null then coalesce(open_periods.lac_also_cpp, 0) end as lac_also_cpp,
        coalesce(open_periods.lac_total - open_periods.lac_uasc, 0) as lac_indigenous,
        coalesce(open_periods.lac_uasc, 0) as lac_uasc,
        coalesce(open_periods.lac_3plus_placements, 0) as lac_3plus_placements,
        coalesce(open_periods.lac_out_of_borough, 0) as lac_out_of_borough
    from months
    left join open_periods on months.authority_code = open_periods.authority_code and months.month = open_periods.month
    left join moved on months.authority_code = moved.authority_code and months.month = moved.month
    left join {{ ref('int_lists__delivered') }} as cpp_lists
        on
            cpp_lists.extract = 'annex_a_cpp'
            and months.authority_code = cpp_lists.authority_code
            and months.month = cpp_lists.reporting_month
)

{{ measured_from(
    'figures',
    [
        'lac_total',
        'lac_new',
        'lac_ceased',
        'lac_also_cpp',
        'lac_indigenous',
        'lac_uasc',
        'lac_3plus_placements',
        'lac_out_of_borough',
    ]
) }}
