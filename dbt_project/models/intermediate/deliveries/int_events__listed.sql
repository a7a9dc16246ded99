-- grain: one row per row of the lists that lead, of the kinds of events that Annex A lists
{{ config(materialized="view") }}
select
    extract,
    authority_code,
    reporting_month,
    delivery_id,
    source_row,
    child_key,
    event_key,
    repeated_in_row,
    filing_month,
    birth_date,
    gender_code
from {{ ref("int_events__unioned") }}
where is_leading
