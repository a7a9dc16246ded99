-- grain: one row per authority, list, reporting month, version, date column and way of writing
{% set lists = list_columns() %}
with
{%- for extract in var('lists') %}
{{ extract }} as (
    select
        authority_code,
        reporting_month,
        version,
        date_forms,
        count(*) as cells
    from {{ ref('stg_' ~ extract) }}
    group by authority_code, reporting_month, version, date_forms
),
{%- endfor %}

letters as (
    {%- for extract in var('lists') %}
    {%- set extract_loop = loop %}
    {%- for name in ['birth_date'] + lists[extract]['dates'] %}
    select
        authority_code,
        '{{ extract }}' as extract,
        reporting_month,
        version,
        '{{ name }}' as source_column,
        substr(date_forms, {{ loop.index }}, 1) as letter,
        cells
    from {{ extract }}
    {{ 'union all' if not (loop.last and extract_loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select
    authority_code,
    extract,
    reporting_month,
    version,
    source_column,
    case letter
        when 'i' then 'yyyy-mm-dd'
        when 'I' then 'yyyy-mm-dd with a time'
        when 'd' then 'dd/mm/yyyy'
        when 'D' then 'dd/mm/yyyy with a time'
        when 'y' then 'dd/mm/yy'
        when 'Y' then 'dd/mm/yy with a time'
        when 'x' then 'day number of Excel'
        when 'X' then 'day number of Excel with a time'
        when '-' then 'blank'
        else 'not recognised'
    end as form,
    cast(sum(cells) as bigint) as cells
from letters
group by authority_code, extract, reporting_month, version, source_column, letter
