-- grain: one row per authority, reporting month, rule and event that breaks it, as the list of that month has it
-- What other lists say of the child is taken from the facts, which is what is known now. Whether something is still open that the
-- month's list no longer shows, nobody knows.
{{ config(materialized="view") }}
{% set rules = delivered_census_rules() %}
{% for list in rules | map(attribute='list') | unique %}
select
    judged.authority_code,
    judged.month,
    '{{ list }}' as extract,
    rules.rule,
    judged.event_key,
    judged.child_key
from {{ ref('int_census__' ~ list | replace('annex_a_', '')) }} as judged
cross join (
    {%- for rule in rules if rule.list == list %}
    select '{{ rule.rule }}' as rule
    {{ 'union all' if not loop.last }}
    {%- endfor %}
) as rules
where
    case rules.rule
        {%- for rule in rules if rule.list == list %}
        when '{{ rule.rule }}' then {{ rule.where }}
        {%- endfor %}
    end
{{ 'union all' if not loop.last }}
{% endfor %}
