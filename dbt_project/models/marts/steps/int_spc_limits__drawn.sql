-- grain: one row per authority, month, measure and basis that has a value: the points of an XmR chart and its limits
-- As Laney's p' and u' charts: the limits know the denominator, and are never narrower than chance alone.
with
    points as (
        select
            authority_code,
            month,
            measure_id,
            basis,
            value,
            is_at_month_end,
            break_month,
            point,
            is_in_baseline,
            follows_last_month,
            step,
            baseline_from,
            baseline_months,
            mean,
            chance,
            case when chance > 0 then chance else 1 end as unit_of_distance,
            {{ var("spc_children_of_doubt") }} * one_child as doubt
        from {{ ref("int_spc_points__standardised") }}
    ),

    ranges_taken as (
        select
            *,
            case when follows_last_month then abs(step) end as moving_range,
            case
                when follows_last_month
                then abs((value - mean) / unit_of_distance - lag((value - mean) / unit_of_distance) over chart)
            end as standard_range
        from points
        window chart as (partition by authority_code, measure_id, basis, break_month order by month asc nulls last)
    ),

    ranges_averaged as (
        select
            *,
            avg(case when is_in_baseline then moving_range end) over chart as all_moving_ranges,
            avg(case when is_in_baseline then standard_range end) over chart as all_standard_ranges
        from ranges_taken
        window chart as (partition by authority_code, measure_id, basis, break_month)
    ),

    -- a step too large to be chance does not widen the limits
    ranges_screened as (
        select
            *,
            avg(
                case
                    when
                        is_in_baseline
                        and moving_range
                        <= {{ var("spc_screening_factor") }} * all_moving_ranges + {{ var("spc_equal_within") }}
                    then moving_range
                end
            ) over chart as mean_moving_range,
            avg(
                case
                    when
                        is_in_baseline
                        and standard_range
                        <= {{ var("spc_screening_factor") }} * all_standard_ranges + {{ var("spc_equal_within") }}
                    then standard_range
                end
            ) over chart as mean_standard_range
        from ranges_averaged
        window chart as (partition by authority_code, measure_id, basis, break_month)
    ),

    spreads_measured as (
        select
            *,
            -- 1.128: the mean distance of two normal numbers, in standard deviations
            greatest(mean_standard_range / 1.128, case when chance > 0 then {{ var("spc_chance_sigmas") }} else 0 end)
            * unit_of_distance as sigma
        from ranges_screened
    )

select
    authority_code,
    month,
    measure_id,
    basis,
    value,
    is_at_month_end,
    break_month,
    point,
    follows_last_month,
    moving_range,
    case
        when not follows_last_month or abs(step) < {{ var("spc_equal_within") }} then 0 when step > 0 then 1 else -1
    end as direction,
    baseline_from,
    baseline_months,
    mean,
    mean_moving_range,
    baseline_months >= {{ var("spc_minimum_months") }} and mean_moving_range is not null as has_limits,
    -- a count or a percentage is never below zero
    greatest(cast(0 as double), mean - {{ var("spc_limit_sigmas") }} * sigma - doubt) as lower_limit,
    mean + {{ var("spc_limit_sigmas") }} * sigma + doubt as upper_limit,
    mean - {{ var("spc_warning_sigmas") }} * sigma - doubt as lower_warning,
    mean + {{ var("spc_warning_sigmas") }} * sigma + doubt as upper_warning,
    -- 0.798: the mean size of a normal number, in standard deviations
    {{ var("spc_limit_sigmas") }} * mean_moving_range / 0.798 + doubt as largest_usual_step,
    case when abs(value - mean) < {{ var("spc_equal_within") }} then 0 when value > mean then 1 else -1 end as side
from spreads_measured
