-- grain: one row per placement
select
    syn('H', case_no) || '-' || start_on as placement_id,
    syn('L', case_no) as period_id,
    syn('', child_no) as child_id,
    start_on as placement_start_date,
    type as placement_type_code,
    urn as placement_urn,
    null as placement_distance,
    provider as placement_provider_code,
    'ZZ99 3CZ' as placement_postcode,
    until_on as placement_end_date,
    case when has_left then 'PLACE' end as change_reason_code
from placement
order by all
