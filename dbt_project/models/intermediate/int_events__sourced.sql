-- grain: one row per event and row of a list that shows it: where the team finds it
{{ config(materialized="view") }}
with ledger as (
    select
        authority_code,
        extract,
        reporting_month,
        version,
        file_path,
        sheet
    from {{ source('quality', 'ingest_ledger') }}
    where status = 'accepted'
),

shown as (
    {%- for domain, it in counted_measures().items() %}
    select
        '{{ it.fact }}' as event_table,
        '{{ it.list }}' as extract,
        event_key,
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
    shown.version,
    shown.delivery_order,
    ledger.file_path,
    ledger.sheet,
    shown.source_row
from shown
inner join ledger
    on
        shown.authority_code = ledger.authority_code
        and shown.extract = ledger.extract
        and shown.reporting_month = ledger.reporting_month
        and shown.version = ledger.version
