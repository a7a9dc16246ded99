-- grain: one row per authority, month and period of care of that month's list, with what the rules of the yearly
-- returns ask about; and those of last March's list that are no longer in it
{{ config(materialized="incremental", unique_key=["authority_code", "month"]) }}
with
    due as (
        select authority_code, reporting_month as month, max(loaded_at) as loaded_at
        from {{ ref("int_lists__delivered") }}
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    ),

    periods as (

        select
            lac_key as event_key,
            reporting_month as month,
            authority_code,
            child_key,
            lac_start_date,
            lac_end_date,
            birth_date,
            legal_status_code,
            legal_status_start_date,
            placement_type_code,
            placement_start_date,
            is_uasc,
            uasc_ceased_date,
            dataset
        from {{ ref("int_lac__unioned") }}
        where
            is_leading
            and repeated_in_row is null
            and lac_key is not null
            and (
                (authority_code, reporting_month) in (select due.authority_code, due.month from due)
                or (authority_code, reporting_month)
                in (select due.authority_code, {{ add_months_to(financial_year_start("due.month"), -1) }} from due)
            )

    ),

    -- Annex A does not give the date on which an unaccompanied child's status ceased, so its lists cannot tell
    uasc as (
        select month, child_key, bool_or(is_uasc) as is_uasc, max(uasc_ceased_date) as uasc_ceased_date
        from periods
        where is_uasc is not null and dataset <> 'annex_a'
        group by month, child_key
    ),

    -- open in the list of last March, and in no row of this month's
    missing_since_march as (
        select march.authority_code, due.month, due.loaded_at, march.event_key, march.child_key
        from {{ ref("int_lists__delivered") }} as delivered
        inner join due on delivered.authority_code = due.authority_code and delivered.reporting_month = due.month
        inner join
            periods as march
            on delivered.authority_code = march.authority_code
            and march.month = {{ add_months_to(financial_year_start("delivered.reporting_month"), -1) }}
        left join periods as now on march.event_key = now.event_key and delivered.reporting_month = now.month
        where delivered.extract = 'annex_a_lac' and march.lac_end_date is null and now.event_key is null
    )

select
    periods.authority_code,
    periods.month,
    periods.event_key,
    periods.child_key,
    periods.lac_start_date,
    periods.birth_date,
    periods.legal_status_code,
    periods.placement_type_code,
    {{ days_between("periods.legal_status_start_date", "coalesce(periods.lac_end_date, month_ends.month_end)") }}
    as days_in_legal_status,
    {{ days_between("periods.placement_start_date", "coalesce(periods.lac_end_date, month_ends.month_end)") }}
    as days_in_placement,
    false as is_missing_since_march,
    month_ends.year_start,
    {{ add_months_to("periods.birth_date", 12 * 18) }} as eighteenth_birthday,
    periods.uasc_ceased_date,
    uasc_now.is_uasc,
    uasc_in_march.is_uasc as was_uasc,
    uasc_in_march.uasc_ceased_date as march_ceased_date,
    coalesce(uasc_now.uasc_ceased_date, date '9999-12-31')
    <> coalesce(uasc_in_march.uasc_ceased_date, date '9999-12-31') as is_ceased_otherwise,
    due.loaded_at
from periods
inner join due on periods.authority_code = due.authority_code and periods.month = due.month
inner join {{ ref("validation_months") }} as month_ends on periods.month = month_ends.month
left join uasc as uasc_now on periods.child_key = uasc_now.child_key and periods.month = uasc_now.month
left join
    uasc as uasc_in_march
    on periods.child_key = uasc_in_march.child_key
    and uasc_in_march.month = {{ add_months_to("month_ends.year_start", -1) }}

union all

select
    authority_code,
    month,
    event_key,
    child_key,
    cast(null as date) as lac_start_date,
    cast(null as date) as birth_date,
    cast(null as string) as legal_status_code,
    cast(null as string) as placement_type_code,
    cast(null as bigint) as days_in_legal_status,
    cast(null as bigint) as days_in_placement,
    true as is_missing_since_march,
    cast(null as date) as year_start,
    cast(null as date) as eighteenth_birthday,
    cast(null as date) as uasc_ceased_date,
    cast(null as boolean) as is_uasc,
    cast(null as boolean) as was_uasc,
    cast(null as date) as march_ceased_date,
    cast(null as boolean) as is_ceased_otherwise,
    loaded_at
from missing_since_march
