{# Which rows a model has to look at: those of deliveries that came since its last run. #}
{# Whether a row was loaded after every row that this model holds. Always, where the model is made from the start. #}
{% macro is_new_to_this(loaded_at="loaded_at") -%}
    {%- if is_incremental() -%}
        {{ loaded_at }}
        > (select coalesce(max(known.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as known)
    {%- else -%} true
    {%- endif -%}
{%- endmacro %}

{# The months for which rows of a list are to be conformed: one of the tables that the dataset makes it of came since the last run. #}
{% macro due_months(list, dataset) -%}
    select distinct authority_code, reporting_month, loaded_at
    from {{ ref("int_lists__deliveries") }}
    where list = '{{ list }}' and dataset = '{{ dataset }}' and {{ is_new_to_this() }}
{%- endmacro %}

{# Whether a staged row is of the last version of its table for that month. #}
{% macro is_current(extract, row=none) -%}
    {%- set of = row ~ "." if row else "" -%}
    ({{ of }}authority_code, {{ of }}reporting_month, {{ of }}version) in (
        select last.authority_code, last.reporting_month, last.version
        from {{ ref("int_deliveries") }} as last
        where last.extract = '{{ extract }}' and last.is_current
    )
{%- endmacro %}

{# Whether a table was delivered for the month of a row: then what it does not say is no; otherwise we cannot tell. #}
{% macro is_delivered(extract, row) -%}
    ({{ row }}.authority_code, {{ row }}.reporting_month) in (
        select delivered.authority_code, delivered.reporting_month
        from {{ ref("int_deliveries") }} as delivered
        where delivered.extract = '{{ extract }}'
    )
{%- endmacro %}

{# The months whose list came since the last run, or whose standing changed with the next month's list. #}
{% macro changed_months(list) -%}
    select authority_code, reporting_month
    from {{ ref("int_lists__delivered") }}
    where extract = '{{ list }}' and {{ is_new_to_this("changed_at") }}
{%- endmacro %}

{# The key of an event: its child, and what tells it from the child's other events; the same from whatever dataset it came. Null
   without the child or the first of `columns`, its date. Of events that are alike but for an id, which not every dataset gives, the
   second and later ones are numbered by it. #}
{% macro event_key(authority_code, child_key, columns, number=none) -%}
    md5(
        {{ authority_code }} || '|' || {{ child_key }} || '|' || cast({{ columns[0] }} as string)
        {%- for name in columns[1:] %} || '|' || coalesce(cast({{ name }} as string), ''){% endfor %}
        {%- if number %} || '|' || coalesce(cast(nullif({{ number }}, 1) as string), ''){% endif %}
    )
{%- endmacro %}

{# Whether an extract is a list of children's rows: of the datasets that have such lists, by the name of the extract. #}
{% macro is_of_children(extract) -%}
    (
        {{ extract }} like 'annex_a_%'
        or {{ extract }} like 'ssd_%'
        or {{ extract }} like 'ssda903_%'
        or {{ extract }} like 'cin_census_%'
    )
{%- endmacro %}

{# The month from which on the list of a month holds everything, by what reference.list_reaches declares of it; null where nothing is. #}
{% macro declared_reach(reach, reporting_month) -%}
    case
        {{ reach }}
        when 'month'
        then {{ reporting_month }}
        when 'financial_year'
        then {{ financial_year_start(reporting_month) }}
        when 'six_months'
        then {{ add_months_to(reporting_month, -5) }}
        when 'twelve_months'
        then {{ add_months_to(reporting_month, -11) }}
        when 'everything'
        then date '1900-01-01'
    end
{%- endmacro %}
