-- grain: one row per authority, month, measure and basis that has a value
-- As marts.kpi_monthly, and the percentages that no return prints though it prints both their counts.
with
    unprinted_ratios as (
        -- a ratio that no return prints, from the two counts that returns do print
        select
            numerators.authority_code,
            numerators.month,
            ratios.measure_id,
            numerators.basis,
            numerators.financial_year,
            {{ percentage("numerators.value", "denominators.value") }} as value,
            case
                when ratios.ytd_rule = 'latest'
                then {{ percentage("numerators.value", "denominators.value") }}
                when numerators.months_supplied = denominators.months_supplied
                then {{ percentage("numerators.ytd_value", "denominators.ytd_value") }}
            end as ytd_value
        from {{ ref("measures") }} as ratios
        inner join {{ ref("kpi_monthly") }} as numerators on ratios.numerator_id = numerators.measure_id
        inner join
            {{ ref("kpi_monthly") }} as denominators
            on ratios.denominator_id = denominators.measure_id
            and numerators.authority_code = denominators.authority_code
            and numerators.month = denominators.month
            and numerators.basis = denominators.basis
        where ratios.kind = 'ratio' and ratios.home_extract is null and numerators.basis = 'reported'
    )

select authority_code, month, measure_id, basis, financial_year, value, ytd_value
from {{ ref("kpi_monthly") }}
where value is not null

union all

select authority_code, month, measure_id, basis, financial_year, value, ytd_value
from unprinted_ratios
where value is not null
