-- grain: one row per child looked after since 1 April
select distinct
    syn('', child_no) as child_id,
    sex_m_f_u(gender_of(child_h)) as gender_code,
    shown(born_on) as birth_date,
    code_in(child_ethnicity_of(child_h, is_uasc)) as ethnicity_code,
    'UN1' as upn,
    0 as is_mother,
    null as child_birth_date
from care
order by all
