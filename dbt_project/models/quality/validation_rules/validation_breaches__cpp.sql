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
from {{ ref("validated__cpp") }} as described
inner join {{ ref("validation_rules") }} as rules on rules.list = 'annex_a_cpp'
where
    case
        rules.rule
        when '1105'
        then is_before_referral
        when '2883'
        then plans_begun > conferences_held and not is_conferred
        when '2885'
        then not is_conferred and is_conferred_within_a_month
        when '8832'
        then is_referred_without_action
        when '8840'
        then cpp_end_date = cpp_start_date
        when '8841'
        then last_review_date <= cpp_start_date
        when '8925'
        then cpp_end_date < cpp_start_date
        when '8935'
        then has_other_open
        when '8940'
        then has_overlap
    end
