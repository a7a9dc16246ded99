-- grain: one row per row of ssd_cla_episodes, every version, with the period of care that it is part of
-- Where the table does not name the period, the child's placement does: that of the episode, or else the one that had
-- begun last. Without placements a period begins as in SSDA903: with an episode whose reason for starting is S, and
-- where
-- no reasons are given with one that starts after the one before it ended.
{{ config(materialized="view") }}
with
    without_period as (
        select
            authority_code,
            reporting_month,
            version,
            source_row,
            child_key,
            placement_id,
            episode_start_date,
            episode_start_reason,
            lag(episode_end_date) over in_order as ended_before
        from {{ ref("stg_ssd__cla_episodes") }}
        where period_id is null
        window
            in_order as (
                partition by authority_code, reporting_month, version, child_key
                order by episode_start_date asc nulls last, episode_end_date asc nulls last, source_row asc nulls last
            )
    ),

    numbered as (
        select
            authority_code,
            reporting_month,
            version,
            source_row,
            sum(
                case
                    when
                        upper(episode_start_reason) = 'S'
                        or (episode_start_reason is null and episode_start_date > ended_before)
                    then 1
                    else 0
                end
            ) over (
                partition by authority_code, reporting_month, version, child_key
                order by episode_start_date asc nulls last, source_row asc nulls last
                rows between unbounded preceding and current row
            ) as period_number
        from without_period
    ),

    placed as (
        select
            episodes.authority_code,
            episodes.reporting_month,
            episodes.version,
            episodes.source_row,
            placements.period_id
        from without_period as episodes
        inner join
            {{ ref("stg_ssd__cla_placement") }} as placements
            on episodes.authority_code = placements.authority_code
            and episodes.reporting_month = placements.reporting_month
            and episodes.child_key = placements.child_key
            and (
                episodes.placement_id = placements.placement_id
                or placements.placement_start_date <= episodes.episode_start_date
            )
        where placements.period_id is not null and {{ is_current("ssd_cla_placement", "placements") }}
        qualify
            row_number() over (
                partition by episodes.authority_code, episodes.reporting_month, episodes.version, episodes.source_row
                order by
                    case when episodes.placement_id = placements.placement_id then 0 else 1 end asc nulls last,
                    placements.placement_start_date desc nulls last,
                    placements.source_row desc nulls last
            )
            = 1
    )

select
    staged.authority_code,
    staged.reporting_month,
    staged.version,
    staged.source_row,
    staged.child_key,
    coalesce(
        staged.period_id, placed.period_id, 'not named, number ' || cast(numbered.period_number as string)
    ) as period_id,
    staged.episode_start_date,
    staged.episode_end_date,
    staged.episode_end_reason_code,
    staged.need_code,
    staged.last_iro_visit_date
from {{ ref("stg_ssd__cla_episodes") }} as staged
left join
    placed
    on staged.authority_code = placed.authority_code
    and staged.reporting_month = placed.reporting_month
    and staged.version = placed.version
    and staged.source_row = placed.source_row
left join
    numbered
    on staged.authority_code = numbered.authority_code
    and staged.reporting_month = numbered.reporting_month
    and staged.version = numbered.version
    and staged.source_row = numbered.source_row
