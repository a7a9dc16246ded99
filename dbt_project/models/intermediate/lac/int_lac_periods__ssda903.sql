-- grain: one row per authority, month, version of the module Episodes and period of care: what its episodes say
-- together
with
    -- of episodes that began on one day, the last is none that ended that day, and the one that is open only where none
    -- ended later: an earlier return left it open
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
                    episode_start_date desc nulls last,
                    nullif(episode_end_date, episode_start_date) desc nulls last,
                    episode_end_date desc nulls first,
                    source_row desc nulls last
            )
            = 1 as is_last,
            max(case when episode_end_reason_code <> 'X1' then episode_end_date end) over (
                partition by delivery_id, child_key
            ) as left_care_on,
            loaded_at
        from {{ ref("int_lac_episodes_numbered__ssda903") }}
        where {{ is_new_to_this() }}
    ),

    -- one left open is over once the child began another, or left care after it began: an earlier return left it open
    closed as (
        select
            delivery_id,
            child_key,
            period_number,
            coalesce(
                max(case when is_last then episode_end_date end),
                lead(min(episode_start_date)) over (
                    partition by delivery_id, child_key order by min(episode_start_date) asc nulls last
                ),
                case
                    when max(left_care_on) > max(case when is_last then episode_start_date end) then max(left_care_on)
                end
            ) as end_date
        from episodes
        group by delivery_id, child_key, period_number
    )

select
    episodes.authority_code,
    episodes.reporting_month,
    episodes.delivery_id,
    episodes.is_current,
    episodes.child_key,
    episodes.period_number,
    min(episodes.source_row) as source_row,
    min(episodes.episode_start_date) as lac_start_date,
    max(closed.end_date) as last_end_date,
    max(case when episodes.is_last then episodes.episode_end_reason_code end) as last_end_reason_code,
    max(case when episodes.is_last then episodes.need_code end) as need_code,
    max(case when episodes.is_last then episodes.legal_status_code end) as legal_status_code,
    max(
        case when episodes.start_reason in ('S', 'L', 'B', 'U') then episodes.episode_start_date end
    ) as legal_status_start_date,
    max(case when episodes.is_last then episodes.placement_type_code end) as placement_type_code,
    max(case when episodes.is_last then episodes.placement_provider_code end) as placement_provider_code,
    max(case when episodes.start_reason <> 'L' then episodes.episode_start_date end) as placement_start_date,
    -- the day up to which the period is looked at: the month's last one, or that on which it ended
    least(max(closed.end_date), {{ days_after(add_months_to("episodes.reporting_month", 1), -1) }}) as last_day,
    episodes.loaded_at
from episodes
inner join
    closed
    on episodes.delivery_id = closed.delivery_id
    and episodes.child_key is not distinct from closed.child_key
    and episodes.period_number = closed.period_number
group by
    episodes.authority_code,
    episodes.reporting_month,
    episodes.delivery_id,
    episodes.is_current,
    episodes.child_key,
    episodes.period_number,
    episodes.loaded_at
