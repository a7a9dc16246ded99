-- grain: one row per authority, month, version of the module Episodes and period of care: how many placements the child
-- had in the twelve months to its last day, also in periods of care before it
with
    periods as (
        select
            authority_code,
            reporting_month,
            delivery_id,
            child_key,
            period_number,
            lac_start_date,
            last_end_date,
            last_day,
            loaded_at
        from {{ ref("int_lac_periods__ssda903") }}
        where {{ is_new_to_this() }}
    ),

    placements as (
        select
            periods.delivery_id,
            periods.period_number,
            periods.child_key,
            periods.lac_start_date,
            periods.last_end_date,
            episodes.episode_start_date as placement_start_date,
            -- a home that goes on in the next period of care is one placement
            coalesce(
                lag(periods.last_end_date) over of_child = episodes.episode_start_date
                and lag(episodes.placement_type_code) over of_child = episodes.placement_type_code
                and coalesce(lag(episodes.placement_provider_code) over of_child, '')
                = coalesce(episodes.placement_provider_code, ''),
                false
            )
            and episodes.start_reason = 'S' as goes_on
        from periods
        inner join
            {{ ref("int_lac_episodes_numbered__ssda903") }} as episodes
            on periods.delivery_id = episodes.delivery_id
            and periods.child_key = episodes.child_key
            and periods.period_number = episodes.period_number
            and episodes.start_reason <> 'L'
        window
            of_child as (
                partition by periods.delivery_id, periods.child_key
                order by episodes.episode_start_date asc nulls last, episodes.source_row asc nulls last
            )
    ),

    -- of each of the child's periods of care until this one: the placements that began in the twelve months, and the
    -- one
    -- that the child lived in when they began, unless that period was over
    counted as (
        select
            periods.delivery_id,
            periods.period_number,
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
                            placements.period_number = periods.period_number
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
        group by periods.delivery_id, periods.period_number, periods.child_key, placements.period_number
    ),

    totals as (
        select delivery_id, period_number, child_key, cast(sum(placements) as int) as placements_last_12_months
        from counted
        group by delivery_id, period_number, child_key
    )

select
    periods.authority_code,
    periods.reporting_month,
    periods.delivery_id,
    periods.child_key,
    periods.period_number,
    totals.placements_last_12_months,
    periods.loaded_at
from periods
inner join
    totals
    on periods.delivery_id = totals.delivery_id
    and periods.child_key = totals.child_key
    and periods.period_number = totals.period_number
