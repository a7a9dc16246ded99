-- grain: one row per authority, month, measure, basis and statistic: every value that can be compared
select authority_code, month, measure_id, basis, 'value' as statistic, value
from {{ ref("kpi_monthly") }}
where value is not null and is_mature

union all

-- a year to date with a month missing is compared with nothing
select kpi.authority_code, kpi.month, kpi.measure_id, kpi.basis, 'ytd' as statistic, kpi.ytd_value as value
from {{ ref("kpi_monthly") }} as kpi
inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
inner join {{ ref("months") }} as months on kpi.month = months.month
where
    kpi.ytd_value is not null
    and kpi.is_mature
    and measures.ytd_rule <> 'latest'
    and kpi.months_supplied = months.financial_month

union all

select authority_code, month, measure_id, basis, 'rate_per_10000' as statistic, rate_per_10000 as value
from {{ ref("mart_rates") }}
where rate_per_10000 is not null
