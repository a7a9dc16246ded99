-- grain: one row per assessment that is open or was authorised since 1 April
select
    syn('', child_no) as child_id,
    gender_on(started_on, born_on, child_h) as gender_code,
    ethnicity_on(started_on, born_on, child_h, is_uasc) as ethnicity_code,
    shown(born_by(started_on, born_on)) as birth_date,
    age_on(started_on, born_on) as age_years,
    disability_of(child_h >> 32) as disability_code,
    shown(started_on) as assessment_start_date,
    case when h % 20 = 0 then 'b) No' else 'a) Yes' end as is_child_seen,
    shown(so_far(authorised_on)) as assessment_authorisation_date,
    case
        when so_far(authorised_on) is null
        then null
        when has_cpp or has_lac or has_cin or (h >> 8) % 5 = 0
        then 'a) Yes'
        else 'b) No'
    end as is_support_required,
    team_of('Assessment', h) as allocated_team,
    worker_of(h) as allocated_worker
from seen('list_4_assessments')
where is_listed(started_on, authorised_on)
