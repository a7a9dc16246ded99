-- grain: one row per authority, month and assessment of that month's list, with what the rules of the yearly returns
-- ask about
{{ config(materialized="incremental", unique_key=["authority_code", "month"]) }}
with
    due as (
        select authority_code, reporting_month as month, max(loaded_at) as loaded_at
        from {{ ref("int_lists__delivered") }}
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    ),

    assessments as (

        select
            assessment_key as event_key,
            reporting_month as month,
            authority_code,
            child_key,
            assessment_start_date,
            assessment_authorisation_date,
            assessment_factors
        from {{ ref("int_assessments__unioned") }}
        where
            is_leading
            and repeated_in_row is null
            and assessment_key is not null
            and (authority_code, reporting_month) in (select due.authority_code, due.month from due)

    )

select
    assessments.authority_code,
    assessments.month,
    assessments.event_key,
    assessments.child_key,
    assessments.assessment_start_date,
    assessments.assessment_authorisation_date,
    assessments.assessment_factors,
    {{ codes_of("assessments.assessment_factors") }} as factors,
    {{ different_codes_of("assessments.assessment_factors") }} as different_factors,
    ',' || assessments.assessment_factors || ',' like '%,21,%' as has_no_factor,
    assessments.assessment_start_date >= month_ends.year_start
    and assessments.assessment_start_date < first_referred.first_date as is_before_referral,
    month_ends.month_end_working_day - start_days.working_day_number as working_days_open,
    due.loaded_at
from assessments
inner join due on assessments.authority_code = due.authority_code and assessments.month = due.month
inner join {{ ref("validation_months") }} as month_ends on assessments.month = month_ends.month
left join {{ ref("children_first_referred") }} as first_referred on assessments.child_key = first_referred.child_key
left join {{ ref("dim_date") }} as start_days on assessments.assessment_start_date = start_days.calendar_date
