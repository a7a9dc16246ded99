{# Delete the months that arrive anew by the list of their keys. dbt-duckdb joins row by row when the key has several columns:
   a month of a thousand rows would be compared a million times. #}
{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
{{ default__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) }}
{%- endmacro %}
