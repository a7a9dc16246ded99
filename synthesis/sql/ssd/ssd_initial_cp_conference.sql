-- grain: one row per initial child protection conference held since 1 April
select
    syn('I', case_no) as conference_id,
    syn('M', case_no) as meeting_id,
    syn('S', case_no) as section_47_id,
    syn('', child_no) as child_id,
    case when has_cpp then syn('K', case_no) end as cpp_id,
    syn('R', case_no) as referral_id,
    'N' as is_transfer_in,
    add_workdays(s47_on, 15) as target_date,
    icpc_on as conference_date,
    case when has_cpp then 'Y' else 'N' end as is_plan_result,
    null as conference_outcome_text,
    team_of('Assessment', h) as allocated_team,
    worker_id_of(h) as allocated_worker
from seen('list_5_section_47')
where s47_on <= month_last() and icpc_on between april() and month_last()
order by all
