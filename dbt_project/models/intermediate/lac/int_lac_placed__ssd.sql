-- grain: one row per authority, month, version of ssd_cla_episodes and period of care with a placement: its latest
-- one, and how many the child had in the twelve months to the period's last day, also in periods of care before it
with
    periods as (
        select
            authority_code,
            reporting_month,
            delivery_id,
            period_id,
            child_key,
            lac_start_date,
            last_end_date,
            last_day,
            loaded_at
        from {{ ref("int_lac_periods__ssd") }}
        where {{ is_new_to_this() }}
    ),

    placements as (
        select
            periods.delivery_id,
            periods.period_id,
            periods.child_key,
            periods.lac_start_date,
            periods.last_end_date,
            staged.placement_start_date,
            staged.placement_type_code,
            staged.placement_provider_code,
            row_number() over (
                partition by periods.delivery_id, periods.period_id, periods.child_key
                order by staged.placement_start_date desc nulls last, staged.source_row asc nulls last
            )
            = 1 as is_last,
            -- a home that goes on in the next period of care is one placement
            coalesce(
                lag(periods.last_end_date) over of_child = staged.placement_start_date
                and lag(staged.placement_type_code) over of_child = staged.placement_type_code
                and coalesce(lag(staged.placement_provider_code) over of_child, '')
                = coalesce(staged.placement_provider_code, ''),
                false
            )
            and staged.placement_start_date = periods.lac_start_date as goes_on
        from periods
        inner join
            {{ ref("stg_ssd__cla_placement") }} as staged
            on periods.authority_code = staged.authority_code
            and periods.reporting_month = staged.reporting_month
            and periods.child_key = staged.child_key
            and periods.period_id = staged.period_id
            and staged.placement_start_date <= periods.last_day
        where {{ is_current("ssd_cla_placement", "staged") }}
        window
            of_child as (
                partition by periods.delivery_id, periods.child_key
                order by
                    periods.lac_start_date asc nulls last,
                    staged.placement_start_date asc nulls last,
                    staged.source_row desc nulls last
            )
    ),

    -- of each of the child's periods of care until this one: the placements that began in the twelve months, and the
    -- one
    -- that the child lived in when they began, unless that period was over
    counted as (
        select
            periods.delivery_id,
            periods.period_id,
            periods.child_key,
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
                            placements.period_id = periods.period_id
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
        group by periods.delivery_id, periods.period_id, periods.child_key, placements.period_id
    ),

    totals as (
        select delivery_id, period_id, child_key, cast(sum(placements) as int) as placements_last_12_months
        from counted
        group by delivery_id, period_id, child_key
    )

select
    periods.authority_code,
    periods.reporting_month,
    periods.delivery_id,
    periods.period_id,
    periods.child_key,
    placements.placement_start_date,
    placements.placement_type_code,
    placements.placement_provider_code,
    totals.placements_last_12_months,
    periods.loaded_at
from periods
inner join
    totals
    on periods.delivery_id = totals.delivery_id
    and periods.period_id = totals.period_id
    and periods.child_key = totals.child_key
left join
    placements
    on periods.delivery_id = placements.delivery_id
    and periods.period_id = placements.period_id
    and periods.child_key = placements.child_key
    and placements.is_last
