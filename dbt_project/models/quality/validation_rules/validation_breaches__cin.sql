-- grain: one row per authority, month, validation rule and event of that month's list that breaks it
{{ config(materialized="view") }}
-- a condition that is null, which is what a dataset says that has no such column, breaks nothing
select
    described.authority_code,
    described.month,
    rules.list as extract,
    rules.rule,
    described.event_key,
    described.child_key
from {{ ref("validated__cin") }} as described
inner join {{ ref("validation_rules") }} as rules on rules.list = 'annex_a_cin'
where
    case
        rules.rule
        when '8805'
        then cin_closure_date is not null and closure_reason_code is null and not coalesce(is_case_open, false)
        when '8810'
        then cin_closure_date is null and closure_reason_code is not null
        when '8815'
        then has_other_open
        when '8820'
        then has_overlap
        when '8867'
        then has_open_assessment
        when '8868'
        then has_open_enquiry
        when '8606'
        then days_before_birth > 280
        when '8750'
        then is_unborn and gender_code <> 'U'
        when '8775Q'
        then age_at_month_end > 25
        when '8790'
        then has_none_beside_disability
        when '2886Q'
        then is_gender_missing and share_without_gender > 0.02
        when '4001'
        then case_status_code = 'CIN' and cin_closure_date is null and is_on_plan
        when '4016'
        then is_cin_plan and is_begun_on_plan
    end
