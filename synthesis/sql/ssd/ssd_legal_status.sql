-- grain: one row per stretch of care under one legal status
select
    syn('G', case_no) || '-' || on_day as legal_status_id,
    syn('', child_no) as child_id,
    legal_code as legal_status_code,
    on_day as legal_status_start_date,
    coalesce(lead(on_day) over (partition by case_no order by on_day), end_on) as legal_status_end_date
from episode
where rne in ('S', 'L', 'B')
order by all
