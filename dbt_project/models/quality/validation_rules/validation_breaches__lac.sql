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
from {{ ref("validated__lac") }} as described
inner join {{ ref("validation_rules") }} as rules on rules.list = 'annex_a_lac'
where
    case
        rules.rule
        when '302'
        then lac_start_date < birth_date
        when '304'
        then uasc_ceased_date > eighteenth_birthday
        when '205A'
        then was_uasc and not is_uasc and march_ceased_date is null
        when '205B'
        then
            was_uasc
            and is_uasc
            and (march_ceased_date is not null or uasc_ceased_date < year_start)
            and is_ceased_otherwise
        when '205C'
        then not was_uasc and not is_uasc and is_ceased_otherwise
        when '205D'
        then not was_uasc and is_uasc
        when '361'
        then legal_status_code = 'L1' and days_in_legal_status > 3
        when '376'
        then placement_type_code = 'T3' and days_in_placement > 21
        when '379'
        then placement_type_code = 'T4' and days_in_placement > 7
        when '502'
        then is_missing_since_march
    end
