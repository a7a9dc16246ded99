-- grain: one row per episode of care
select
    syn('', child_no) as child_id,
    shown(on_day) as episode_start_date,
    rne as episode_start_reason,
    legal_code as legal_status_code,
    need_code,
    type as placement_type_code,
    provider as placement_provider_code,
    shown(coalesce(next_on, end_on)) as episode_end_date,
    case
        when next_on is not null then 'X1' when end_on is not null then code_in(ended_for(end_on, born_on, is_uasc, h))
    end as episode_end_reason_code,
    case
        when lead(rne) over (partition by case_no order by on_day) in ('P', 'B') then 'PLACE'
    end as change_reason_code,
    case when type = 'P1' then 'ZZ99 3CZ' else 'ZZ99 3VZ' end as home_postcode,
    'ZZ99 3CZ' as placement_postcode,
    urn as placement_urn
from episode
order by all
