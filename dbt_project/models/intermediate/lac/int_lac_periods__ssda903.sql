-- grain: one row per authority, month, version of the module Episodes and period of care: what its episodes say
-- together
with
    -- of episodes that began on one day, the last is the one that is open, or ended last
    episodes as (
        select
            authority_code,
            reporting_month,
            delivery_id,
            is_current,
            source_row,
            child_key,
            period_number,
            episode_start_date,
            start_reason,
            episode_end_date,
            episode_end_reason_code,
            legal_status_code,
            need_code,
            placement_type_code,
            placement_provider_code,
            row_number() over (
                partition by delivery_id, child_key, period_number
                order by
                    episode_start_date desc nulls last, episode_end_date desc nulls first, source_row desc nulls last
            )
            = 1 as is_last,
            loaded_at
        from {{ ref("int_lac_episodes_numbered__ssda903") }}
        where {{ is_new_to_this() }}
    )

select
    authority_code,
    reporting_month,
    delivery_id,
    is_current,
    child_key,
    period_number,
    min(source_row) as source_row,
    min(episode_start_date) as lac_start_date,
    max(case when is_last then episode_end_date end) as last_end_date,
    max(case when is_last then episode_end_reason_code end) as last_end_reason_code,
    max(case when is_last then need_code end) as need_code,
    max(case when is_last then legal_status_code end) as legal_status_code,
    max(case when start_reason in ('S', 'L', 'B', 'U') then episode_start_date end) as legal_status_start_date,
    max(case when is_last then placement_type_code end) as placement_type_code,
    max(case when is_last then placement_provider_code end) as placement_provider_code,
    max(case when start_reason <> 'L' then episode_start_date end) as placement_start_date,
    -- the day up to which the period is looked at: the month's last one, or that on which it ended
    least(
        max(case when is_last then episode_end_date end), {{ days_after(add_months_to("reporting_month", 1), -1) }}
    ) as last_day,
    loaded_at
from episodes
group by authority_code, reporting_month, delivery_id, is_current, child_key, period_number, loaded_at
