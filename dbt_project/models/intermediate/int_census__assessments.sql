-- grain: one row per authority, month and assessment of that month's list, with what the rules of the yearly returns ask about
{{ config(materialized="view") }}
with assessments as (
    {{ as_listed(
        'annex_a_assessments',
        ['authority_code', 'child_key', 'assessment_start_date', 'assessment_authorisation_date', 'assessment_factors']
    ) }}
)

select
    assessments.authority_code,
    assessments.month,
    assessments.event_key,
    assessments.child_key,
    assessments.assessment_start_date,
    assessments.assessment_authorisation_date,
    assessments.assessment_factors,
    {{ codes_of('assessments.assessment_factors') }} as factors,
    {{ different_codes_of('assessments.assessment_factors') }} as different_factors,
    ',' || assessments.assessment_factors || ',' like '%,21,%' as has_no_factor,
    assessments.assessment_start_date >= month_ends.year_start
    and assessments.assessment_start_date < first_referred.first_date as is_before_referral,
    month_ends.month_end_working_day - start_days.working_day_number as working_days_open
from assessments
inner join {{ ref('int_census__months') }} as month_ends on assessments.month = month_ends.month
left join {{ ref('int_census__first_referred') }} as first_referred on assessments.child_key = first_referred.child_key
left join {{ ref('dim_date') }} as start_days on assessments.assessment_start_date = start_days.calendar_date
