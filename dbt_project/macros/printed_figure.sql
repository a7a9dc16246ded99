{# The number in a printed text, with its thousands separators and unit sign: 2,196 or 9.23%. Null where the text is not a number.
   `text` is squeezed. #}
{% macro printed_figure(text) -%}
    case
        when {{ matches(text, "-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?%?") }}
        then cast(try_cast(replace(replace({{ text }}, ',', ''), '%', '') as decimal(28, 10)) as double)
    end
{%- endmacro %}

{# Whether a text says that a number is too small to be shown: <5, fewer than 6, 1-4. `text` is squeezed. #}
{% macro is_suppressed_range(text) -%}
    {{ matches("lower(" ~ text ~ ")", "(<|<=|≤|fewerthan|lessthan|under)[0-9]{1,2}|1(-|–|to)[0-9]") }}
{%- endmacro %}
