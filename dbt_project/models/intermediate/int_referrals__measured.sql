-- grain: one row per authority, month and measure of referrals
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_referrals') }}
),

referrals as (
    select
        facts.referral_key,
        facts.authority_code,
        facts.child_key,
        facts.referral_date,
        facts.event_month as month,
        facts.referral_outcome_code,
        facts.is_no_further_action,
        days.working_day_number
    from {{ ref('fct_referrals') }} as facts
    left join {{ ref('dim_date') }} as days on facts.referral_date = days.calendar_date
    where not facts.is_withdrawn
),

-- referrals of one child on one day are one: neither is a repeat of the other
days_referred as (
    select
        authority_code,
        child_key,
        referral_date,
        lag(referral_date) over (partition by authority_code, child_key order by referral_date asc nulls last) as earlier_date,
        lead(referral_date) over (partition by authority_code, child_key order by referral_date asc nulls last) as later_date
    from (
        select distinct
            authority_code,
            child_key,
            referral_date
        from referrals
    ) as distinct_days
),

-- where the list gives no outcome, a referral led to an assessment if one began in time, before the next referral
assessed as (
    select distinct referrals.referral_key
    from referrals
    inner join days_referred
        on
            referrals.authority_code = days_referred.authority_code
            and referrals.child_key = days_referred.child_key
            and referrals.referral_date = days_referred.referral_date
    inner join {{ ref('fct_assessments') }} as assessments
        on
            referrals.authority_code = assessments.authority_code
            and referrals.child_key = assessments.child_key
            and referrals.referral_date <= assessments.assessment_start_date
            and coalesce(assessments.assessment_start_date < days_referred.later_date, true)
            and not assessments.is_withdrawn
    inner join {{ ref('dim_date') }} as days on assessments.assessment_start_date = days.calendar_date
    where
        referrals.referral_outcome_code is null
        and days.working_day_number - referrals.working_day_number <= {{ var('assessment_working_days') }}
),

counted as (
    select
        referrals.authority_code,
        referrals.month,
        count(*) as referrals,
        count(case when referrals.is_no_further_action then 1 end) as referrals_nfa,
        count(
            case
                when referrals.referral_outcome_code = 'ASSESS' then 1
                when assessed.referral_key is not null and not coalesce(referrals.is_no_further_action, false) then 1
            end
        ) as referrals_leading_to_assessment,
        count(case when referrals.referral_outcome_code is null then 1 end) as referrals_without_outcome,
        count(
            case when days_referred.earlier_date >= {{ add_months_to('referrals.referral_date', -12) }} then 1 end
        ) as re_referrals
    from referrals
    inner join days_referred
        on
            referrals.authority_code = days_referred.authority_code
            and referrals.child_key = days_referred.child_key
            and referrals.referral_date = days_referred.referral_date
    left join assessed on referrals.referral_key = assessed.referral_key
    group by referrals.authority_code, referrals.month
),

figures as (
    select
        months.authority_code,
        months.month,
        months.reporting_month,
        coalesce(counted.referrals, 0) as referrals,
        coalesce(counted.referrals_nfa, 0) as referrals_nfa,
        case
            when coalesce(counted.referrals_without_outcome, 0) = 0 or assessment_lists.version is not null
                then coalesce(counted.referrals_leading_to_assessment, 0)
        end as referrals_leading_to_assessment,
        -- an earlier referral may lie in months that nobody delivered
        case when months.first_reporting_month <= {{ add_months_to('months.month', -12) }} then coalesce(counted.re_referrals, 0) end
            as re_referrals,
        counted.referrals_without_outcome > 0
        and months.latest_working_day - months.month_end_working_day < {{ var('assessment_working_days') }} as is_too_recent
    from months
    left join counted on months.authority_code = counted.authority_code and months.month = counted.month
    left join {{ ref('int_lists__delivered') }} as assessment_lists
        on
            assessment_lists.extract = 'annex_a_assessments'
            and months.authority_code = assessment_lists.authority_code
            and months.month = assessment_lists.reporting_month
)

{{ measured_from(
    'figures',
    ['referrals', 'referrals_leading_to_assessment', 'referrals_nfa', 're_referrals'],
    {'referrals_leading_to_assessment': 'coalesce(is_too_recent, false)'}
) }}
