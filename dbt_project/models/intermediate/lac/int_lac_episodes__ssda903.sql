-- grain: one row per row of the module Episodes: a stretch of care with one home and one legal status, every version
select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    staged.child_key,
    {{ event_key("deliveries.authority_code", "staged.child_key", ["staged.episode_start_date"]) }} as lac_episode_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.episode_start_date
        order by staged.source_row asc nulls last
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
from {{ ref("stg_ssda903__episodes") }} as staged
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
