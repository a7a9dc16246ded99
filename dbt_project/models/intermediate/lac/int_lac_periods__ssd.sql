-- grain: one row per authority, month, version of ssd_cla_episodes and period of care: what its episodes say together
with
    -- of episodes that began on one day, the last is the one that is open, or ended last
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
                    staged.episode_end_date desc nulls first,
                    staged.source_row desc nulls last
            )
            = 1 as is_last
        from {{ ref("stg_ssd__cla_episodes") }} as staged
        inner join
            {{ ref("int_lists__deliveries") }} as deliveries
            on deliveries.list = 'annex_a_lac'
            and deliveries.extract = 'ssd_cla_episodes'
            and staged.authority_code = deliveries.authority_code
            and staged.reporting_month = deliveries.reporting_month
            and staged.version = deliveries.version
        where {{ is_new_to_this("deliveries.loaded_at") }}
    )

select
    authority_code,
    reporting_month,
    delivery_id,
    version,
    is_current,
    period_id,
    child_key,
    min(source_row) as source_row,
    min(episode_start_date) as lac_start_date,
    max(case when is_last then episode_end_date end) as last_end_date,
    max(case when is_last then episode_end_reason_code end) as last_end_reason_code,
    max_by(need_code, case when need_code is not null then episode_start_date end) as need_code,
    max(last_iro_visit_date) as last_iro_visit_date,
    -- the day up to which the period is looked at: the month's last one, or that on which it ended
    least(
        max(case when is_last then episode_end_date end), {{ days_after(add_months_to("reporting_month", 1), -1) }}
    ) as last_day,
    loaded_at
from episodes
group by authority_code, reporting_month, delivery_id, version, is_current, period_id, child_key, loaded_at
