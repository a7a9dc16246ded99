{# What the days between two stages are called, where they stand beside the measures. #}
{% macro journey_measure(journeys) -%}
    'days_' || {{ journeys }}.stage || '_to_' || {{ journeys }}.next_stage
{%- endmacro %}
