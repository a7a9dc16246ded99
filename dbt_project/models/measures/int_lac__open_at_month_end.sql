-- grain: one row per month and child looked after at its end, under 18 and not in a series of short breaks; of periods
-- of care that overlap, the one begun last
with
    months as (
        select authority_code, month, next_month, month_end, is_delivered
        from {{ ref("int_months__told") }}
        where extract = 'annex_a_lac'
    ),

    listed as (

        select
            lac_key as event_key,
            reporting_month as month,
            is_uasc,
            legal_status_code,
            placements_last_12_months,
            placement_type_code,
            placement_location_code,
            placement_start_date,
            age_years
        from {{ ref("int_lac__unioned") }}
        where is_leading and repeated_in_row is null and lac_key is not null

    ),

    -- of two that ended on one day, the one that began first
    placements_before as (
        select lac_key, placement_end_date, min(placement_start_date) as placement_start_date
        from {{ ref("fct_lac_placements") }}
        where not is_withdrawn and placement_start_date < placement_end_date
        group by lac_key, placement_end_date
    ),

    open_periods as (
        select
            periods.lac_key,
            periods.child_key,
            periods.lac_start_date,
            periods.authority_code,
            months.month,
            -- what the list of that month said; of a period that it did not have yet, what is known now
            listed.event_key is not null as is_listed,
            listed.is_uasc as listed_is_uasc,
            periods.is_uasc,
            periods.uasc_ceased_date,
            coalesce(listed.legal_status_code, periods.legal_status_code) as legal_status_code,
            -- a home of the end of the year says nothing of the months before
            case
                when months.is_delivered
                then coalesce(listed.placements_last_12_months, periods.placements_last_12_months)
            end as placements_last_12_months,
            case
                when months.is_delivered then coalesce(listed.placement_type_code, periods.placement_type_code)
            end as placement_type_code,
            case
                when months.is_delivered then coalesce(listed.placement_location_code, periods.placement_location_code)
            end as placement_location_code,
            case
                when not months.is_delivered
                then null
                when coalesce(listed.placement_start_date, periods.placement_start_date) <= periods.lac_start_date
                -- a home that the child moved to later says nothing of this month
                then
                    least(
                        coalesce(joined.in_home_since, date '9999-12-31'),
                        coalesce(listed.placement_start_date, periods.placement_start_date)
                    )
                else coalesce(listed.placement_start_date, periods.placement_start_date)
            end as placement_start_date,
            coalesce(joined.in_care_since, periods.lac_start_date) as in_care_since,
            months.month_end,
            months.is_delivered,
            coalesce(
                {{ whole_years("periods.birth_date", "months.month_end") }}, listed.age_years, periods.age_years
            ) as age_years
        from months
        inner join
            {{ ref("fct_lac") }} as periods
            on months.authority_code = periods.authority_code
            and {{ is_open_at_month_end("periods", "lac_start_date", "lac_end_date", "months") }}
        left join listed on periods.lac_key = listed.event_key and months.month = listed.month
        left join {{ ref("int_lac__without_a_break") }} as joined on periods.lac_key = joined.lac_key
    )

select
    open_periods.lac_key,
    child_key,
    authority_code,
    month,
    is_delivered,
    lac_start_date,
    -- lists flag a child for a year after the status has ceased
    coalesce(case when is_listed then listed_is_uasc else is_uasc end, false)
    and coalesce(uasc_ceased_date > month_end, true) as is_uasc,
    legal_status_code,
    placements_last_12_months,
    placement_type_code,
    placement_location_code,
    open_periods.placement_start_date,
    -- a child placed for adoption keeps the time in the placement before, as far as lists showed it
    case
        when is_delivered
        then
            coalesce(
                {{ add_months_to("open_periods.placement_start_date", var("stable_placement_months")) }} <= month_end,
                false
            )
            or coalesce(
                placement_type_code like 'A%'
                and {{ add_months_to("before.placement_start_date", var("stable_placement_months")) }} <= month_end,
                false
            )
    end as is_stable,
    age_years,
    {{ age_band("age_years", "false") }} as age_band,
    coalesce(age_years < 16, false)
    and {{ add_months_to("in_care_since", var("long_term_care_months")) }} <= month_end as is_long_term,
    month_end
from open_periods
left join
    placements_before as before
    on open_periods.lac_key = before.lac_key
    and open_periods.placement_start_date = before.placement_end_date
where coalesce(age_years < 18, true) and coalesce(legal_status_code not in ('V3', 'V4'), true)
qualify
    row_number() over (
        partition by authority_code, month, child_key
        order by lac_start_date desc nulls last, open_periods.lac_key asc nulls last
    )
    = 1
