-- grain: one row per measure and rule of its XmR chart at the latest month of the series, and per restated figure
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
    not is_outside_limits as is_agreed,
    about
    || {{ show_figure("value", "unit") }}
    || case
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

union all

select
    'figures_are_not_restated' as check_id,
    {{
        comparison_id(
            [
                "'figures_are_not_restated'",
                "restated.authority_code",
                "restated.extract",
                "restated.measure_id",
                "restated.period",
                "restated.month",
                "restated.reporting_month",
                "restated.version",
            ]
        )
    }} as comparison_id,
    restated.authority_code,
    restated.extract,
    restated.reporting_month,
    restated.month,
    restated.measure_id,
    restated.figure as observed,
    restated.earlier_figure as expected,
    not restated.is_news as is_agreed,
    measures.measure_name
    || ', '
    || case restated.period when 'ytd' then 'year to date to ' else '' end
    || months.month_name
    || ': '
    || case when restated.figure is null then 'left blank' else 'restated as ' || restated.printed_text end
    || case
        when restated.earlier_figure is null
        then '; it was left blank before ('
        else '; it was printed as ' || restated.earlier_text || ' before ('
    end
    || restated.earlier_source_ref
    || ').' as message,
    restated.source_ref
from {{ ref("restatements__dated") }} as restated
inner join {{ ref("measures") }} as measures on restated.measure_id = measures.measure_id
inner join {{ ref("months") }} as months on restated.month = months.month
where restated.period = 'month' or restated.months_restated = 0
