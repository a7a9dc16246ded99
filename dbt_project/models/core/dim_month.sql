-- grain: one row per calendar month
with
    holidays_on_weekdays as (
        select cast(date_trunc('month', bank_holiday) as date) as month, count(*) as holidays
        from {{ ref("bank_holidays") }}
        where {{ weekday_of("bank_holiday") }} <= 5
        group by cast(date_trunc('month', bank_holiday) as date)
    ),

    bounds as (
        select
            month,
            {{ days_between("month", add_months_to("month", 1)) }} as days,
            {{ weekday_of("month") }} as first_weekday
        from {{ ref("months") }}
    ),

    weekdays as (
        -- four whole weeks hold 20 weekdays; the days beyond them fall on the weekdays the month began with
        select
            month,
            days,
            20
            {%- for day in range(3) %}
                + case when days > {{ 28 + day }} and (first_weekday + {{ day }} - 1) % 7 < 5 then 1 else 0 end
            {%- endfor %} as weekdays
        from bounds
    )

select
    months.month,
    months.month_name,
    months.month_abbreviation,
    months.financial_year,
    months.financial_month,
    months.quarter,
    {{ add_months_to("months.month", 1) }} as next_month,
    cast(weekdays.days as int) as days,
    cast(weekdays.weekdays - coalesce(holidays_on_weekdays.holidays, 0) as int) as working_days
from {{ ref("months") }} as months
inner join weekdays on months.month = weekdays.month
left join holidays_on_weekdays on months.month = holidays_on_weekdays.month
