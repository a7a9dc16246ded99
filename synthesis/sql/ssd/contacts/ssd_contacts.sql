-- grain: one row per contact since 1 April
select
    contact_id,
    child_id,
    on_date(contact_date) as contact_date,
    code_in(contact_source_code[4:]) as contact_source_code,
    contact_source_code as contact_source_text,
    contact_outcome_code
from contact
