-- grain: one row per authority, month, version of the module Episodes, period of care and placement that began in it
select
    periods.authority_code,
    periods.reporting_month,
    periods.delivery_id,
    periods.child_key,
    cast(periods.period_number as string) as period,
    periods.lac_start_date,
    periods.last_end_date,
    episodes.episode_start_date as placement_start_date,
    episodes.placement_type_code,
    episodes.placement_provider_code,
    episodes.start_reason = 'S' as begins_the_period,
    row_number() over (
        partition by periods.delivery_id, periods.child_key
        order by episodes.episode_start_date asc nulls last, episodes.source_row asc nulls last
    ) as placement_number,
    periods.loaded_at
from {{ ref("int_lac_periods__ssda903") }} as periods
inner join
    {{ ref("int_lac_episodes_numbered__ssda903") }} as episodes
    on periods.delivery_id = episodes.delivery_id
    and periods.child_key = episodes.child_key
    and periods.period_number = episodes.period_number
    and episodes.start_reason <> 'L'
where {{ is_new_to_this("periods.loaded_at") }}
