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
from {{ ref("validated__lac_episodes") }} as described
inner join {{ ref("validation_rules") }} as rules on rules.list = 'lac_episodes'
where
    case
        rules.rule
        when '357'
        then is_first and is_of_year and start_reason <> 'S'
        when '388'
        then (end_reason_code = 'X1' and not is_continued) or (end_reason_code <> 'X1' and is_continued)
        when '433'
        then start_reason in ('P', 'L', 'T', 'U', 'B') and not is_continuation
        when '434'
        then start_reason = 'L' and (is_legal_status_same or is_placement_changed)
        when '435'
        then start_reason in ('P', 'T') and (not is_legal_status_same or is_placement_same)
        when '436'
        then start_reason in ('B', 'U') and (is_legal_status_same or is_placement_same)
        when '392d'
        then is_at_home_postcode and placement_type_code <> 'P1'
        when '503A'
        then start_reason <> march_start_reason
        when '503B'
        then legal_status_code <> march_legal_status_code
        when '503C'
        then need_code <> march_need_code
        when '503D'
        then
            placement_type_code <> march_placement_type_code
            -- codes that others took the place of, K3 from April 2024 on, Z11 to Z14 from April 2025 on
            and not (march_placement_type_code = 'H5' and placement_type_code = 'K3' and month < date '2026-04-01')
            and not (
                march_placement_type_code = 'Z1'
                and placement_type_code in ('Z11', 'Z12', 'Z13', 'Z14')
                and month < date '2026-04-01'
            )
        when '503E'
        then placement_provider_code <> march_placement_provider_code
        when '503F'
        then placement_urn_key <> march_placement_urn_key
        when '503J'
        then placement_postcode_key <> march_placement_postcode_key
    end
