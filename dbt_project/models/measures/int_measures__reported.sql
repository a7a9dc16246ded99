-- grain: one row per authority, month and measure, as the council reported it in the measure's home extract
{{ config(materialized="view") }}
with
    printed_months as (
        select authority_code, month, measure_id, figure, printed_mark, is_supplied, reporting_month, source_ref
        from {{ ref("int_printed_figures__current") }}
        where period = 'month' and is_home
    ),

    printed_ytds as (
        select figures.authority_code, figures.month, figures.measure_id, figures.figure
        from {{ ref("int_printed_figures__recognised") }} as figures
        inner join
            {{ ref("measures") }} as measures
            on figures.measure_id = measures.measure_id
            and figures.extract = measures.home_extract
        where figures.period = 'ytd'
    )

select
    printed_months.authority_code,
    printed_months.month,
    printed_months.measure_id,
    'reported' as basis,
    printed_months.figure as value,
    printed_months.figure as printed_value,
    printed_ytds.figure as printed_ytd,
    printed_months.printed_mark,
    printed_months.is_supplied,
    printed_months.reporting_month,
    printed_months.source_ref
from printed_months
left join
    printed_ytds
    on printed_months.authority_code = printed_ytds.authority_code
    and printed_months.month = printed_ytds.month
    and printed_months.measure_id = printed_ytds.measure_id
