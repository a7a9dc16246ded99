-- grain: one row per episode of need: a child in need plan, or what else a case needs
with
    episode as (
        select *, false as is_plan, opened_on as start_on, so_far(involved_until) as end_on
        from seen('list_6_cin')
        where (has_cpp or has_lac or has_assessment and not is_planned_at_once)
        union all
        select *, true, cin_start, so_far(cin_end)
        from seen('list_6_cin')
        where has_cin
    )
select
    syn('', child_no) as child_id,
    gender_on(as_of, born_on, child_h) as gender_code,
    ethnicity_on(as_of, born_on, child_h, is_uasc) as ethnicity_code,
    shown(born_by(as_of, born_on)) as birth_date,
    age_on(as_of, born_on) as age_years,
    disability_of(child_h >> 32) as disability_code,
    shown(start_on) as cin_start_date,
    case when is_uasc then 'N8 - Absent parenting' else need_of(h >> 8) end as primary_need_code,
    shown(greatest(start_on, as_of - ((h >> 16) % 45)::integer)) as last_seen_date,
    shown(end_on) as cin_closure_date,
    case
        when end_on is not null then case_closed_for(case_no, has_cpp, has_lac, has_cin, has_assessment)
    end as closure_reason_code,
    case
        when end_on is not null
        then 'e) Closed episode'
        when is_plan
        then 'c) Child in need plan'
        when lac_start <= month_last() and coalesce(lac_end > month_last(), true)
        then 'a) Looked after child'
        when cpp_start <= month_last() and coalesce(cpp_end > month_last(), true)
        then 'b) Child Protection plan'
        else 'd) Open assessment'
    end as case_status_code,
    team_of('Children in Need', h) as allocated_team,
    worker_of(h) as allocated_worker
from (select *, least(end_on, month_last()) as as_of from episode)
where is_listed(start_on, end_on)
