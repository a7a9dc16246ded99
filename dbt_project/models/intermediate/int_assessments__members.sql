-- grain: one row per measure of assessments, month and assessment that counts in it, or may
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_assessments') }}
),

completed as (
    select
        assessments.assessment_key as event_key,
        assessments.child_key,
        assessments.authority_code,
        assessments.month,
        assessments.working_days,
        assessments.working_days_from_referral,
        referral_lists.version is not null as is_referral_known
    from {{ ref('int_assessments__completed') }} as assessments
    inner join months on assessments.authority_code = months.authority_code and assessments.month = months.month
    left join {{ ref('int_lists__delivered') }} as referral_lists
        on
            referral_lists.extract = 'annex_a_referrals'
            and assessments.authority_code = referral_lists.authority_code
            and assessments.month = referral_lists.reporting_month
)

{{ members_of('assessments') }}
