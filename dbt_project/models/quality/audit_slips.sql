-- grain: one row per printed figure in an equation: is it the likely slip where some do not hold; and per count of the
-- latest month of a series too young for limits: is it far from the months before
{% set slips_id = ["'figures_have_no_likely_slip'", "figures.cell_id"] %}
with
    before as (
        select
            points.authority_code,
            points.measure_id,
            count(*) as months,
            min(earlier.value) as least,
            max(earlier.value) as most
        from {{ ref("chart_points__latest") }} as points
        inner join
            {{ ref("kpi_spc") }} as earlier
            on points.authority_code = earlier.authority_code
            and points.measure_id = earlier.measure_id
            and points.basis = earlier.basis
            and points.month > earlier.month
            and points.month <= {{ add_months_to("earlier.month", 12) }}
        where points.mean is null and points.unit = 'count'
        group by points.authority_code, points.measure_id
    )

select
    'figures_do_not_jump' as check_id,
    {{ comparison_id(["'figures_do_not_jump'", "points.authority_code", "points.measure_id", "points.month"]) }}
    as comparison_id,
    points.authority_code,
    points.extract,
    points.reporting_month,
    points.month,
    points.measure_id,
    points.value as observed,
    cast(null as double) as expected,
    not (
        (points.value > {{ var("jump_times") }} * before.most and points.value - before.most >= {{ var("jump_least") }})
        or (
            points.value * {{ var("jump_times") }} < before.least
            and before.least - points.value >= {{ var("jump_least") }}
        )
    ) as is_agreed,
    points.about
    || {{ show_figure("points.value", "points.unit") }}
    || '. The '
    || cast(before.months as string)
    || ' months before had '
    || {{ show_figure("before.least", "points.unit") }}
    || ' to '
    || {{ show_figure("before.most", "points.unit") }}
    || '. Check that it is not a slip.' as message,
    points.source_ref
from {{ ref("chart_points__latest") }} as points
inner join before on points.authority_code = before.authority_code and points.measure_id = before.measure_id
where before.months >= {{ var("jump_months") }}

union all

select distinct
    'figures_have_no_likely_slip' as check_id,
    {{ comparison_id(slips_id) }} as comparison_id,
    figures.authority_code,
    figures.extract,
    figures.reporting_month,
    figures.month,
    figures.measure_id,
    figures.figure as observed,
    slips.likely_figure as expected,
    slips.cell_id is null as is_agreed,
    slips.about
    || ': printed as '
    || {{ show_figure("slips.figure", "'count'") }}
    || '. If it were '
    || {{ show_figure("slips.likely_figure", "'count'") }}
    || ', '
    || cast(slips.settled as string)
    || ' comparisons that do not agree now would, and '
    || case slips.unsettled when 0 then 'none' else cast(slips.unsettled as string) end
    || ' that agree would not.' as message,
    figures.source_ref
from {{ ref("figure_equations") }} as figures
left join {{ ref("likely_slips") }} as slips on figures.cell_id = slips.cell_id
