-- grain: one row per month and child looked after at its end for as long as the first review may take: those that NI 66
-- is of
with
    working_days as (select calendar_date, working_day_number from {{ ref("dim_date") }} where is_working_day),

    cases as (
        select
            lac.authority_code,
            lac.month,
            lac.lac_key as event_key,
            lac.lac_start_date as start_date,
            -- of a start before the calendar: four weeks
            coalesce(first_due.calendar_date, {{ days_after("lac.lac_start_date", 28) }}) as first_due
        from {{ ref("int_lac__open_at_month_end") }} as lac
        left join {{ ref("dim_date") }} as start_days on lac.lac_start_date = start_days.calendar_date
        left join
            working_days as first_due
            on start_days.working_day_number + {{ var("lac_first_review_working_days") }} = first_due.working_day_number
    )

select authority_code, month, event_key, start_date, first_due
from cases
where first_due <= {{ days_after(add_months_to("month", 1), -1) }}
