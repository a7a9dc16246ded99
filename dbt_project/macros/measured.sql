{# Whether an event is open at a month's end: begun by then, and not ended by then. The end date is the first day on which it is
   no longer open, so one that ends on the last day is not. Nobody knows of one that lists no longer show without an end; of one
   that April's list should hold if it were open, it is known that it is not. #}
{% macro is_open_at_month_end(events, start_date, end_date, months) -%}
    {{ events }}.{{ start_date }} < {{ months }}.next_month
    and case
        when {{ events }}.{{ end_date }} is null
        then
            {{ months }}.month <= {{ events }}.last_reporting_month
            and coalesce({{ months }}.month < {{ events }}.ended_by_month, true)
        else {{ events }}.{{ end_date }} >= {{ months }}.next_month
    end
    and not {{ events }}.is_withdrawn
{%- endmacro %}
