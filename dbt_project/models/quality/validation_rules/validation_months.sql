-- grain: one row per month: its end, the year that it is in, and the number of its last working day
{{ config(materialized="view") }}
select
    months.month,
    months.next_month,
    {{ days_after("months.next_month", -1) }} as month_end,
    {{ financial_year_start("months.month") }} as year_start,
    days.working_day_number as month_end_working_day
from {{ ref("dim_month") }} as months
inner join {{ ref("dim_date") }} as days on {{ days_after("months.next_month", -1) }} = days.calendar_date
