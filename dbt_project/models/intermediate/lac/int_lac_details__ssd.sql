-- grain: one row per authority, month, version of ssd_cla_episodes and period of care: its latest placement, legal
-- status and review, and what was counted in the twelve months to its last day
with
    periods as (
        select authority_code, reporting_month, delivery_id, period_id, child_key, lac_start_date, last_day, loaded_at
        from {{ ref("int_lac_periods__ssd") }}
        where {{ is_new_to_this() }}
    ),

    legal_statuses as (
        select
            periods.delivery_id,
            periods.period_id,
            periods.child_key,
            staged.legal_status_code,
            staged.legal_status_start_date
        from periods
        inner join
            {{ ref("stg_ssd__legal_status") }} as staged
            on periods.authority_code = staged.authority_code
            and periods.reporting_month = staged.reporting_month
            and periods.child_key = staged.child_key
            and staged.legal_status_start_date between periods.lac_start_date and periods.last_day
        where {{ is_current("ssd_legal_status", "staged") }}
        qualify
            row_number() over (
                partition by periods.delivery_id, periods.period_id, periods.child_key
                order by staged.legal_status_start_date desc nulls last, staged.source_row asc nulls last
            )
            = 1
    ),

    reviews as (
        select authority_code, reporting_month, period_id, max(review_date) as last_review_date
        from {{ ref("stg_ssd__cla_reviews") }}
        where not coalesce(is_cancelled, false) and {{ is_current("ssd_cla_reviews") }}
        group by authority_code, reporting_month, period_id
    ),

    missing as (
        select
            periods.delivery_id,
            periods.period_id,
            periods.child_key,
            cast(sum(case when staged.missing_type_code = 'M' then 1 else 0 end) as int) as missing_episodes,
            cast(sum(case when staged.missing_type_code = 'A' then 1 else 0 end) as int) as absent_episodes
        from periods
        inner join
            {{ ref("stg_ssd__missing") }} as staged
            on periods.authority_code = staged.authority_code
            and periods.reporting_month = staged.reporting_month
            and periods.child_key = staged.child_key
            and staged.missing_start_date <= periods.last_day
            and {{ add_months_to("staged.missing_start_date", var("missing_episode_months")) }} > periods.last_day
        where {{ is_current("ssd_missing", "staged") }}
        group by periods.delivery_id, periods.period_id, periods.child_key
    )

select
    periods.authority_code,
    periods.reporting_month,
    periods.delivery_id,
    periods.period_id,
    periods.child_key,
    placed.placement_start_date,
    placed.placement_type_code,
    placed.placement_provider_code,
    counted.placements_last_12_months,
    legal_statuses.legal_status_code,
    legal_statuses.legal_status_start_date,
    reviews.last_review_date,
    -- without the table we cannot tell
    case
        when {{ is_delivered("ssd_missing", "periods") }} then coalesce(missing.missing_episodes, 0)
    end as missing_episodes_12_months,
    case
        when {{ is_delivered("ssd_missing", "periods") }} then coalesce(missing.absent_episodes, 0)
    end as absent_episodes_12_months,
    periods.loaded_at
from periods
left join
    {{ ref("int_lac_placed__ssd") }} as placed
    on periods.delivery_id = placed.delivery_id
    and periods.period_id = placed.period
    and periods.child_key = placed.child_key
    and placed.is_last
left join
    {{ ref("int_lac_placed__counted") }} as counted
    on periods.delivery_id = counted.delivery_id
    and periods.period_id = counted.period
    and periods.child_key = counted.child_key
left join
    legal_statuses
    on periods.delivery_id = legal_statuses.delivery_id
    and periods.period_id = legal_statuses.period_id
    and periods.child_key = legal_statuses.child_key
left join
    reviews
    on periods.authority_code = reviews.authority_code
    and periods.reporting_month = reviews.reporting_month
    and periods.period_id = reviews.period_id
left join
    missing
    on periods.delivery_id = missing.delivery_id
    and periods.period_id = missing.period_id
    and periods.child_key = missing.child_key
