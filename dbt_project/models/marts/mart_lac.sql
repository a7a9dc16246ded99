-- grain: one row per authority, month and basis
-- Children looked after, those new in the month, and unaccompanied children.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'lac_total' then value end) as lac_total,
    max(case when measure_id = 'lac_total' then ytd_value end) as lac_total_ytd,
    max(case when measure_id = 'lac_new' then value end) as lac_new,
    max(case when measure_id = 'lac_new' then ytd_value end) as lac_new_ytd,
    max(case when measure_id = 'lac_also_cpp' then value end) as lac_also_cpp,
    max(case when measure_id = 'lac_also_cpp' then ytd_value end) as lac_also_cpp_ytd,
    max(case when measure_id = 'lac_indigenous' then value end) as lac_indigenous,
    max(case when measure_id = 'lac_indigenous' then ytd_value end) as lac_indigenous_ytd,
    max(case when measure_id = 'lac_uasc' then value end) as lac_uasc,
    max(case when measure_id = 'lac_uasc' then ytd_value end) as lac_uasc_ytd,
    max(reporting_month) as reporting_month
from {{ ref("kpi_monthly") }}
where measure_id in ('lac_total', 'lac_new', 'lac_also_cpp', 'lac_indigenous', 'lac_uasc')
group by authority_code, month, basis
