-- grain: one row per authority, month, version and period of care of the datasets that list placements: how many the
-- child had in the twelve months to its last day, also in periods of care before it
{{ config(materialized="incremental", incremental_strategy="append") }}
with
    periods as (
        select
            authority_code,
            reporting_month,
            delivery_id,
            child_key,
            period_id as period,
            lac_start_date,
            last_day,
            loaded_at
        from {{ ref("int_lac_periods__ssd") }}
        where {{ is_new_to_this() }}
        union all
        select
            authority_code,
            reporting_month,
            delivery_id,
            child_key,
            cast(period_number as string) as period,
            lac_start_date,
            last_day,
            loaded_at
        from {{ ref("int_lac_periods__ssda903") }}
        where {{ is_new_to_this() }}
    ),

    placed as (
        select
            delivery_id,
            child_key,
            period,
            lac_start_date,
            last_end_date,
            placement_start_date,
            placement_type_code,
            placement_provider_code,
            begins_the_period,
            placement_number
        from {{ ref("int_lac_placed__ssd") }}
        where {{ is_new_to_this() }}
        union all
        select
            delivery_id,
            child_key,
            period,
            lac_start_date,
            last_end_date,
            placement_start_date,
            placement_type_code,
            placement_provider_code,
            begins_the_period,
            placement_number
        from {{ ref("int_lac_placed__ssda903") }}
        where {{ is_new_to_this() }}
    ),

    -- a home that goes on in the next period of care is one placement
    placements as (
        select
            delivery_id,
            child_key,
            period,
            lac_start_date,
            last_end_date,
            placement_start_date,
            begins_the_period
            and coalesce(
                lag(last_end_date) over of_child = placement_start_date
                and lag(placement_type_code) over of_child = placement_type_code
                and coalesce(lag(placement_provider_code) over of_child, '') = coalesce(placement_provider_code, ''),
                false
            ) as goes_on
        from placed
        window of_child as (partition by delivery_id, child_key order by placement_number asc nulls last)
    ),

    -- of each of the child's periods of care until this one: the placements that began in the twelve months, and the
    -- one that the child lived in when they began, unless that period was over
    counted as (
        select
            periods.authority_code,
            periods.reporting_month,
            periods.delivery_id,
            periods.child_key,
            periods.period,
            periods.loaded_at,
            sum(
                case
                    when
                        {{ add_months_to("placements.placement_start_date", var("placement_months")) }}
                        > periods.last_day
                        and not placements.goes_on
                    then 1
                    else 0
                end
            ) + max(
                case
                    when
                        {{ add_months_to("placements.placement_start_date", var("placement_months")) }}
                        <= periods.last_day
                        and (
                            placements.period = periods.period
                            or placements.last_end_date is null
                            or {{ add_months_to("placements.last_end_date", var("placement_months")) }}
                            > periods.last_day
                        )
                    then 1
                    else 0
                end
            ) as placements
        from periods
        inner join
            placements
            on periods.delivery_id = placements.delivery_id
            and periods.child_key = placements.child_key
            and placements.lac_start_date <= periods.lac_start_date
            and placements.placement_start_date <= periods.last_day
        group by
            periods.authority_code,
            periods.reporting_month,
            periods.delivery_id,
            periods.child_key,
            periods.period,
            periods.loaded_at,
            placements.period
    )

select
    authority_code,
    reporting_month,
    delivery_id,
    child_key,
    period,
    cast(sum(placements) as int) as placements_last_12_months,
    loaded_at
from counted
group by authority_code, reporting_month, delivery_id, child_key, period, loaded_at
