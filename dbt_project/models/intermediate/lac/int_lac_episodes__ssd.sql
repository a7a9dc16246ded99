-- grain: one row per row of ssd_cla_episodes: a stretch of care with one home and one legal status, every version
with
    placements as (
        select
            authority_code,
            reporting_month,
            placement_id,
            placement_type_code,
            placement_provider_code,
            placement_postcode_key,
            placement_urn_key
        from {{ ref("stg_ssd__cla_placement") }}
        where placement_id is not null and {{ is_current("ssd_cla_placement") }}
        qualify
            row_number() over (
                partition by authority_code, reporting_month, placement_id order by source_row desc nulls last
            )
            = 1
    ),
    -- the legal status that had begun last
    legal_statuses as (
        select
            episodes.authority_code,
            episodes.reporting_month,
            episodes.version,
            episodes.source_row,
            statuses.legal_status_code
        from {{ ref("stg_ssd__cla_episodes") }} as episodes
        inner join
            {{ ref("stg_ssd__legal_status") }} as statuses
            on episodes.authority_code = statuses.authority_code
            and episodes.reporting_month = statuses.reporting_month
            and episodes.child_key = statuses.child_key
            and statuses.legal_status_start_date <= episodes.episode_start_date
        where
            (statuses.authority_code, statuses.reporting_month, statuses.version) in (
                select authority_code, reporting_month, version
                from {{ ref("int_deliveries") }}
                where extract = 'ssd_legal_status' and is_current
            )
            and (episodes.authority_code, episodes.reporting_month)
            in (select due.authority_code, due.reporting_month from ({{ due_months("lac_episodes", "ssd") }}) as due)
        qualify
            row_number() over (
                partition by episodes.authority_code, episodes.reporting_month, episodes.version, episodes.source_row
                order by statuses.legal_status_start_date desc nulls last, statuses.source_row asc nulls last
            )
            = 1
    ),

    -- a home of a few hours, before another that began the same day, is an episode of its own
    days as (
        select
            authority_code,
            reporting_month,
            version,
            source_row,
            child_key,
            episode_start_date,
            episode_end_date,
            episode_end_reason_code,
            episode_start_reason,
            need_code,
            placement_id,
            cast(episode_start_date as string) || case
                when
                    episode_end_date = episode_start_date
                    and max(case when episode_end_date = episode_start_date then 0 else 1 end) over (
                        partition by authority_code, reporting_month, version, child_key, episode_start_date
                    )
                    = 1
                then ' passed through'
                else ''
            end as episode_day
        from {{ ref("stg_ssd__cla_episodes") }}
        where
            (authority_code, reporting_month)
            in (select due.authority_code, due.reporting_month from ({{ due_months("lac_episodes", "ssd") }}) as due)
    )

select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    staged.child_key,
    {{ event_key("deliveries.authority_code", "staged.child_key", ["staged.episode_day"]) }} as lac_episode_key,
    -- of two that say the same start, one that is open was left so by an earlier return
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.episode_day
        order by
            case when staged.episode_end_date is null then 0 else 1 end asc nulls last, staged.source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', staged.episode_start_date) as date) as event_month,
    cast(date_trunc('month', staged.episode_end_date) as date) as filing_month,
    children.birth_date,
    coalesce(children.is_birth_date_blank, false) as is_birth_date_blank,
    cast(null as int) as age_years,
    children.gender_code,
    children.ethnicity_code,
    staged.episode_start_date,
    staged.episode_end_date,
    upper(staged.episode_start_reason) as start_reason,
    staged.episode_end_reason_code as end_reason_code,
    legal_statuses.legal_status_code,
    staged.need_code,
    placements.placement_type_code,
    placements.placement_provider_code,
    cast(null as boolean) as is_at_home_postcode,
    placements.placement_postcode_key,
    placements.placement_urn_key,
    cast(null as string) as rejected_cells
from days as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'lac_episodes'
    and deliveries.extract = 'ssd_cla_episodes'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
left join
    placements
    on staged.authority_code = placements.authority_code
    and staged.reporting_month = placements.reporting_month
    and staged.placement_id = placements.placement_id
left join
    legal_statuses
    on staged.authority_code = legal_statuses.authority_code
    and staged.reporting_month = legal_statuses.reporting_month
    and staged.version = legal_statuses.version
    and staged.source_row = legal_statuses.source_row
left join
    {{ ref("int_children__ssd") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and staged.child_key = children.child_key
where {{ is_new_to_this("deliveries.loaded_at") }}
