-- grain: one row per time a child went missing in the last two years
select
    syn('N', case_no) || '-' || year_no || '-' || n as missing_id,
    syn('', child_no) as child_id,
    gone_on as missing_start_date,
    'M' as missing_type_code,
    so_far(back_on) as missing_end_date,
    'Y' as is_return_interview_offered,
    case when n = 0 then 'Y' else 'N' end as is_return_interview_accepted
from missing
order by all
