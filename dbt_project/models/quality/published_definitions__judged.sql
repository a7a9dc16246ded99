-- grain: one row per figure whose definition or population is compared with the published one
-- the rate that is published is the one that the count and the population make
{{ config(materialized="view") }}
select
    'rate_agrees_with_published' as check_id,
    {{
        comparison_id(
            [
                "'rate_agrees_with_published'",
                "compared.authority_code",
                "compared.measure_id",
                "compared.month",
                "compared.basis",
            ]
        )
    }} as comparison_id,
    compared.basis,
    compared.authority_code,
    compared.extract,
    compared.reporting_month,
    compared.month,
    compared.measure_id,
    rates.rate_per_10000 as observed,
    compared.figure as expected,
    abs(rates.rate_per_10000 - compared.figure) <= compared.allowed + {{ var("published_rate_rounding") }} as is_agreed,
    compared.measure_name
    || ', '
    || compared.month_name
    || ': '
    || compared.made
    || {{ show_mean("rates.rate_per_10000", "'count'") }}
    || ' per 10,000 of '
    || {{ show_count("rates.population") }}
    || ' residents aged 0 to 17 at mid-'
    || cast(rates.mid_year as string)
    || '. The DfE publishes a rate of '
    || {{ show_mean("compared.figure", "'count'") }}
    || ' for '
    || compared.period
    || ', with the population of the year before.' as message,
    compared.source_ref
from {{ ref("published_years__compared") }} as compared
inner join
    {{ ref("mart_rates") }} as rates
    on compared.authority_code = rates.authority_code
    and compared.measure_id = rates.measure_id
    and compared.month = rates.month
    and compared.basis = rates.basis
where
    compared.statistic = 'rate_per_10000'
    and compared.months_to_come = 0
    and compared.difference is null
    and rates.rate_per_10000 is not null

union all

-- what shares a name and not a definition is said once, of the latest year
select
    'name_is_that_of_the_published_definition' as check_id,
    {{ comparison_id(["'name_is_that_of_the_published_definition'", "authority_code", "measure_id"]) }}
    as comparison_id,
    basis,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    value as observed,
    figure as expected,
    abs(value - figure) <= allowed as is_agreed,
    measure_name
    || ', '
    || month_name
    || ': '
    || made
    || {{ show_figure("value", "unit") }}
    || '. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for '
    || period
    || '. They share a name, but '
    || difference
    || '. Do not compare them.' as message,
    source_ref
from {{ ref("published_years__compared") }}
where difference is not null and statistic = 'count'
qualify
    row_number() over (
        partition by authority_code, measure_id order by period_month desc nulls last, basis desc nulls last
    )
    = 1
