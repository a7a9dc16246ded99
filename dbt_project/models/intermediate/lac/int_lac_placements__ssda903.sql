-- grain: one row per placement of the module Episodes, every version
with
    episodes as (
        select
            delivery_id,
            child_key,
            period_number,
            placement_number,
            source_row,
            episode_start_date,
            episode_end_date,
            placement_type_code,
            placement_provider_code,
            change_reason_code,
            row_number() over (
                partition by delivery_id, child_key, period_number, placement_number
                order by episode_start_date asc nulls last, source_row asc nulls last
            )
            = 1 as is_first,
            row_number() over (
                partition by delivery_id, child_key, period_number, placement_number
                order by
                    episode_start_date desc nulls last, episode_end_date desc nulls first, source_row desc nulls last
            )
            = 1 as is_last
        from {{ ref("int_lac_episodes_numbered__ssda903") }}
        where
            (authority_code, reporting_month) in (
                select due.authority_code, due.reporting_month
                from ({{ due_months("lac_placements", "ssda903") }}) as due
            )
    ),

    placements as (
        select
            delivery_id,
            child_key,
            period_number,
            min(source_row) as source_row,
            min(episode_start_date) as placement_start_date,
            max(case when is_last then episode_end_date end) as placement_end_date,
            max(case when is_first then placement_type_code end) as placement_type_code,
            max(case when is_first then placement_provider_code end) as placement_provider_code,
            max(case when is_last then change_reason_code end) as change_reason_code
        from episodes
        group by delivery_id, child_key, period_number, placement_number
    )

select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    staged.child_key,
    {{ event_key("deliveries.authority_code", "staged.child_key", ["periods.lac_start_date"]) }} as lac_key,
    md5(
        {{ event_key("deliveries.authority_code", "staged.child_key", ["periods.lac_start_date"]) }}
        || '|'
        || cast(staged.placement_start_date as string)
    ) as lac_placement_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.placement_start_date, periods.lac_start_date
        order by staged.placement_end_date asc nulls last, staged.source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', staged.placement_start_date) as date) as event_month,
    cast(date_trunc('month', staged.placement_start_date) as date) as filing_month,
    children.birth_date,
    coalesce(children.is_birth_date_blank, false) as is_birth_date_blank,
    cast(null as int) as age_years,
    children.gender_code,
    children.ethnicity_code,
    staged.placement_start_date,
    periods.lac_start_date,
    staged.placement_end_date,
    staged.placement_type_code,
    staged.placement_provider_code,
    cast(null as string) as placement_location_code,
    staged.change_reason_code,
    cast(null as string) as rejected_cells
from placements as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'lac_placements'
    and staged.delivery_id = deliveries.delivery_id
inner join
    {{ ref("int_lac_periods__ssda903") }} as periods
    on staged.delivery_id = periods.delivery_id
    and staged.child_key = periods.child_key
    and staged.period_number = periods.period_number
left join
    {{ ref("int_children__ssda903") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and staged.child_key = children.child_key
where {{ is_new_to_this("deliveries.loaded_at") }}
