{# Of each spell of a child in a month's list: whether another is open beside it, and whether it overlaps with one where not both
   are open. An end date is the first day on which a spell is over. `comparable`: a condition on `spells` and `others`. #}
{% macro spells_beside(spells, start_date, end_date, comparable='true') -%}
select
    spells.event_key,
    spells.month,
    max(case when spells.{{ end_date }} is null and others.{{ end_date }} is null then 1 else 0 end) = 1 as has_other_open,
    max(
        case
            when
                (spells.{{ end_date }} is not null or others.{{ end_date }} is not null)
                and spells.{{ start_date }} < coalesce(others.{{ end_date }}, date '9999-12-31')
                and others.{{ start_date }} < coalesce(spells.{{ end_date }}, date '9999-12-31')
                then 1
            else 0
        end
    ) = 1 as has_overlap
from {{ spells }} as spells
inner join {{ spells }} as others
    on
        spells.child_key = others.child_key
        and spells.month = others.month
        and spells.event_key <> others.event_key
        and {{ comparable }}
group by spells.event_key, spells.month
{%- endmacro %}

{# What an episode of need is open for, as Annex A says it, of a dataset that lists its parts: `open_kind` of int_cin_involved__*. #}
{% macro case_status(closure_date, is_cin_plan, open_kind) -%}
case
    when {{ closure_date }} is not null then 'CLOSED'
    when {{ is_cin_plan }} then 'CIN'
    when {{ open_kind }} = 3 then 'LAC'
    when {{ open_kind }} = 2 then 'CPP'
    else 'ASSESS'
end
{%- endmacro %}
