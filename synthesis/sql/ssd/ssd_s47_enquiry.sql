-- grain: one row per section 47 enquiry that began, or whose conference was held, since 1 April
select
    syn('S', case_no) as section_47_id,
    syn('R', case_no) as referral_id,
    syn('', child_no) as child_id,
    s47_on as section_47_start_date,
    coalesce(
        so_far(icpc_on), case when icpc_on is null then so_far(least(s47_on + 15, closed_on)) end
    ) as section_47_end_date,
    case
        when so_far(icpc_on) is not null
        then 'N'
        when icpc_on is null and least(s47_on + 15, closed_on) <= month_last()
        then 'Y'
    end as is_no_further_action,
    null as section_47_outcome_text,
    team_of('Assessment', h) as allocated_team,
    worker_id_of(h) as allocated_worker
from seen('list_5_section_47')
where s47_on <= month_last() and greatest(s47_on, icpc_on) >= april()
order by all
