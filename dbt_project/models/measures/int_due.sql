-- grain: one row per authority, month, list and event open at the month's end that something is due for
{{ config(materialized="view") }}
select due_list, authority_code, month, event_table, event_key, child_key, since_date, show_from, due_date
from {{ ref("int_due__in_working_days") }}

union all

select due_list, authority_code, month, event_table, event_key, child_key, since_date, show_from, due_date
from {{ ref("int_due__in_months") }}
