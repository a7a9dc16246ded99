-- grain: one row per event and row of a list that shows it: where the team finds it
{{ config(materialized="view") }}
{% for domain, it in counted_measures().items() %}
select
    '{{ it.fact }}' as event_table,
    event_key,
    authority_code,
    reporting_month,
    version,
    delivery_order,
    file_path,
    sheet,
    source_row
from {{ ref('stg_' ~ it.list) }}
where event_key is not null
{{ 'union all' if not loop.last }}
{% endfor %}
