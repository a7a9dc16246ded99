-- grain: one row per authority, reporting month, extract, measure and printed cell; current versions, recognised rows
{% for extract in var('returns') %}
select
    authority_code,
    extract,
    reporting_month,
    measure_id,
    label,
    period,
    month,
    printed_text,
    figure,
    printed_unit,
    printed_decimals,
    is_supplied,
    is_readable,
    source_ref
from {{ ref('stg_' ~ extract) }}
where measure_id is not null
{{ 'union all' if not loop.last }}
{% endfor %}
