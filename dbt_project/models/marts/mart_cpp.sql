-- grain: one row per authority, month and basis
-- Child protection plans, how long they have been open, and those that ended.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'cpp_total' then value end) as cpp_total,
    max(case when measure_id = 'cpp_total' then ytd_value end) as cpp_total_ytd,
    max(case when measure_id = 'cpp_new' then value end) as cpp_new,
    max(case when measure_id = 'cpp_new' then ytd_value end) as cpp_new_ytd,
    max(case when measure_id = 'cpp_current' then value end) as cpp_current,
    max(case when measure_id = 'cpp_current' then ytd_value end) as cpp_current_ytd,
    max(case when measure_id = 'cpp_0_12_months_pct' then value end) as cpp_0_12_months_pct,
    max(case when measure_id = 'cpp_0_12_months_pct' then ytd_value end) as cpp_0_12_months_pct_ytd,
    max(case when measure_id = 'cpp_12_24_months_pct' then value end) as cpp_12_24_months_pct,
    max(case when measure_id = 'cpp_12_24_months_pct' then ytd_value end) as cpp_12_24_months_pct_ytd,
    max(case when measure_id = 'cpp_24_plus_months_pct' then value end) as cpp_24_plus_months_pct,
    max(case when measure_id = 'cpp_24_plus_months_pct' then ytd_value end) as cpp_24_plus_months_pct_ytd,
    max(case when measure_id = 'cpp_ceased' then value end) as cpp_ceased,
    max(case when measure_id = 'cpp_ceased' then ytd_value end) as cpp_ceased_ytd,
    max(case when measure_id = 'cpp_ceased_2yrs_plus' then value end) as cpp_ceased_2yrs_plus,
    max(case when measure_id = 'cpp_ceased_2yrs_plus' then ytd_value end) as cpp_ceased_2yrs_plus_ytd,
    max(case when measure_id = 'cpp_ceased_2yrs_plus_pct_ni64' then value end) as cpp_ceased_2yrs_plus_pct_ni64,
    max(case when measure_id = 'cpp_ceased_2yrs_plus_pct_ni64' then ytd_value end) as cpp_ceased_2yrs_plus_pct_ni64_ytd,
    max(reporting_month) as reporting_month
from {{ ref("kpi_monthly") }}
where
    measure_id in (
        'cpp_total',
        'cpp_new',
        'cpp_current',
        'cpp_0_12_months_pct',
        'cpp_12_24_months_pct',
        'cpp_24_plus_months_pct',
        'cpp_ceased',
        'cpp_ceased_2yrs_plus',
        'cpp_ceased_2yrs_plus_pct_ni64'
    )
group by authority_code, month, basis
