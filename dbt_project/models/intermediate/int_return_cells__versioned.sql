-- grain: one row per authority, extract, reporting month, version, source row and printed cell; every version kept
with
{%- for extract in var('returns') %}
{{ extract }} as (
    {{ return_cells(extract) }}
){{ ',' if not loop.last }}
{%- endfor %}

{% for extract in var('returns') %}
select
    authority_code,
    extract,
    reporting_month,
    version,
    measure_id,
    label,
    period,
    month,
    printed_text,
    figure,
    is_supplied,
    is_readable,
    is_in_period,
    source_ref,
    source_row,
    source_column,
    file_sha256,
    version = max(version) over (partition by authority_code, reporting_month) as is_current_version
from {{ extract }}
{{ 'union all' if not loop.last }}
{% endfor %}
