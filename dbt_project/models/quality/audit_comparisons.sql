-- grain: one row per comparison made, passed or not: all the audits in one shape
{{ config(materialized="view") }}
{% set audits = ['deliveries', 'ytd', 'totals', 'percentages', 'agreement', 'stock_flow', 'limits', 'cells', 'bands', 'quoted_figures', 'completeness'] %}
{% for audit in audits %}
select
    '{{ audit }}' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref('audit_' ~ audit) }}
{{ 'union all' if not loop.last }}
{% endfor %}
