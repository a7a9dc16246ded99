-- grain: one row per period of care of an unaccompanied asylum-seeking child
select
    syn('', child_no) as child_id,
    sex_m_f_u(gender_of(child_h)) as gender_code,
    shown(born_on) as birth_date,
    shown(end_on) as uasc_ceased_date
from care
where is_uasc
order by all
