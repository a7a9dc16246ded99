-- grain: one row per period of care but series of short breaks: since when the child has been in care, and in one home
with
    -- a period of care that begins by the day on which the one before ended goes on with it
    followed as (
        select
            lac_key,
            authority_code,
            child_key,
            lac_start_date,
            placement_start_date,
            placement_type_code,
            placement_provider_code,
            placement_location_code,
            lac_start_date <= max(lac_end_date) over (
                partition by authority_code, child_key
                order by lac_start_date asc nulls last, lac_key asc nulls last
                rows between unbounded preceding and 1 preceding
            ) as goes_on,
            lag(placement_type_code) over in_order as type_before,
            lag(placement_provider_code) over in_order as provider_before,
            lag(placement_location_code) over in_order as location_before
        from {{ ref("fct_lac") }}
        where not is_withdrawn and coalesce(legal_status_code not in ('V3', 'V4'), true)
        window
            in_order as (
                partition by authority_code, child_key order by lac_start_date asc nulls last, lac_key asc nulls last
            )
    ),

    numbered as (
        select
            lac_key,
            authority_code,
            child_key,
            lac_start_date,
            placement_start_date,
            sum(case when coalesce(goes_on, false) then 0 else 1 end) over so_far as care_number,
            -- the home is the same as far as the list can tell: it began with the period, and is of the same kind and
            -- place
            sum(
                case
                    when
                        goes_on
                        and placement_start_date <= lac_start_date
                        and placement_type_code = type_before
                        and coalesce(placement_provider_code, '') = coalesce(provider_before, '')
                        and coalesce(placement_location_code, '') = coalesce(location_before, '')
                    then 0
                    else 1
                end
            ) over so_far as home_number
        from followed
        window
            so_far as (
                partition by authority_code, child_key
                order by lac_start_date asc nulls last, lac_key asc nulls last
                rows between unbounded preceding and current row
            )
    )

select
    lac_key,
    min(lac_start_date) over (
        partition by authority_code, child_key, care_number
        order by lac_start_date asc nulls last, lac_key asc nulls last
        rows between unbounded preceding and current row
    ) as in_care_since,
    min(placement_start_date) over (
        partition by authority_code, child_key, home_number
        order by lac_start_date asc nulls last, lac_key asc nulls last
        rows between unbounded preceding and current row
    ) as in_home_since
from numbered
