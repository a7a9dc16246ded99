-- grain: one row per authority, month, measure and basis that has a value: the points of an XmR chart and their signals
with
    points_placed as (
        select
            *,
            case
                when value > upper_warning + {{ var("spc_equal_within") }}
                then 1
                when value < lower_warning - {{ var("spc_equal_within") }}
                then -1
                else 0
            end as far_side
        from {{ ref("int_spc_limits__drawn") }}
    ),

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
            largest_usual_step,
            is_at_month_end,
            follows_last_month,
            far_side,
            far_side <> 0
            and (
                (lag(far_side) over chart = far_side and lag(month) over chart = {{ add_months_to("month", -1) }})
                or (
                    lag(far_side, 2) over chart = far_side
                    and lag(month, 2) over chart = {{ add_months_to("month", -2) }}
                )
            ) as is_second_of_three,
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
        from points_placed
        window
            chart as (partition by authority_code, measure_id, basis, break_month order by month asc nulls last),
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
    case when has_limits and is_at_month_end then largest_usual_step end as largest_usual_step,
    cast(case when has_limits then months_on_side end as int) as months_on_side,
    cast(case when has_limits then months_in_trend end as int) as months_in_trend,
    case
        when has_limits
        then value > upper_limit + {{ var("spc_equal_within") }} or value < lower_limit - {{ var("spc_equal_within") }}
    end as is_outside_limits,
    -- what is counted at a month's end moves slowly: it stays on one side of the mean for long, and drifts by chance
    case
        when has_limits
        then {{ var("spc_two_of_three") }} and not is_at_month_end and coalesce(is_second_of_three, false)
    end as is_near_limit,
    case
        when has_limits then not is_at_month_end and abs(months_on_side) >= {{ var("spc_months_on_one_side") }}
    end as is_on_one_side,
    case
        when has_limits
        then
            abs(months_in_trend) >= case
                when is_at_month_end then {{ var("spc_stock_months_in_trend") }} else {{ var("spc_months_in_trend") }}
            end
    end as is_trend,
    -- so of what is counted at a month's end the step from the month before says more
    case
        when has_limits
        then
            is_at_month_end and follows_last_month and moving_range > largest_usual_step + {{ var("spc_equal_within") }}
    end as is_jump
from runs_counted
