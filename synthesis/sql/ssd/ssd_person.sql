-- grain: one row per child with a case
select distinct
    syn('', child_no) as child_id,
    case when born_on <= month_last() then sex_in(gender_of(child_h)) else 'U' end as sex_code,
    case when born_on <= month_last() then sex_in(gender_of(child_h)) else 'U' end as gender_code,
    case
        when born_on > month_last() then 'NOBT' else code_in(child_ethnicity_of(child_h, is_uasc))
    end as ethnicity_code,
    so_far(born_on) as birth_date,
    case when born_on > month_last() then born_on end as expected_birth_date
from case_row
where least(opened_on, contact_on) <= month_last()
order by all
