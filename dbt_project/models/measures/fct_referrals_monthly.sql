-- grain: one row per authority, month and basis
-- Referrals in the month and those that led to an assessment.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'referrals' then value end) as referrals,
    max(case when measure_id = 'referrals_leading_to_assessment' then value end) as referrals_leading_to_assessment,
    max(reporting_month) as reporting_month
from {{ ref("int_measures__with_parts") }}
where measure_id in ('referrals', 'referrals_leading_to_assessment')
group by authority_code, month, basis
