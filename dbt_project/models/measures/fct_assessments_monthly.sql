-- grain: one row per authority, month and basis
-- Assessments completed in the month, by the working days they took.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'assessments_completed' then value end) as assessments_completed,
    max(case when measure_id = 'days_1_15' then value end) as days_1_15,
    max(case when measure_id = 'days_16_25' then value end) as days_16_25,
    max(case when measure_id = 'days_26_35' then value end) as days_26_35,
    max(case when measure_id = 'days_36_45' then value end) as days_36_45,
    max(case when measure_id = 'days_45_plus' then value end) as days_45_plus,
    max(case when measure_id = 'grand_total' then value end) as grand_total,
    max(reporting_month) as reporting_month
from {{ ref("int_measures__with_parts") }}
where
    measure_id
    in ('assessments_completed', 'days_1_15', 'days_16_25', 'days_26_35', 'days_36_45', 'days_45_plus', 'grand_total')
group by authority_code, month, basis
