-- grain: one row per measure, month and event that counts in it (is_member), of which nobody can tell whether it does
-- (is_member is null), or of which that may change (not is_settled)
{{ config(materialized="view") }}
select authority_code, month, measure_id, 'fct_contacts' as event_table, event_key, child_key, is_member, is_settled
from {{ ref("int_contacts__members") }}
union all
select authority_code, month, measure_id, 'fct_referrals' as event_table, event_key, child_key, is_member, is_settled
from {{ ref("int_referrals__members") }}
union all
select authority_code, month, measure_id, 'fct_assessments' as event_table, event_key, child_key, is_member, is_settled
from {{ ref("int_assessments__members") }}
union all
select authority_code, month, measure_id, event_table, event_key, child_key, is_member, is_settled
from {{ ref("int_section_47__members") }}
union all
select authority_code, month, measure_id, 'fct_cin_episodes' as event_table, event_key, child_key, is_member, is_settled
from {{ ref("int_cin__members") }}
union all
select authority_code, month, measure_id, 'fct_cpp' as event_table, event_key, child_key, is_member, is_settled
from {{ ref("int_cpp__members") }}
union all
select authority_code, month, measure_id, 'fct_cpp_visits' as event_table, event_key, child_key, is_member, is_settled
from {{ ref("int_cpp_visits__members") }}
union all
select authority_code, month, measure_id, 'fct_lac' as event_table, event_key, child_key, is_member, is_settled
from {{ ref("int_lac__members") }}
union all
select
    authority_code,
    month,
    measure_id,
    'fct_missing_episodes' as event_table,
    event_key,
    child_key,
    is_member,
    is_settled
from {{ ref("int_missing_episodes__members") }}
