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
from {{ ref("validated__assessments") }} as described
inner join {{ ref("validation_rules") }} as rules on rules.list = 'annex_a_assessments'
where
    case
        rules.rule
        when '1103'
        then is_before_referral
        when '8608'
        then assessment_authorisation_date < assessment_start_date
        when '8670Q'
        then assessment_authorisation_date is null and working_days_open > 45
        when '8614'
        then assessment_authorisation_date is null and assessment_factors <> 'none'
        when '8869'
        then has_no_factor and different_factors > 1
        when '8897Q'
        then assessment_authorisation_date is not null and assessment_factors = 'none'
        when '8898'
        then factors > different_factors
    end
