-- grain: one row per calendar day
with
    digits as (
        {% for digit in range(31) %}
            select {{ digit }} as days_on
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    days as (
        select months.month, {{ days_after("months.month", "digits.days_on") }} as calendar_date
        from {{ ref("months") }} as months
        cross join digits
        where {{ days_after("months.month", "digits.days_on") }} < {{ add_months_to("months.month", 1) }}
    ),

    described as (
        select
            days.calendar_date,
            days.month,
            {{ weekday_of("days.calendar_date") }} as weekday,
            holidays.bank_holiday_name,
            {{ weekday_of("days.calendar_date") }} <= 5 and holidays.bank_holiday is null as is_working_day
        from days
        left join {{ ref("bank_holidays") }} as holidays on days.calendar_date = holidays.bank_holiday
    )

select
    calendar_date,
    month,
    weekday,
    bank_holiday_name,
    is_working_day,
    cast(
        sum(case when is_working_day then 1 else 0 end) over (
            order by calendar_date asc nulls last rows between unbounded preceding and current row
        ) as int
    ) as working_day_number
from described
