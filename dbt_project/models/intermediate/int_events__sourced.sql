-- grain: one row per event and row of a list that shows it: where the team finds it
{{ config(materialized="view") }}
with shown as (
    {%- for domain, it in counted_measures().items() %}
    select
        '{{ it.fact }}' as event_table,
        '{{ it.list }}' as extract,
        {{ it.get('key', 'event_key') }} as event_key,
        authority_code,
        reporting_month,
        version,
        delivery_order,
        source_row
    from {{ ref('stg_' ~ it.list) }}
    where event_key is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    shown.event_table,
    shown.event_key,
    shown.authority_code,
    shown.reporting_month,
    versions.own_version as version,
    shown.delivery_order,
    versions.file_path,
    versions.sheet,
    shown.source_row - versions.first_row as source_row
from shown
inner join {{ ref('int_lists__versions') }} as versions
    on
        shown.authority_code = versions.authority_code
        and shown.extract = versions.extract
        and shown.reporting_month = versions.reporting_month
        and shown.version = versions.version
        and {{ is_from_table('shown', 'versions') }}
