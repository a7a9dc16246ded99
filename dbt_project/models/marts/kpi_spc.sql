-- grain: one row per authority, month, measure and basis that has a figure: the points of an XmR chart
{% set series = 'authority_code, measure_id, basis' %}
{% set baseline = 'point <= ' ~ var('spc_baseline_months') %}
{% set exact = '0.000001' %} {# sums of binary fractions are not: nearer than this is equal #}
with points as (
    -- a month whose events are not all known yet is no point; one without a figure is a gap
    select
        kpi.authority_code,
        kpi.month,
        kpi.measure_id,
        kpi.basis,
        kpi.value,
        max(breaks.break_month) as break_month
    from {{ ref('kpi_monthly') }} as kpi
    inner join {{ ref('measures') }} as measures on kpi.measure_id = measures.measure_id
    left join {{ ref('process_breaks') }} as breaks
        on
            kpi.month >= breaks.break_month
            and kpi.authority_code = coalesce(breaks.authority_code, kpi.authority_code)
            and kpi.measure_id = coalesce(breaks.measure_id, kpi.measure_id)
            and measures.domain = coalesce(breaks.domain, measures.domain)
    where kpi.value is not null and kpi.is_mature
    group by kpi.authority_code, kpi.month, kpi.measure_id, kpi.basis, kpi.value
),

followed as (
    select
        authority_code,
        month,
        measure_id,
        basis,
        value,
        break_month,
        row_number() over chart as point,
        -- a gap ends whatever was in a row
        coalesce(lag(month) over chart = {{ add_months_to('month', -1) }}, false) as follows,
        value - lag(value) over chart as step
    from points
    window chart as (partition by {{ series }}, break_month order by month asc nulls last)
),

limits as (
    select
        authority_code,
        month,
        measure_id,
        basis,
        value,
        break_month,
        point,
        follows,
        case when follows then abs(step) end as moving_range,
        case when not follows or abs(step) < {{ exact }} then 0 when step > 0 then 1 else -1 end as direction,
        min(month) over chart as baseline_from,
        sum(case when {{ baseline }} then 1 else 0 end) over chart as baseline_months,
        avg(case when {{ baseline }} then value end) over chart as mean,
        avg(case when {{ baseline }} and follows then abs(step) end) over chart as mean_moving_range
    from followed
    window chart as (partition by {{ series }}, break_month)
),

sides as (
    select
        authority_code,
        month,
        measure_id,
        basis,
        value,
        break_month,
        point,
        follows,
        moving_range,
        direction,
        baseline_from,
        baseline_months,
        mean,
        mean_moving_range,
        baseline_months >= {{ var('spc_minimum_months') }} and mean_moving_range is not null as has_limits,
        -- a count or a percentage is never below zero
        greatest(cast(0 as double), mean - {{ var('spc_limit_factor') }} * mean_moving_range) as lower_limit,
        mean + {{ var('spc_limit_factor') }} * mean_moving_range as upper_limit,
        case when abs(value - mean) < {{ exact }} then 0 when value > mean then 1 else -1 end as side
    from limits
),

in_a_row as (
    select
        authority_code,
        month,
        measure_id,
        basis,
        value,
        moving_range,
        baseline_from,
        baseline_months,
        mean,
        mean_moving_range,
        has_limits,
        lower_limit,
        upper_limit,
        side * (
            point - greatest(
                coalesce(max(case when not follows then point - 1 end) over so_far, 0),
                case
                    when side > 0 then coalesce(max(case when side <= 0 then point end) over so_far, 0)
                    else coalesce(max(case when side >= 0 then point end) over so_far, 0)
                end
            )
        ) as months_on_side,
        -- the month that the first step is from counts too
        direction * (
            1 + point - case
                when direction > 0 then max(case when direction <= 0 then point end) over so_far
                else max(case when direction >= 0 then point end) over so_far
            end
        ) as months_in_trend
    from sides
    window
        so_far as (
            partition by {{ series }}, break_month
            order by month asc nulls last
            rows between unbounded preceding and current row
        )
)

select
    cast(authority_code as string) as authority_code,
    cast(month as date) as month,
    cast(measure_id as string) as measure_id,
    cast(basis as string) as basis,
    cast(value as double) as value,
    cast(moving_range as double) as moving_range,
    cast(baseline_from as date) as baseline_from,
    cast(baseline_months as int) as baseline_months,
    cast(case when has_limits then mean end as double) as mean,
    cast(case when has_limits then mean_moving_range end as double) as mean_moving_range,
    cast(case when has_limits then lower_limit end as double) as lower_limit,
    cast(case when has_limits then upper_limit end as double) as upper_limit,
    cast(case when has_limits then months_on_side end as int) as months_on_side,
    cast(case when has_limits then months_in_trend end as int) as months_in_trend,
    cast(
        case when has_limits then value > upper_limit + {{ exact }} or value < lower_limit - {{ exact }} end as boolean
    ) as is_outside_limits,
    cast(case when has_limits then abs(months_on_side) >= {{ var('spc_months_on_one_side') }} end as boolean) as is_on_one_side,
    cast(case when has_limits then abs(months_in_trend) >= {{ var('spc_months_in_trend') }} end as boolean) as is_trend
from in_a_row
