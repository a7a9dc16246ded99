-- grain: one row per statutory review of care
select
    syn('Q', case_no) || '-' || days as review_id,
    syn('L', case_no) as period_id,
    review_on as due_date,
    review_on as review_date,
    'N' as is_cancelled,
    'PN1' as participation
from review
order by all
