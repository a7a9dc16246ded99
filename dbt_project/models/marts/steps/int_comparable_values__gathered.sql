-- grain: one row per authority, month, measure, basis and statistic: every value that can be compared
-- `of_how_many` is what a share is of, or the residents that a rate is of.
with
    months_of_year as (
        select
            kpi.authority_code,
            kpi.month,
            kpi.measure_id,
            kpi.basis,
            kpi.value,
            kpi.ytd_value,
            kpi.months_supplied,
            kpi.is_mature,
            kpi.denominator,
            sum(kpi.denominator) over (
                partition by kpi.authority_code, kpi.measure_id, kpi.basis, kpi.financial_year
                order by kpi.month asc nulls last
            ) as ytd_denominator,
            measures.ytd_rule,
            months.financial_month
        from {{ ref("kpi_monthly") }} as kpi
        inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
        inner join {{ ref("months") }} as months on kpi.month = months.month
    )

select authority_code, month, measure_id, basis, 'value' as statistic, value, denominator as of_how_many
from months_of_year
where value is not null and is_mature

union all

-- a year to date with a month missing is compared with nothing
select authority_code, month, measure_id, basis, 'ytd' as statistic, ytd_value as value, ytd_denominator as of_how_many
from months_of_year
where ytd_value is not null and is_mature and ytd_rule <> 'latest' and months_supplied = financial_month

union all

select
    authority_code,
    month,
    measure_id,
    basis,
    'rate_per_10000' as statistic,
    rate_per_10000 as value,
    population as of_how_many
from {{ ref("mart_rates") }}
where rate_per_10000 is not null
