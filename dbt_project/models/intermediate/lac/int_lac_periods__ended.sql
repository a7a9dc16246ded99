-- grain: one row per authority, month, version and period of care of the datasets that list episodes of care: its last
-- episode, and the day it ended
{{ config(materialized="incremental", incremental_strategy="append") }}
with
    episodes as (
        select
            deliveries.authority_code,
            deliveries.reporting_month,
            deliveries.delivery_id,
            deliveries.loaded_at,
            staged.child_key,
            staged.period_id as period,
            staged.source_row,
            staged.episode_start_date,
            staged.episode_end_date,
            staged.episode_end_reason_code
        from {{ ref("int_lac_episodes_in_periods__ssd") }} as staged
        inner join
            {{ ref("int_lists__deliveries") }} as deliveries
            on deliveries.list = 'annex_a_lac'
            and deliveries.extract = 'ssd_cla_episodes'
            and staged.authority_code = deliveries.authority_code
            and staged.reporting_month = deliveries.reporting_month
            and staged.version = deliveries.version
        where {{ is_new_to_this("deliveries.loaded_at") }}
        union all
        select
            authority_code,
            reporting_month,
            delivery_id,
            loaded_at,
            child_key,
            cast(period_number as string) as period,
            source_row,
            episode_start_date,
            episode_end_date,
            episode_end_reason_code
        from {{ ref("int_lac_episodes_numbered__ssda903") }}
        where {{ is_new_to_this() }}
    ),

    -- of episodes that began on one day, the last is none that ended that day, and the one that is open only where none
    -- ended later: an earlier return left it open
    ordered as (
        select
            authority_code,
            reporting_month,
            delivery_id,
            loaded_at,
            child_key,
            period,
            source_row,
            episode_start_date,
            episode_end_date,
            row_number() over (
                partition by delivery_id, child_key, period
                order by
                    episode_start_date desc nulls last,
                    nullif(episode_end_date, episode_start_date) desc nulls last,
                    episode_end_date desc nulls first,
                    source_row desc nulls last
            )
            = 1 as is_last,
            max(case when episode_end_reason_code <> 'X1' then episode_end_date end) over (
                partition by delivery_id, child_key
            ) as left_care_on
        from episodes
    ),

    periods as (
        select
            authority_code,
            reporting_month,
            delivery_id,
            loaded_at,
            child_key,
            period,
            min(episode_start_date) as lac_start_date,
            max(case when is_last then source_row end) as last_row,
            max(case when is_last then episode_start_date end) as last_start_date,
            max(case when is_last then episode_end_date end) as last_end_date,
            max(left_care_on) as left_care_on
        from ordered
        group by authority_code, reporting_month, delivery_id, loaded_at, child_key, period
    ),

    -- one left open is over once the child began another, or left care after it began: an earlier return left it open
    ended as (
        select
            authority_code,
            reporting_month,
            delivery_id,
            loaded_at,
            child_key,
            period,
            lac_start_date,
            last_row,
            coalesce(
                last_end_date,
                lead(lac_start_date) over (partition by delivery_id, child_key order by lac_start_date asc nulls last),
                case when left_care_on > last_start_date then left_care_on end
            ) as last_end_date
        from periods
    )

select
    authority_code,
    reporting_month,
    delivery_id,
    child_key,
    period,
    lac_start_date,
    last_row,
    last_end_date,
    -- the day up to which the period is looked at: the month's last one, or that on which it ended
    least(last_end_date, {{ days_after(add_months_to("reporting_month", 1), -1) }}) as last_day,
    loaded_at
from ended
