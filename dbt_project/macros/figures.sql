{# Round half up, as people and spreadsheets do, through decimal: 82.5 in binary may be a little less. For display and for
   comparing with what was printed; never stored as a value. `decimals` is 0, 1, 2 or more (taken as 2). #}
{% macro round_half_up(figure, decimals) -%}
    case
        when {{ decimals }} <= 0
        then cast(round(cast({{ figure }} as decimal(28, 10)), 0) as double)
        when {{ decimals }} = 1
        then cast(round(cast({{ figure }} as decimal(28, 10)), 1) as double)
        else cast(round(cast({{ figure }} as decimal(28, 10)), 2) as double)
    end
{%- endmacro %}

{# Percentage, 0 to 100 and unrounded, from its parts. Null when the denominator is zero or a part is missing. #}
{% macro percentage(numerator, denominator) -%}
    100 * cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

{# A figure as a person writes it: 2,196 or 9.23%. #}
{% macro show_figure(figure, unit) -%}
    case
        when {{ unit }} = 'percentage' and {{ figure }} = floor({{ figure }})
        then {{ show_count(figure) }} || '%'
        when {{ unit }} = 'percentage'
        then cast(cast(round(cast({{ figure }} as decimal(28, 10)), 2) as decimal(18, 2)) as string) || '%'
        when {{ figure }} = floor({{ figure }})
        then {{ show_count(figure) }}
        else cast(cast({{ figure }} as decimal(18, 2)) as string)
    end
{%- endmacro %}

{# The mean of counts, with one decimal place below 100; or of percentages, with two. #}
{% macro show_mean(figure, unit) -%}
    case
        when {{ unit }} = 'percentage'
        then {{ show_figure(figure, unit) }}
        when abs({{ figure }}) < 100
        then cast(cast(round(cast({{ figure }} as decimal(28, 10)), 1) as decimal(18, 1)) as string)
        else {{ show_count(round_half_up(figure, 0)) }}
    end
{%- endmacro %}

{# A limit; of counts, the last whole number within it: `inwards` is floor for an upper limit, ceil for a lower one. #}
{% macro show_bound(figure, inwards, unit) -%}
    case
        when {{ unit }} = 'percentage'
        then {{ show_figure(figure, unit) }}
        else {{ show_count(inwards ~ "(" ~ figure ~ ")") }}
    end
{%- endmacro %}

{# A figure's text without spaces of any kind and with a plain minus; spreadsheets and word processors insert others. #}
{% macro squeeze(text) -%} translate({{ text }}, '{{ "\u2212 \u00a0\u2009\u202f" }}', '-') {%- endmacro %}

{# Identifies a comparison by what is compared, not by what was found: the same in every run and after a restatement. #}
{% macro comparison_id(parts) -%}
    md5(
        {% for part in parts %}coalesce(cast({{ part }} as string), '~'){{ " || '|' || " if not loop.last }}{% endfor %}
    )
{%- endmacro %}

{# A text from a file as a message quotes it: what stands in double quotation marks is published only where it is known. #}
{% macro quoted(text) -%} '"' || replace({{ text }}, '"', '''') || '"' {%- endmacro %}
