-- grain: one row per row of the module Episodes, every version, with the number of its period of care and of its
-- placement
-- The return names no periods of care: one begins with each episode whose reason for starting is S. A placement is the
-- run of episodes from one in which the child moved to the next such.
select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    deliveries.is_current,
    staged.source_row,
    staged.child_key,
    staged.episode_start_date,
    upper(staged.episode_start_reason) as start_reason,
    staged.episode_end_date,
    staged.episode_end_reason_code,
    staged.legal_status_code,
    staged.need_code,
    staged.placement_type_code,
    staged.placement_provider_code,
    staged.change_reason_code,
    sum(case when upper(staged.episode_start_reason) = 'S' then 1 else 0 end) over (
        partition by deliveries.delivery_id, staged.child_key
        order by
            staged.episode_start_date asc nulls last,
            staged.episode_end_date asc nulls last,
            staged.source_row asc nulls last
        rows between unbounded preceding and current row
    ) as period_number,
    sum(case when upper(staged.episode_start_reason) <> 'L' then 1 else 0 end) over (
        partition by deliveries.delivery_id, staged.child_key
        order by
            staged.episode_start_date asc nulls last,
            staged.episode_end_date asc nulls last,
            staged.source_row asc nulls last
        rows between unbounded preceding and current row
    ) as placement_number,
    deliveries.loaded_at
from {{ ref("stg_ssda903__episodes") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_lac'
    and deliveries.extract = 'ssda903_episodes'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
where {{ is_new_to_this("deliveries.loaded_at") }}
