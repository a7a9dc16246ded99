-- grain: one row per authority, month, version of ssd_cla_episodes and period of care: what its episodes say together
select
    ended.authority_code,
    ended.reporting_month,
    ended.delivery_id,
    deliveries.version,
    deliveries.is_current,
    ended.period as period_id,
    ended.child_key,
    min(staged.source_row) as source_row,
    ended.lac_start_date,
    ended.last_end_date,
    max(case when staged.source_row = ended.last_row then staged.episode_end_reason_code end) as last_end_reason_code,
    max_by(staged.need_code, case when staged.need_code is not null then staged.episode_start_date end) as need_code,
    max(staged.last_iro_visit_date) as last_iro_visit_date,
    ended.last_day,
    ended.loaded_at
from {{ ref("int_lac_periods__ended") }} as ended
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_lac'
    and deliveries.extract = 'ssd_cla_episodes'
    and ended.delivery_id = deliveries.delivery_id
inner join
    {{ ref("int_lac_episodes_in_periods__ssd") }} as staged
    on deliveries.authority_code = staged.authority_code
    and deliveries.reporting_month = staged.reporting_month
    and deliveries.version = staged.version
    and ended.child_key is not distinct from staged.child_key
    and ended.period is not distinct from staged.period_id
where {{ is_new_to_this("ended.loaded_at") }}
group by
    ended.authority_code,
    ended.reporting_month,
    ended.delivery_id,
    deliveries.version,
    deliveries.is_current,
    ended.period,
    ended.child_key,
    ended.lac_start_date,
    ended.last_end_date,
    ended.last_day,
    ended.loaded_at
