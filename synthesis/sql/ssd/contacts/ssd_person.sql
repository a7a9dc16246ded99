-- grain: one row per child with a contact and no case; ../ssd_person.sql has the children with a case
select distinct
    child_id,
    sex_in(gender_code) as sex_code,
    sex_in(gender_code) as gender_code,
    code_in(ethnicity_code) as ethnicity_code,
    on_date(birth_date) as birth_date,
    null::date as expected_birth_date
from contact
where contact_id like 'SYN-C____-3%'
