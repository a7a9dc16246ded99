-- grain: one row per time a child went missing in the last two years
select
    syn('', child_no) as child_id,
    shown(born_on) as birth_date,
    'M' as missing_type_code,
    shown(gone_on) as missing_start_date,
    shown(so_far(back_on)) as missing_end_date
from missing
order by all
