-- grain: one row per authority and measure: the point of its XmR chart at the latest month of its series,
-- without limits where there are too few months
with
    measured_months as (
        select
            authority_code,
            measure_id,
            basis,
            month,
            reporting_month,
            source_ref,
            max(month) over (partition by authority_code) as authority_month
        from {{ ref("kpi_monthly") }}
        where is_mature
    ),

    -- of a measure that is both printed and computed one is enough: the later one, of two of one month the printed
    latest_months as (
        select authority_code, measure_id, basis, month, reporting_month, source_ref
        from measured_months
        where month >= {{ add_months_to("authority_month", -var("spc_finding_months")) }}
        qualify
            row_number() over (
                partition by authority_code, measure_id order by month desc nulls last, basis desc nulls last
            )
            = 1
    )

select
    spc.authority_code,
    case when spc.basis = 'reported' then measures.home_extract end as extract,
    latest_months.reporting_month,
    spc.month,
    spc.measure_id,
    spc.basis,
    measures.unit,
    spc.value,
    spc.mean,
    spc.lower_limit,
    spc.upper_limit,
    spc.months_on_side,
    spc.months_in_trend,
    spc.moving_range,
    spc.largest_usual_step,
    spc.is_outside_limits,
    spc.is_near_limit,
    spc.is_jump,
    spc.is_on_one_side,
    spc.is_trend,
    {{ add_months_to("spc.month", "1 - greatest(abs(spc.months_on_side), 1)") }} as side_from,
    {{ add_months_to("spc.month", "1 - greatest(abs(spc.months_in_trend), 1)") }} as trend_from,
    measures.measure_name || ', ' || months.month_name || ': ' as about,
    baseline_months.month_name as baseline_month_name,
    latest_months.source_ref
from {{ ref("kpi_spc") }} as spc
inner join
    latest_months
    on spc.authority_code = latest_months.authority_code
    and spc.measure_id = latest_months.measure_id
    and spc.basis = latest_months.basis
    and spc.month = latest_months.month
inner join {{ ref("measures") }} as measures on spc.measure_id = measures.measure_id
inner join {{ ref("months") }} as months on spc.month = months.month
inner join {{ ref("months") }} as baseline_months on spc.baseline_from = baseline_months.month
