-- grain: one row per authority, month and basis
-- Contacts in the month.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'contacts' then value end) as contacts,
    max(case when measure_id = 'contacts_not_open_cases' then value end) as contacts_not_open_cases,
    max(reporting_month) as reporting_month
from {{ ref("int_measures__with_parts") }}
where measure_id in ('contacts', 'contacts_not_open_cases')
group by authority_code, month, basis
