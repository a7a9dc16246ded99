-- grain: one row per case that is open or was closed since 1 April
select
    syn('R', case_no) as referral_id,
    syn('', child_no) as child_id,
    opened_on as referral_date,
    case_need_code(case_no, is_uasc) as primary_need_code,
    code_in(case_source(case_no)[4:]) as referral_source_code,
    case_source(case_no) as referral_source_text,
    case when has_assessment or not is_referred then 'Assessment required' else outcome end as referral_outcome_code,
    case
        when is_referred and not has_assessment and outcome = 'No Further Action' then 'Y' else 'N'
    end as is_no_further_action,
    case
        when so_far(closed_on) is not null
        then code_in(case_closed_for(case_no, has_cpp, has_lac, has_cin, has_assessment))
    end as close_reason_code,
    so_far(closed_on) as close_date,
    team_of('Assessment', h) as allocated_team,
    worker_id_of(h) as allocated_worker
from (select *, referral_outcome_of(h) as outcome from seen('list_3_referrals'))
where is_listed(opened_on, closed_on)
order by all
