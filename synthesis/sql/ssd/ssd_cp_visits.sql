-- grain: one row per visit to a child with a plan, in the plan's last 12 months
with
    plan_month as (
        select *, unnest(range(0, least(12, 1 + date_diff('month', cpp_start, as_of)))) as n from protection_plan
    ),
    ended as (select *, least(as_of, last_day(as_of - to_months(n::integer))::date) as month_end from plan_month),
    visit as (select *, visited(month_end, case_no) as visited_on from ended)
select
    syn('V', case_no) || '-' || month_idx(month_end) as visit_id,
    syn('', child_no) as child_id,
    syn('K', case_no) as cpp_id,
    visited_on as visit_date,
    'Y' as is_seen,
    case when (h >> 28) % 4 = 0 then 'N' else 'Y' end as is_seen_alone,
    null as is_bedroom_seen
from visit
where visited_on >= cpp_start
order by all
