-- grain: one row per authority, month, version of the module Episodes and period of care: its latest review, and what
-- was counted in the twelve months to its last day
with
    periods as (
        select
            authority_code, reporting_month, delivery_id, child_key, period_number, lac_start_date, last_day, loaded_at
        from {{ ref("int_lac_periods__ssda903") }}
        where {{ is_new_to_this() }}
    ),

    reviews as (
        select
            periods.delivery_id, periods.child_key, periods.period_number, max(staged.review_date) as last_review_date
        from periods
        inner join
            {{ ref("stg_ssda903__reviews") }} as staged
            on periods.authority_code = staged.authority_code
            and periods.reporting_month = staged.reporting_month
            and periods.child_key = staged.child_key
            and staged.review_date between periods.lac_start_date and periods.last_day
        where {{ is_current("ssda903_reviews", "staged") }}
        group by periods.delivery_id, periods.child_key, periods.period_number
    ),

    missing as (
        select
            periods.delivery_id,
            periods.child_key,
            periods.period_number,
            cast(sum(case when staged.missing_type_code = 'M' then 1 else 0 end) as int) as missing_episodes,
            cast(sum(case when staged.missing_type_code = 'A' then 1 else 0 end) as int) as absent_episodes
        from periods
        inner join
            {{ ref("stg_ssda903__missing") }} as staged
            on periods.authority_code = staged.authority_code
            and periods.reporting_month = staged.reporting_month
            and periods.child_key = staged.child_key
            and staged.missing_start_date <= periods.last_day
            and {{ add_months_to("staged.missing_start_date", var("missing_episode_months")) }} > periods.last_day
        where {{ is_current("ssda903_missing", "staged") }}
        group by periods.delivery_id, periods.child_key, periods.period_number
    )

select
    periods.authority_code,
    periods.reporting_month,
    periods.delivery_id,
    periods.child_key,
    periods.period_number,
    counted.placements_last_12_months,
    reviews.last_review_date,
    -- without the module we cannot tell
    case
        when {{ is_delivered("ssda903_missing", "periods") }} then coalesce(missing.missing_episodes, 0)
    end as missing_episodes_12_months,
    case
        when {{ is_delivered("ssda903_missing", "periods") }} then coalesce(missing.absent_episodes, 0)
    end as absent_episodes_12_months,
    periods.loaded_at
from periods
left join
    {{ ref("int_lac_placed__counted") }} as counted
    on periods.delivery_id = counted.delivery_id
    and periods.child_key = counted.child_key
    and cast(periods.period_number as string) = counted.period
left join
    reviews
    on periods.delivery_id = reviews.delivery_id
    and periods.child_key = reviews.child_key
    and periods.period_number = reviews.period_number
left join
    missing
    on periods.delivery_id = missing.delivery_id
    and periods.child_key = missing.child_key
    and periods.period_number = missing.period_number
