{# The only places where engines differ. A new difference is a new dispatched macro here, never SQL in a model. #}

{% macro add_months_to(day, months) %}{{ return(adapter.dispatch('add_months_to', 'csc')(day, months)) }}{% endmacro %}
{% macro default__add_months_to(day, months) %}cast({{ day }} + cast({{ months }} as bigint) * interval 1 month as date){% endmacro %}
{% macro spark__add_months_to(day, months) %}add_months({{ day }}, cast({{ months }} as int)){% endmacro %}

{% macro matches(text, pattern) %}{{ return(adapter.dispatch('matches', 'csc')(text, pattern)) }}{% endmacro %}
{% macro default__matches(text, pattern) %}regexp_full_match({{ text }}, '{{ pattern }}'){% endmacro %}
{% macro spark__matches(text, pattern) %}({{ text }} rlike '^({{ pattern }})$'){% endmacro %}

{% macro json_text(document, key) %}{{ return(adapter.dispatch('json_text', 'csc')(document, key)) }}{% endmacro %}
{% macro default__json_text(document, key) %}json_extract_string({{ document }}, '$.{{ key }}'){% endmacro %}
{% macro spark__json_text(document, key) %}get_json_object({{ document }}, '$.{{ key }}'){% endmacro %}

{% macro show_count(figure) %}{{ return(adapter.dispatch('show_count', 'csc')(figure)) }}{% endmacro %}
{% macro default__show_count(figure) %}format('{:,}', cast({{ figure }} as bigint)){% endmacro %}
{% macro spark__show_count(figure) %}format_number(cast({{ figure }} as bigint), 0){% endmacro %}

{% macro join_sorted(text, order_by) %}{{ return(adapter.dispatch('join_sorted', 'csc')(text, order_by)) }}{% endmacro %}
{% macro default__join_sorted(text, order_by) %}string_agg({{ text }}, ', ' order by {{ order_by }}){% endmacro %}
{% macro spark__join_sorted(text, order_by) %}array_join(transform(array_sort(collect_list(struct({{ order_by }}, {{ text }} as shown))), x -> x.shown), ', '){% endmacro %}

{% macro weekday_of(day) %}{{ return(adapter.dispatch('weekday_of', 'csc')(day)) }}{% endmacro %}
{% macro default__weekday_of(day) %}cast(isodow({{ day }}) as integer){% endmacro %}
{% macro spark__weekday_of(day) %}(weekday({{ day }}) + 1){% endmacro %}

{% macro days_between(first, last) %}{{ return(adapter.dispatch('days_between', 'csc')(first, last)) }}{% endmacro %}
{% macro default__days_between(first, last) %}cast(date_diff('day', {{ first }}, {{ last }}) as bigint){% endmacro %}
{% macro spark__days_between(first, last) %}cast(datediff({{ last }}, {{ first }}) as bigint){% endmacro %}
