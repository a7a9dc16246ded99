{# Schemas are named as readers know them (core, marts, ...), without the target's prefix. #}
{% macro generate_schema_name(custom_schema_name, node) -%} {{ custom_schema_name or target.schema }} {%- endmacro %}
