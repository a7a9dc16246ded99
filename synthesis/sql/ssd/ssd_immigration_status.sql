-- grain: one row per unaccompanied asylum-seeking child in care
select
    syn('U', case_no) as status_id,
    syn('', child_no) as child_id,
    lac_start as status_start_date,
    end_on as status_end_date,
    'UASC' as immigration_status
from care
where is_uasc
order by all
