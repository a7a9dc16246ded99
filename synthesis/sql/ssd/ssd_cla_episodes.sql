-- grain: one row per episode of care
select
    syn('E', case_no) || '-' || on_day as episode_id,
    syn('', child_no) as child_id,
    syn('H', case_no)
    || '-'
    || max(case when rne <> 'L' then on_day end) over (partition by case_no order by on_day) as placement_id,
    on_day as episode_start_date,
    rne as episode_start_reason,
    need_code,
    coalesce(next_on, end_on) as episode_end_date,
    case
        when next_on is not null then 'X1' when end_on is not null then code_in(ended_for(end_on, born_on, is_uasc, h))
    end as episode_end_reason_code,
    syn('L', case_no) as period_id,
    syn('R', case_no) as referral_id,
    null as last_iro_visit_date,
    lac_start as entered_care_date
from episode
order by all
