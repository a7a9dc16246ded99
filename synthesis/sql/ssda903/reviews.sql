-- grain: one row per statutory review of care
select
    syn('', child_no) as child_id, shown(born_on) as birth_date, shown(review_on) as review_date, 'PN1' as participation
from review
order by all
