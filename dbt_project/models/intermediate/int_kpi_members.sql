-- grain: one row per authority, month, measure, part and event: who a computed figure is made of
{{ config(materialized="view") }}
with members as (
    {%- for domain, it in counted_measures().items() %}
    select
        authority_code,
        month,
        measure_id,
        '{{ it.fact }}' as event_table,
        event_key,
        child_key
    from {{ ref('int_' ~ domain ~ '__members') }}
    where is_member
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

parts as (
    {%- for part, counted_id in {'value': 'measure_id', 'numerator': 'numerator_id', 'denominator': 'denominator_id'}.items() %}
    select
        measure_id,
        '{{ part }}' as part,
        {{ counted_id }} as counted_id
    from {{ ref('measures') }}
    where kind {{ '<>' if part == 'value' else '=' }} 'ratio'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    members.authority_code,
    members.month,
    parts.measure_id,
    parts.part,
    members.event_table,
    members.event_key,
    members.child_key,
    parts.counted_id
from members
inner join parts on members.measure_id = parts.counted_id
