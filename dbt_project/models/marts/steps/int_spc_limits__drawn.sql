-- grain: one row per authority, month, measure and basis that has a value: the points of an XmR chart and its limits
-- A chart is of one authority, measure and basis. It begins again at each break in how something is done or recorded.
with
    points as (
        -- a month whose events are not all known yet is no point; a month without a value is a gap
        select
            kpi.authority_code, kpi.month, kpi.measure_id, kpi.basis, kpi.value, max(breaks.break_month) as break_month
        from {{ ref("kpi_monthly") }} as kpi
        inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
        left join
            {{ ref("process_breaks") }} as breaks
            on kpi.month >= breaks.break_month
            and kpi.authority_code = coalesce(breaks.authority_code, kpi.authority_code)
            and kpi.measure_id = coalesce(breaks.measure_id, kpi.measure_id)
            and measures.domain = coalesce(breaks.domain, measures.domain)
        where kpi.value is not null and kpi.is_mature
        group by kpi.authority_code, kpi.month, kpi.measure_id, kpi.basis, kpi.value
    ),

    points_numbered as (
        select
            authority_code,
            month,
            measure_id,
            basis,
            value,
            break_month,
            row_number() over chart as point,
            row_number() over chart <= {{ var("spc_baseline_months") }} as is_in_baseline,
            -- a gap ends every run of months
            coalesce(lag(month) over chart = {{ add_months_to("month", -1) }}, false) as follows_last_month,
            value - lag(value) over chart as step
        from points
        window chart as (partition by authority_code, measure_id, basis, break_month order by month asc nulls last)
    ),

    baselines_averaged as (
        select
            authority_code,
            month,
            measure_id,
            basis,
            value,
            break_month,
            point,
            follows_last_month,
            case when follows_last_month then abs(step) end as moving_range,
            case
                when not follows_last_month or abs(step) < {{ var("spc_equal_within") }}
                then 0
                when step > 0
                then 1
                else -1
            end as direction,
            min(month) over chart as baseline_from,
            cast(sum(case when is_in_baseline then 1 else 0 end) over chart as int) as baseline_months,
            avg(case when is_in_baseline then value end) over chart as mean,
            avg(case when is_in_baseline and follows_last_month then abs(step) end) over chart as mean_moving_range
        from points_numbered
        window chart as (partition by authority_code, measure_id, basis, break_month)
    )

select
    authority_code,
    month,
    measure_id,
    basis,
    value,
    break_month,
    point,
    follows_last_month,
    moving_range,
    direction,
    baseline_from,
    baseline_months,
    mean,
    mean_moving_range,
    baseline_months >= {{ var("spc_minimum_months") }} and mean_moving_range is not null as has_limits,
    -- a count or a percentage is never below zero
    greatest(cast(0 as double), mean - {{ var("spc_limit_factor") }} * mean_moving_range) as lower_limit,
    mean + {{ var("spc_limit_factor") }} * mean_moving_range as upper_limit,
    case when abs(value - mean) < {{ var("spc_equal_within") }} then 0 when value > mean then 1 else -1 end as side
from baselines_averaged
