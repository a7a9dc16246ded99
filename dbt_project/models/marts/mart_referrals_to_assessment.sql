-- grain: one row per authority, month and basis
-- Referrals, those that led to an assessment, and their percentage.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'referrals' then value end) as referrals,
    max(case when measure_id = 'referrals' then ytd_value end) as referrals_ytd,
    max(case when measure_id = 'referrals_leading_to_assessment' then value end) as referrals_leading_to_assessment,
    max(
        case when measure_id = 'referrals_leading_to_assessment' then ytd_value end
    ) as referrals_leading_to_assessment_ytd,
    max(
        case when measure_id = 'referrals_leading_to_assessment_pct' then value end
    ) as referrals_leading_to_assessment_pct,
    max(
        case when measure_id = 'referrals_leading_to_assessment_pct' then ytd_value end
    ) as referrals_leading_to_assessment_pct_ytd,
    max(reporting_month) as reporting_month
from {{ ref("kpi_monthly") }}
where measure_id in ('referrals', 'referrals_leading_to_assessment', 'referrals_leading_to_assessment_pct')
group by authority_code, month, basis
