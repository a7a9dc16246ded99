-- grain: one row per authority, extract, measure and month, plus one per financial year for the year to date; each from
-- the latest reporting month that prints it
with
    home_figures as (
        select
            figures.authority_code,
            figures.reporting_month,
            figures.period,
            figures.month,
            figures.measure_id,
            figures.figure
        from {{ ref("int_printed_figures__recognised") }} as figures
        inner join
            {{ ref("measures") }} as measures
            on figures.measure_id = measures.measure_id
            and figures.extract = measures.home_extract
    ),

    described as (
        select
            figures.authority_code,
            figures.extract,
            figures.reporting_month,
            figures.measure_id,
            figures.label,
            figures.period,
            figures.month,
            figures.printed_text,
            figures.figure,
            figures.printed_mark,
            figures.printed_unit,
            figures.printed_decimals,
            figures.is_supplied,
            figures.is_readable,
            figures.source_ref,
            months.financial_year,
            months.financial_month,
            months.month_name,
            measures.unit,
            measures.kind,
            measures.ytd_rule,
            measures.numerator_id,
            measures.denominator_id,
            measures.home_extract = figures.extract as is_home,
            -- a ratio of nothing has no value to supply
            not coalesce(denominators.figure = 0, false) as is_due
        from {{ ref("int_printed_figures__recognised") }} as figures
        inner join {{ ref("months") }} as months on figures.month = months.month
        inner join {{ ref("measures") }} as measures on figures.measure_id = measures.measure_id
        left join
            home_figures as denominators
            on measures.denominator_id = denominators.measure_id
            and figures.authority_code = denominators.authority_code
            and figures.reporting_month = denominators.reporting_month
            and figures.period = denominators.period
            and figures.month = denominators.month
    )

select *
from described
qualify
    reporting_month = max(reporting_month) over (
        partition by
            authority_code, extract, measure_id, period, financial_year, case when period = 'month' then month end
    )
