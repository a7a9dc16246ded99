-- grain: one row per authority, month and basis
-- Children looked after at month end and those new in the month.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'lac_total' then value end) as lac_total,
    max(case when measure_id = 'lac_new' then value end) as lac_new,
    max(case when measure_id = 'lac_also_cpp' then value end) as lac_also_cpp,
    max(case when measure_id = 'lac_indigenous' then value end) as lac_indigenous,
    max(case when measure_id = 'lac_uasc' then value end) as lac_uasc,
    max(case when measure_id = 'lac_3plus_placements' then value end) as lac_3plus_placements,
    max(reporting_month) as reporting_month
from {{ ref("int_measures__with_parts") }}
where measure_id in ('lac_total', 'lac_new', 'lac_also_cpp', 'lac_indigenous', 'lac_uasc', 'lac_3plus_placements')
group by authority_code, month, basis
