-- grain: one row per authority, month, version of ssd_cla_episodes, period of care and placement that began in it
select
    periods.authority_code,
    periods.reporting_month,
    periods.delivery_id,
    periods.child_key,
    periods.period_id as period,
    periods.lac_start_date,
    periods.last_end_date,
    staged.placement_start_date,
    staged.placement_type_code,
    staged.placement_provider_code,
    staged.placement_start_date = periods.lac_start_date as begins_the_period,
    row_number() over (
        partition by periods.delivery_id, periods.child_key
        order by
            periods.lac_start_date asc nulls last,
            staged.placement_start_date asc nulls last,
            staged.source_row desc nulls last
    ) as placement_number,
    row_number() over (
        partition by periods.delivery_id, periods.child_key, periods.period_id
        order by staged.placement_start_date desc nulls last, staged.source_row asc nulls last
    )
    = 1 as is_last,
    periods.loaded_at
from {{ ref("int_lac_periods__ssd") }} as periods
inner join
    {{ ref("stg_ssd__cla_placement") }} as staged
    on periods.authority_code = staged.authority_code
    and periods.reporting_month = staged.reporting_month
    and periods.child_key = staged.child_key
    and periods.period_id = staged.period_id
    and staged.placement_start_date <= periods.last_day
where {{ is_new_to_this("periods.loaded_at") }} and {{ is_current("ssd_cla_placement", "staged") }}
