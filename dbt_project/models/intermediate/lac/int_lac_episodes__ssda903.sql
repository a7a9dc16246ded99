-- grain: one row per row of the module Episodes: a stretch of care with one home and one legal status, every version
with
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
            home_postcode_key,
            legal_status_code,
            need_code,
            placement_postcode_key,
            placement_provider_code,
            placement_type_code,
            placement_urn_key,
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
        from {{ ref("stg_ssda903__episodes") }}
        where
            (authority_code, reporting_month) in (
                select due.authority_code, due.reporting_month from ({{ due_months("lac_episodes", "ssda903") }}) as due
            )
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
    staged.legal_status_code,
    staged.need_code,
    staged.placement_type_code,
    staged.placement_provider_code,
    staged.home_postcode_key = staged.placement_postcode_key as is_at_home_postcode,
    staged.placement_postcode_key,
    staged.placement_urn_key,
    cast(null as string) as rejected_cells
from days as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'lac_episodes'
    and deliveries.extract = 'ssda903_episodes'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
left join
    {{ ref("int_children__ssda903") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and staged.child_key = children.child_key
where {{ is_new_to_this("deliveries.loaded_at") }}
