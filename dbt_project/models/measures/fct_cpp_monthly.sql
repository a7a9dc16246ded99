-- grain: one row per authority, month and basis
-- Child protection plans at month end, new in the month and ended in it.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'cpp_total' then value end) as cpp_total,
    max(case when measure_id = 'cpp_new' then value end) as cpp_new,
    max(case when measure_id = 'cpp_current' then value end) as cpp_current,
    max(case when measure_id = 'cpp_ceased' then value end) as cpp_ceased,
    max(case when measure_id = 'cpp_ceased_2yrs_plus' then value end) as cpp_ceased_2yrs_plus,
    max(reporting_month) as reporting_month
from {{ ref("int_measures__with_parts") }}
where measure_id in ('cpp_total', 'cpp_new', 'cpp_current', 'cpp_ceased', 'cpp_ceased_2yrs_plus')
group by authority_code, month, basis
