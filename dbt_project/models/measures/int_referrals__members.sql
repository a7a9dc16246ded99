-- grain: one row per measure of referrals, month and referral that counts in it, or may
{{ config(materialized="view") }}
with
    months as (
        select
            authority_code,
            month,
            next_month,
            month_end,
            reporting_month,
            told_since,
            month_end_working_day,
            latest_working_day
        from {{ ref("int_months__told") }}
        where extract = 'annex_a_referrals'
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
        from {{ ref("fct_referrals") }} as facts
        left join {{ ref("dim_date") }} as days on facts.referral_date = days.calendar_date
        where not facts.is_withdrawn
    ),

    -- referrals of one child on one day are one: neither is a repeat of the other
    days_referred as (
        select
            authority_code,
            child_key,
            referral_date,
            lag(referral_date) over (
                partition by authority_code, child_key order by referral_date asc nulls last
            ) as earlier_date,
            lead(referral_date) over (
                partition by authority_code, child_key order by referral_date asc nulls last
            ) as later_date
        from (select distinct authority_code, child_key, referral_date from referrals) as distinct_days
    ),

    -- where the list gives no outcome, a referral led to an assessment if one began in time, before the next referral
    assessed as (
        select distinct referrals.referral_key
        from referrals
        inner join
            days_referred
            on referrals.authority_code = days_referred.authority_code
            and referrals.child_key = days_referred.child_key
            and referrals.referral_date = days_referred.referral_date
        inner join
            {{ ref("fct_assessments") }} as assessments
            on referrals.authority_code = assessments.authority_code
            and referrals.child_key = assessments.child_key
            and referrals.referral_date <= assessments.assessment_start_date
            and coalesce(assessments.assessment_start_date < days_referred.later_date, true)
            and not assessments.is_withdrawn
        inner join {{ ref("dim_date") }} as days on assessments.assessment_start_date = days.calendar_date
        where
            referrals.referral_outcome_code is null
            and days.working_day_number - referrals.working_day_number <= {{ var("assessment_working_days") }}
    ),

    received as (
        select
            referrals.referral_key as event_key,
            referrals.child_key,
            referrals.authority_code,
            referrals.month,
            coalesce(
                referrals.is_no_further_action, referrals.referral_outcome_code = 'NFA', false
            ) as is_without_action,
            case
                when referrals.referral_outcome_code is not null
                then referrals.referral_outcome_code = 'ASSESS'
                when assessment_lists.extract is not null
                then assessed.referral_key is not null and not coalesce(referrals.is_no_further_action, false)
            end as is_assessed,
            referrals.referral_outcome_code is not null
            or coalesce(
                months.latest_working_day - months.month_end_working_day >= {{ var("assessment_working_days") }}, false
            ) as is_outcome_settled,
            -- an earlier referral may lie in months that were not delivered
            case
                when months.told_since <= {{ add_months_to("months.month", -var("re_referral_months")) }}
                then
                    coalesce(
                        {{ add_months_to("days_referred.earlier_date", var("re_referral_months")) }}
                        >= referrals.referral_date,
                        false
                    )
            end as is_repeated
        from referrals
        inner join months on referrals.authority_code = months.authority_code and referrals.month = months.month
        inner join
            days_referred
            on referrals.authority_code = days_referred.authority_code
            and referrals.child_key = days_referred.child_key
            and referrals.referral_date = days_referred.referral_date
        left join assessed on referrals.referral_key = assessed.referral_key
        left join
            {{ ref("int_months__told") }} as assessment_lists
            on assessment_lists.extract = 'annex_a_assessments'
            and referrals.authority_code = assessment_lists.authority_code
            and referrals.month = assessment_lists.month
    ),

    judged as (
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case
                measures.counted_by
                when 'is_received'
                then true
                when 'is_assessed'
                then events.is_assessed
                when 'is_without_action'
                then events.is_without_action
                when 'is_repeated'
                then events.is_repeated
            end as is_member,
            case
                measures.settled_by when 'is_outcome_settled' then events.is_outcome_settled else true
            end as is_settled
        from received as events
        inner join
            {{ ref("measures") }} as measures on measures.counted_in = 'referrals' and measures.counted_at = 'received'
    )

select authority_code, month, measure_id, event_key, child_key, is_member, is_settled
from judged
-- of others it is known that they do not count
where coalesce(is_member, true) or not is_settled
