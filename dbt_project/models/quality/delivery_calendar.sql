-- grain: one row per authority, extract and month that was delivered, or is the next to come
{{ config(materialized="view") }}
with
    today as (select max(as_of) as as_of from {{ source("quality", "as_of") }}),

    delivered as (
        select authority_code, extract, reporting_month, min(received_at) as received_at, max(version) as version
        from {{ source("quality", "ingest_ledger") }}
        where status = 'accepted'
        group by authority_code, extract, reporting_month
    ),

    latest as (
        select authority_code, extract, max(reporting_month) as reporting_month
        from delivered
        group by authority_code, extract
    ),

    awaited as (
        select authority_code, extract, reporting_month
        from {{ source("quality", "findings") }}
        where check_id = 'extracts_arrive_in_time' and status = 'open'
    ),

    months_due as (
        select
            authority_code,
            extract,
            reporting_month,
            received_at,
            version,
            lag(received_at) over (
                partition by authority_code, extract order by reporting_month asc nulls last
            ) as previous_received_at
        from delivered

        union all

        -- only the month after the last: one that was found overdue is awaited until it comes or a person stands it
        -- down, others only while the extract keeps coming, for a history loaded late awaits nothing
        select
            latest.authority_code,
            latest.extract,
            {{ add_months_to("latest.reporting_month", 1) }} as reporting_month,
            cast(null as timestamp) as received_at,
            cast(null as int) as version,
            cast(null as timestamp) as previous_received_at
        from latest
        cross join today
        left join
            awaited
            on latest.authority_code = awaited.authority_code
            and latest.extract = awaited.extract
            and {{ add_months_to("latest.reporting_month", 1) }} = awaited.reporting_month
        left join
            {{ ref("stood_down") }} as stood_down
            on latest.authority_code = stood_down.authority_code
            and latest.extract = stood_down.extract
            and {{ add_months_to("latest.reporting_month", 1) }} >= stood_down.from_month
        where
            stood_down.extract is null
            and (
                awaited.extract is not null
                or latest.reporting_month >= {{ add_months_to("today.as_of", -var("delivering_months")) }}
            )
    )

select
    months_due.authority_code,
    months_due.extract,
    months_due.reporting_month,
    due.calendar_date as due_on,
    months_due.received_at,
    months_due.version,
    -- one that came with months before it was loaded for its history
    coalesce(
        cast(months_due.received_at as date) > due.calendar_date
        and cast(months_due.previous_received_at as date) <= due.calendar_date,
        false
    ) as is_late,
    coalesce(months_due.received_at is null and today.as_of > due.calendar_date, false) as is_overdue
from months_due
cross join today
left join {{ ref("extracts") }} as extracts on months_due.extract = extracts.extract
left join
    {{ ref("dim_date") }} as month_end
    on month_end.calendar_date = {{ days_after(add_months_to("months_due.reporting_month", 1), -1) }}
left join
    {{ ref("dim_date") }} as due
    on due.working_day_number = month_end.working_day_number + extracts.due_working_days
    and due.is_working_day
