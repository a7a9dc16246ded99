{# Each fact, an SQL condition, is true of every row; a condition that comes out null counts as broken. #}
{% test every_row(model, facts) %}
{% for fact in facts %}
select
    '{{ fact | replace("'", "''") }}' as broken_fact,
    tested.*
from {{ model }} as tested
where not coalesce({{ fact }}, false)
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
