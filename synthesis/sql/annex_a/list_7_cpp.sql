-- grain: one row per child protection plan that is open or ended since 1 April
with
    visit as (
        select
            *, greatest(visited(as_of, case_no), visited(last_day(as_of - to_months(1))::date, case_no)) as visited_on
        from protection_plan
    )
select
    syn('', child_no) as child_id,
    gender_on(as_of, born_on, child_h) as gender_code,
    ethnicity_on(as_of, born_on, child_h, is_uasc) as ethnicity_code,
    shown(born_by(as_of, born_on)) as birth_date,
    age_on(as_of, born_on) as age_years,
    disability_of(child_h >> 32) as disability_code,
    shown(cpp_start) as cpp_start_date,
    abuse_of(h >> 8) as initial_category_code,
    abuse_of(latest_abuse_h(h)) as latest_category_code,
    shown(case when visited_on >= cpp_start then visited_on end) as last_visit_date,
    case
        when visited_on >= cpp_start then case when (h >> 28) % 4 = 0 then 'b) No' else 'a) Yes' end
    end as is_seen_alone,
    shown(
        case
            when as_of >= cpp_start + interval 3 month
            then plan_review(cpp_start, plan_reviews_by(as_of, cpp_start) - 1)
        end
    ) as last_review_date,
    shown(end_on) as cpp_end_date,
    case when (h >> 30) % 25 = 0 then 'a) Yes' else 'b) No' end as is_emergency_protected,
    earlier_plans(h, had_cpp) as previous_plans,
    team_of('Child Protection', h) as allocated_team,
    worker_of(h) as allocated_worker
from visit
