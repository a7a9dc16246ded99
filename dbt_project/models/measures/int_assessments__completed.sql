-- grain: one row per assessment authorised, with the working days it took on both clocks
with
    referrals as (
        select assessments.assessment_key, max(referrals.referral_date) as referral_date
        from {{ ref("fct_assessments") }} as assessments
        inner join
            {{ ref("fct_referrals") }} as referrals
            on assessments.authority_code = referrals.authority_code
            and assessments.child_key = referrals.child_key
            and referrals.referral_date <= assessments.assessment_start_date
            and {{ add_months_to("referrals.referral_date", var("referral_to_assessment_months")) }}
            >= assessments.assessment_start_date
            and not referrals.is_withdrawn
        group by assessments.assessment_key
    )

select
    assessments.assessment_key,
    assessments.child_key,
    assessments.authority_code,
    cast(date_trunc('month', assessments.assessment_authorisation_date) as date) as month,
    -- authorised before it began: in no timespan
    case
        when assessments.assessment_authorisation_date >= assessments.assessment_start_date
        then assessments.working_days
    end as working_days,
    case
        when assessments.assessment_authorisation_date >= assessments.assessment_start_date
        then last_day.working_day_number - first_day.working_day_number
    end as working_days_from_referral
from {{ ref("fct_assessments") }} as assessments
left join referrals on assessments.assessment_key = referrals.assessment_key
left join {{ ref("dim_date") }} as first_day on referrals.referral_date = first_day.calendar_date
left join {{ ref("dim_date") }} as last_day on assessments.assessment_authorisation_date = last_day.calendar_date
where assessments.assessment_authorisation_date is not null and not assessments.is_withdrawn
