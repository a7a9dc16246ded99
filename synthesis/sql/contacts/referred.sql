-- grain: one row per contact that became a referral, a working day or two before it
select
    syn('', child_no) as child_id,
    gender_on(contact_on, born_on, child_h) as gender_code,
    ethnicity_on(contact_on, born_on, child_h, is_uasc) as ethnicity_code,
    shown(born_by(contact_on, born_on)) as birth_date,
    case when contact_on >= born_on then date_sub('year', born_on, contact_on) end as age_years,
    shown(contact_on) as contact_date,
    case_source(case_no) as contact_source_code,
    syn('C' || getvariable('yymm') || '-1', case_no) as contact_id,
    'CIN Referral' as contact_outcome_code,
    'b) No' as is_open_case
from case_row
where is_referred and contact_on between getvariable('month_first') and month_last()
order by case_no
limit getvariable('referred')
