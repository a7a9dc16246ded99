-- grain: one row per measure and rule of its XmR chart at the latest month of the series
select
    'figures_lie_within_process_limits' as check_id,
    {{ comparison_id(["'figures_lie_within_process_limits'", "authority_code", "measure_id", "month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    value as observed,
    case when value > mean then upper_limit else lower_limit end as expected,
    not (is_outside_limits or is_near_limit or is_jump) as is_agreed,
    about
    || {{ show_figure("value", "unit") }}
    || case
        when is_jump
        then
            ', '
            || {{ show_mean("moving_range", "unit") }}
            || case when months_in_trend > 0 then ' more' else ' less' end
            || ' than last month. Steps of up to '
            || {{ show_mean("largest_usual_step", "unit") }}
            || ' are usual'
        when is_near_limit and not is_outside_limits
        then
            '. Two of the last three months are near the ' || case
                when value > mean
                then 'upper limit of ' || {{ show_bound("upper_limit", "floor", "unit") }}
                else 'lower limit of ' || {{ show_bound("lower_limit", "ceil", "unit") }}
            end
        when value > mean
        then ' is above the upper limit of ' || {{ show_bound("upper_limit", "floor", "unit") }}
        else ' is below the lower limit of ' || {{ show_bound("lower_limit", "ceil", "unit") }}
    end
    || ' for the months since '
    || baseline_month_name
    || ' (mean '
    || {{ show_mean("mean", "unit") }}
    || ').' as message,
    source_ref
from {{ ref("chart_points__latest") }}
where mean is not null

union all

select
    'figures_fall_on_both_sides_of_the_mean' as check_id,
    {{
        comparison_id(
            [
                "'figures_fall_on_both_sides_of_the_mean'",
                "points.authority_code",
                "points.measure_id",
                "points.side_from",
            ]
        )
    }} as comparison_id,
    points.authority_code,
    points.extract,
    points.reporting_month,
    points.month,
    points.measure_id,
    points.value as observed,
    points.mean as expected,
    not points.is_on_one_side as is_agreed,
    points.about
    || {{ show_figure("points.value", "points.unit") }}
    || '. '
    || cast(abs(points.months_on_side) as string)
    || ' months in a row, since '
    || started.month_name
    || ', are '
    || case when points.months_on_side > 0 then 'above' else 'below' end
    || ' the mean of '
    || {{ show_mean("points.mean", "points.unit") }}
    || ' for the months since '
    || points.baseline_month_name
    || '.' as message,
    points.source_ref
from {{ ref("chart_points__latest") }} as points
inner join {{ ref("months") }} as started on points.side_from = started.month
where points.mean is not null

union all

select
    'figures_neither_keep_rising_nor_falling' as check_id,
    {{
        comparison_id(
            [
                "'figures_neither_keep_rising_nor_falling'",
                "points.authority_code",
                "points.measure_id",
                "points.trend_from",
            ]
        )
    }} as comparison_id,
    points.authority_code,
    points.extract,
    points.reporting_month,
    points.month,
    points.measure_id,
    points.value as observed,
    cast(null as double) as expected,
    not points.is_trend as is_agreed,
    points.about
    || {{ show_figure("points.value", "points.unit") }}
    || '; '
    || case when points.months_in_trend > 0 then 'rising' else 'falling' end
    || ' for '
    || cast(abs(points.months_in_trend) as string)
    || ' months in a row, since '
    || started.month_name
    || '.' as message,
    points.source_ref
from {{ ref("chart_points__latest") }} as points
inner join {{ ref("months") }} as started on points.trend_from = started.month
where points.mean is not null
