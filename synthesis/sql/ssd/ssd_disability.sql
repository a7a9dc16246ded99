-- grain: one row per child with a case of whom it is known
select distinct
    syn('D', child_no) as disability_id,
    syn('', child_no) as child_id,
    case disability_of(child_h >> 32)[:1] when 'a' then 'LD' else 'NONE' end as disability
from case_row
where least(opened_on, contact_on) <= month_last() and disability_of(child_h >> 32) not like 'c)%'
order by all
