-- grain: one row per authority, month and basis
-- Children in need at month end and those new in the month.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'cin_total' then value end) as cin_total,
    max(case when measure_id = 'cin_new' then value end) as cin_new,
    max(reporting_month) as reporting_month
from {{ ref("int_measures__with_parts") }}
where measure_id in ('cin_total', 'cin_new')
group by authority_code, month, basis
