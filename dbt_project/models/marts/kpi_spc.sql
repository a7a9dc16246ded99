-- grain: one row per authority, month, measure and basis that has a value: the points of an XmR chart and their signals
with
    runs_counted as (
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
            -- points since the last one before a gap, on the mean or on the other side of it
            side * (
                point - greatest(
                    coalesce(max(case when not follows_last_month then point - 1 end) over so_far, 0),
                    case
                        when side > 0
                        then coalesce(max(case when side <= 0 then point end) over so_far, 0)
                        else coalesce(max(case when side >= 0 then point end) over so_far, 0)
                    end
                )
            ) as months_on_side,
            -- the month that the first step starts from counts too
            direction * (
                1
                + point
                - case
                    when direction > 0
                    then max(case when direction <= 0 then point end) over so_far
                    else max(case when direction >= 0 then point end) over so_far
                end
            ) as months_in_trend
        from {{ ref("int_spc_limits__drawn") }}
        window
            so_far as (
                partition by authority_code, measure_id, basis, break_month
                order by month asc nulls last
                rows between unbounded preceding and current row
            )
    )

select
    authority_code,
    month,
    measure_id,
    basis,
    value,
    moving_range,
    baseline_from,
    baseline_months,
    case when has_limits then mean end as mean,
    case when has_limits then mean_moving_range end as mean_moving_range,
    case when has_limits then lower_limit end as lower_limit,
    case when has_limits then upper_limit end as upper_limit,
    cast(case when has_limits then months_on_side end as int) as months_on_side,
    cast(case when has_limits then months_in_trend end as int) as months_in_trend,
    case
        when has_limits
        then value > upper_limit + {{ var("spc_equal_within") }} or value < lower_limit - {{ var("spc_equal_within") }}
    end as is_outside_limits,
    case when has_limits then abs(months_on_side) >= {{ var("spc_months_on_one_side") }} end as is_on_one_side,
    case when has_limits then abs(months_in_trend) >= {{ var("spc_months_in_trend") }} end as is_trend
from runs_counted
