-- grain: one row per child in need plan that is open or ended since 1 April
select
    syn('P', case_no) as cin_plan_id,
    syn('R', case_no) as referral_id,
    syn('', child_no) as child_id,
    cin_start as cin_plan_start_date,
    so_far(cin_end) as cin_plan_end_date,
    team_of('Children in Need', h) as allocated_team,
    worker_id_of(h) as allocated_worker
from seen('list_6_cin')
where has_cin and is_listed(cin_start, cin_end)
order by all
