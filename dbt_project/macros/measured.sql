{# The months a list was delivered for, with the last working day known of each and of the latest one. #}
{% macro delivered_months(extract) -%}
select
    delivered.authority_code,
    delivered.reporting_month as month,
    {{ add_months_to('delivered.reporting_month', 1) }} as next_month,
    {{ days_after(add_months_to('delivered.reporting_month', 1), -1) }} as month_end,
    delivered.last_reporting_month as reporting_month,
    delivered.first_reporting_month,
    month_ends.working_day_number as month_end_working_day,
    latest.working_day_number as latest_working_day
from {{ ref('int_lists__delivered') }} as delivered
left join {{ ref('dim_date') }} as month_ends
    on {{ days_after(add_months_to('delivered.reporting_month', 1), -1) }} = month_ends.calendar_date
left join {{ ref('dim_date') }} as latest
    on {{ days_after(add_months_to('delivered.last_reporting_month', 1), -1) }} = latest.calendar_date
where delivered.extract = '{{ extract }}'
{%- endmacro %}

{# What a list said of each of its events at the end of its own month. #}
{% macro as_listed(extract, columns) -%}
select
    staged.event_key,
    staged.reporting_month as month,
    {%- for name in columns %}
    max_by(staged.{{ name }}, staged.delivery_order) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('stg_' ~ extract) }} as staged
inner join {{ ref('int_lists__delivered') }} as delivered
    on
        delivered.extract = '{{ extract }}'
        and staged.authority_code = delivered.authority_code
        and staged.reporting_month = delivered.reporting_month
        and staged.version = delivered.version
where staged.event_key is not null
group by staged.event_key, staged.reporting_month
{%- endmacro %}

{# Whether an event is open at a month's end: begun by then, and not ended by then. The end date is the first day on which it is
   no longer open, so one that ends on the last day is not. Nobody knows of one that lists no longer show without an end. #}
{% macro is_open_at_month_end(events, start_date, end_date, months) -%}
{{ events }}.{{ start_date }} < {{ months }}.next_month
and case
    when {{ events }}.{{ end_date }} is null then {{ months }}.month <= {{ events }}.last_reporting_month
    else {{ events }}.{{ end_date }} >= {{ months }}.next_month
end
and not {{ events }}.is_withdrawn
{%- endmacro %}
