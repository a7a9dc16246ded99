-- grain: one row per measure of assessments, month and assessment that counts in it, or may
{{ config(materialized="view") }}
with
    months as (
        select
            authority_code,
            month,
            next_month,
            month_end,
            reporting_month,
            first_reporting_month,
            month_end_working_day,
            latest_working_day
        from {{ ref("int_months__told") }}
        where extract = 'annex_a_assessments'
    ),

    completed as (
        select
            assessments.assessment_key as event_key,
            assessments.child_key,
            assessments.authority_code,
            assessments.month,
            assessments.working_days,
            assessments.working_days_from_referral,
            referral_lists.extract is not null as is_referral_known
        from {{ ref("int_assessments__completed") }} as assessments
        inner join months on assessments.authority_code = months.authority_code and assessments.month = months.month
        left join
            {{ ref("int_months__told") }} as referral_lists
            on referral_lists.extract = 'annex_a_referrals'
            and assessments.authority_code = referral_lists.authority_code
            and assessments.month = referral_lists.month
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
                when 'is_completed'
                then true
                when 'took_1_15_days'
                then coalesce(events.working_days <= 15, false)
                when 'took_16_25_days'
                then coalesce(events.working_days between 16 and 25, false)
                when 'took_26_35_days'
                then coalesce(events.working_days between 26 and 35, false)
                when 'took_36_45_days'
                then coalesce(events.working_days between 36 and 45, false)
                when 'took_over_45_days'
                then coalesce(events.working_days > 45, false)
                when 'has_duration'
                then events.working_days is not null
                when 'is_in_time'
                then coalesce(events.working_days <= {{ var("assessment_working_days") }}, false)
                when 'is_after_referral'
                then case when events.is_referral_known then events.working_days_from_referral is not null end
                when 'is_in_time_of_referral'
                then
                    case
                        when events.is_referral_known
                        then coalesce(events.working_days_from_referral <= {{ var("assessment_working_days") }}, false)
                    end
            end as is_member,
            true as is_settled
        from completed as events
        inner join
            {{ ref("measures") }} as measures
            on measures.counted_in = 'assessments'
            and measures.counted_at = 'completed'
    )

select authority_code, month, measure_id, event_key, child_key, is_member, is_settled
from judged
-- of others it is known that they do not count
where coalesce(is_member, true) or not is_settled
