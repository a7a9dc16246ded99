{# Measures side by side: one row per authority, month and basis, a column per measure (and its year to date with `ytd`). #}
{% macro measures_wide(relation, measure_ids, ytd=false) -%}
select
    authority_code,
    month,
    basis,
    {%- for measure_id in measure_ids %}
    max(case when measure_id = '{{ measure_id }}' then value end) as {{ measure_id }},
    {%- if ytd %}
    max(case when measure_id = '{{ measure_id }}' then ytd_value end) as {{ measure_id }}_ytd,
    {%- endif %}
    {%- endfor %}
    max(reporting_month) as reporting_month
from {{ relation }}
where measure_id in ('{{ measure_ids | join("', '") }}')
group by authority_code, month, basis
{%- endmacro %}
