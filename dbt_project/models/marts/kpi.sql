-- grain: one row per authority, month and measure: its value on one basis, and what it is judged by
with
    months as (select distinct authority_code, month, measure_id, financial_year from {{ ref("kpi_monthly") }}),

    valued as (
        select
            months.authority_code,
            months.month,
            months.measure_id,
            chosen.basis,
            kpi.value,
            others.value as other_basis_value,
            kpi.ytd_value,
            coalesce(kpi.months_supplied, 0) as months_supplied,
            months.financial_year,
            kpi.reporting_month,
            kpi.source_ref
        from months
        inner join
            {{ ref("int_bases__chosen") }} as chosen
            on months.authority_code = chosen.authority_code
            and months.measure_id = chosen.measure_id
            and months.financial_year = chosen.financial_year
        left join
            {{ ref("kpi_monthly") }} as kpi
            on months.authority_code = kpi.authority_code
            and months.month = kpi.month
            and months.measure_id = kpi.measure_id
            and chosen.basis = kpi.basis
        left join
            {{ ref("kpi_monthly") }} as others
            on months.authority_code = others.authority_code
            and months.month = others.month
            and months.measure_id = others.measure_id
            and chosen.basis <> others.basis
    ),

    -- of definitions that two publications follow, one stands here: mart_comparators has all
    comparators as (
        select
            authority_code,
            month,
            measure_id,
            basis,
            max(
                case when comparator = 'same period last year' and statistic = 'value' then comparator_value end
            ) as last_year_value,
            max(case when area_name = 'England' and statistic = 'value' then comparator_value end) as england_value,
            max(
                case when area_name = 'England' and statistic = 'rate_per_10000' then comparator_value end
            ) as england_rate_per_10000,
            max(case when area_name = 'England' then period end) as england_period
        from {{ ref("mart_comparators") }}
        where is_shown
        group by authority_code, month, measure_id, basis
    )

select
    valued.authority_code,
    authorities.authority_name,
    valued.month,
    calendar.month_name,
    valued.financial_year,
    valued.measure_id,
    measures.measure_name,
    measures.domain,
    measures.unit,
    valued.basis,
    valued.value,
    valued.other_basis_value,
    valued.ytd_value,
    valued.months_supplied,
    calendar.financial_month as months_of_year,
    valued.months_supplied = calendar.financial_month as is_ytd_complete,
    comparators.last_year_value,
    limits.mean,
    limits.lower_limit,
    limits.upper_limit,
    coalesce(
        limits.is_outside_limits or limits.is_near_limit or limits.is_on_one_side or limits.is_trend or limits.is_jump,
        false
    ) as is_signal,
    measures.polarity,
    assurance.target,
    assurance.is_target_reached,
    assurance.assurance,
    rates.rate_per_10000,
    rates.mid_year,
    comparators.england_value,
    comparators.england_rate_per_10000,
    comparators.england_period,
    valued.reporting_month,
    valued.source_ref
from valued
inner join {{ ref("dim_authority") }} as authorities on valued.authority_code = authorities.authority_code
inner join {{ ref("dim_month") }} as calendar on valued.month = calendar.month
inner join {{ ref("measures") }} as measures on valued.measure_id = measures.measure_id
left join
    {{ ref("kpi_spc") }} as limits
    on valued.authority_code = limits.authority_code
    and valued.month = limits.month
    and valued.measure_id = limits.measure_id
    and valued.basis = limits.basis
left join
    {{ ref("mart_assurance") }} as assurance
    on valued.authority_code = assurance.authority_code
    and valued.month = assurance.month
    and valued.measure_id = assurance.measure_id
    and valued.basis = assurance.basis
left join
    {{ ref("mart_rates") }} as rates
    on valued.authority_code = rates.authority_code
    and valued.month = rates.month
    and valued.measure_id = rates.measure_id
    and valued.basis = rates.basis
left join
    comparators
    on valued.authority_code = comparators.authority_code
    and valued.month = comparators.month
    and valued.measure_id = comparators.measure_id
    and valued.basis = comparators.basis
