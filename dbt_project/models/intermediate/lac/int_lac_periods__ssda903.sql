-- grain: one row per authority, month, version of the module Episodes and period of care: what its episodes say
-- together
select
    episodes.authority_code,
    episodes.reporting_month,
    episodes.delivery_id,
    episodes.is_current,
    episodes.child_key,
    episodes.period_number,
    min(episodes.source_row) as source_row,
    ended.lac_start_date,
    ended.last_end_date,
    max(
        case when episodes.source_row = ended.last_row then episodes.episode_end_reason_code end
    ) as last_end_reason_code,
    max(case when episodes.source_row = ended.last_row then episodes.need_code end) as need_code,
    max(case when episodes.source_row = ended.last_row then episodes.legal_status_code end) as legal_status_code,
    max(
        case when episodes.start_reason in ('S', 'L', 'B', 'U') then episodes.episode_start_date end
    ) as legal_status_start_date,
    max(case when episodes.source_row = ended.last_row then episodes.placement_type_code end) as placement_type_code,
    max(
        case when episodes.source_row = ended.last_row then episodes.placement_provider_code end
    ) as placement_provider_code,
    max(case when episodes.start_reason <> 'L' then episodes.episode_start_date end) as placement_start_date,
    ended.last_day,
    episodes.loaded_at
from {{ ref("int_lac_episodes_numbered__ssda903") }} as episodes
inner join
    {{ ref("int_lac_periods__ended") }} as ended
    on episodes.delivery_id = ended.delivery_id
    and episodes.child_key is not distinct from ended.child_key
    and cast(episodes.period_number as string) = ended.period
where {{ is_new_to_this("episodes.loaded_at") }}
group by
    episodes.authority_code,
    episodes.reporting_month,
    episodes.delivery_id,
    episodes.is_current,
    episodes.child_key,
    episodes.period_number,
    ended.lac_start_date,
    ended.last_end_date,
    ended.last_day,
    episodes.loaded_at
