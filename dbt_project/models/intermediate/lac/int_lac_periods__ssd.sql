-- grain: one row per authority, month, version of ssd_cla_episodes and period of care: what its episodes say together
with
    -- of episodes that began on one day, the last is none that ended that day, and the one that is open only where none
    -- ended later: an earlier return left it open
    episodes as (
        select
            deliveries.authority_code,
            deliveries.reporting_month,
            deliveries.delivery_id,
            deliveries.version,
            deliveries.is_current,
            deliveries.loaded_at,
            staged.source_row,
            staged.period_id,
            staged.child_key,
            staged.episode_start_date,
            staged.episode_end_date,
            staged.episode_end_reason_code,
            staged.need_code,
            staged.last_iro_visit_date,
            row_number() over (
                partition by deliveries.delivery_id, staged.period_id, staged.child_key
                order by
                    staged.episode_start_date desc nulls last,
                    nullif(staged.episode_end_date, staged.episode_start_date) desc nulls last,
                    staged.episode_end_date desc nulls first,
                    staged.source_row desc nulls last
            )
            = 1 as is_last,
            max(case when staged.episode_end_reason_code <> 'X1' then staged.episode_end_date end) over (
                partition by deliveries.delivery_id, staged.child_key
            ) as left_care_on
        from {{ ref("stg_ssd__cla_episodes") }} as staged
        inner join
            {{ ref("int_lists__deliveries") }} as deliveries
            on deliveries.list = 'annex_a_lac'
            and deliveries.extract = 'ssd_cla_episodes'
            and staged.authority_code = deliveries.authority_code
            and staged.reporting_month = deliveries.reporting_month
            and staged.version = deliveries.version
        where {{ is_new_to_this("deliveries.loaded_at") }}
    ),

    -- one left open is over once the child began another, or left care after it began: an earlier return left it open
    closed as (
        select
            delivery_id,
            child_key,
            period_id,
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
        group by delivery_id, child_key, period_id
    )

select
    episodes.authority_code,
    episodes.reporting_month,
    episodes.delivery_id,
    episodes.version,
    episodes.is_current,
    episodes.period_id,
    episodes.child_key,
    min(episodes.source_row) as source_row,
    min(episodes.episode_start_date) as lac_start_date,
    max(closed.end_date) as last_end_date,
    max(case when episodes.is_last then episodes.episode_end_reason_code end) as last_end_reason_code,
    max_by(
        episodes.need_code, case when episodes.need_code is not null then episodes.episode_start_date end
    ) as need_code,
    max(episodes.last_iro_visit_date) as last_iro_visit_date,
    -- the day up to which the period is looked at: the month's last one, or that on which it ended
    least(max(closed.end_date), {{ days_after(add_months_to("episodes.reporting_month", 1), -1) }}) as last_day,
    episodes.loaded_at
from episodes
inner join
    closed
    on episodes.delivery_id = closed.delivery_id
    and episodes.child_key is not distinct from closed.child_key
    and episodes.period_id is not distinct from closed.period_id
group by
    episodes.authority_code,
    episodes.reporting_month,
    episodes.delivery_id,
    episodes.version,
    episodes.is_current,
    episodes.period_id,
    episodes.child_key,
    episodes.loaded_at
