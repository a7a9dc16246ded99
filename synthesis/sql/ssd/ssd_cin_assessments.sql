-- grain: one row per assessment that is open or was authorised since 1 April
select
    syn('A', case_no) as assessment_id,
    syn('', child_no) as child_id,
    syn('R', case_no) as referral_id,
    started_on as assessment_start_date,
    case when h % 20 = 0 then 'N' else 'Y' end as is_child_seen,
    so_far(authorised_on) as assessment_authorisation_date,
    null as assessment_outcome_text,
    case
        when so_far(authorised_on) is null
        then null
        when has_cpp or has_lac or has_cin or (h >> 8) % 5 = 0
        then 'N'
        else 'Y'
    end as is_no_further_action,
    team_of('Assessment', h) as allocated_team,
    worker_id_of(h) as allocated_worker
from seen('list_4_assessments')
where is_listed(started_on, authorised_on)
order by all
