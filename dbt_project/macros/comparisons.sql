{# The comparisons of several audits in one shape; an audit is the table quality.audit_ and its name. #}
{% macro comparisons_of(audits) -%}
{%- for audit in audits %}
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
{%- endfor %}
{%- endmacro %}

{# The audits of single figures, which can explain why a printed one is not the one computed. #}
{% macro audits_of_figures() -%}
{{ return(['ytd', 'totals', 'percentages', 'agreement', 'stock_flow', 'limits', 'cells', 'bands', 'completeness']) }}
{%- endmacro %}
