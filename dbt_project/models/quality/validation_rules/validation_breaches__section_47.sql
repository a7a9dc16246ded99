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
from {{ ref("validated__section_47") }} as described
inner join {{ ref("validation_rules") }} as rules on rules.list = 'annex_a_section_47'
where
    case
        rules.rule
        when '2889'
        then is_before_referral
        when '1104'
        then is_conference_before_referral
        when '8875'
        then conference_weekday > 5
        when '8675Q'
        then conference_date is null and not coalesce(is_conference_unnecessary, false) and working_days_open > 15
    end
