-- grain: one row per section 47 enquiry that began, or whose conference was held, since 1 April
select
    syn('', child_no) as child_id,
    gender_on(s47_on, born_on, child_h) as gender_code,
    ethnicity_on(s47_on, born_on, child_h, is_uasc) as ethnicity_code,
    shown(born_by(s47_on, born_on)) as birth_date,
    age_on(s47_on, born_on) as age_years,
    disability_of(child_h >> 32) as disability_code,
    shown(s47_on) as section_47_start_date,
    case
        when so_far(icpc_on) is not null
        then 'b) No'
        when icpc_on is null and least(s47_on + 15, closed_on) <= month_last()
        then 'a) Yes'
    end as is_conference_unnecessary,
    shown(so_far(icpc_on)) as conference_date,
    case when so_far(icpc_on) is not null then case when has_cpp then 'a) Yes' else 'b) No' end end as is_plan_result,
    (coalesce(is_return_in_year, false) and had_cpp)::integer + (h % 16 = 0)::integer as section_47_last_12_months,
    (coalesce(is_return_in_year, false) and had_cpp)::integer as conferences_last_12_months,
    team_of('Assessment', h) as allocated_team,
    worker_of(h) as allocated_worker
from seen('list_5_section_47')
where s47_on <= month_last() and greatest(s47_on, icpc_on) >= april()
