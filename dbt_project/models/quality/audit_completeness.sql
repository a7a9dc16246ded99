-- grain: one row per printed month's figure looked for in marts.kpi_monthly
select
    'every_printed_figure_is_in_kpi_monthly' as check_id,
    {{
        comparison_id(
            [
                "'every_printed_figure_is_in_kpi_monthly'",
                "figures.authority_code",
                "figures.measure_id",
                "figures.month",
            ]
        )
    }} as comparison_id,
    figures.authority_code,
    figures.extract,
    figures.reporting_month,
    figures.month,
    figures.measure_id,
    kpi.printed_value as observed,
    figures.figure as expected,
    kpi.measure_id is not null and kpi.printed_value is not distinct from figures.figure as is_agreed,
    '"'
    || figures.label
    || '", '
    || figures.month_name
    || ': marts.kpi_monthly does not have this figure as printed.' as message,
    figures.source_ref
from {{ ref("int_printed_figures__current") }} as figures
left join
    {{ ref("kpi_monthly") }} as kpi
    on figures.authority_code = kpi.authority_code
    and figures.measure_id = kpi.measure_id
    and figures.month = kpi.month
    and kpi.basis = 'reported'
where figures.period = 'month' and figures.is_home
