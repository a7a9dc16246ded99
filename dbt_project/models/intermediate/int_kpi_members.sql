-- grain: one row per authority, month, measure, part and event: who a computed figure is made of
-- Of a median the members are all events it was taken over, each with its value.
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
),

valued as (
    {%- for clock, days in {'assessment': 'working_days', 'referral': 'working_days_from_referral'}.items() %}
    select
        authority_code,
        month,
        'working_days_of_assessment_from_{{ 'start' if clock == 'assessment' else clock }}' as measure_id,
        'fct_assessments' as event_table,
        assessment_key as event_key,
        child_key,
        {{ days }} as value
    from {{ ref('int_assessments__completed') }}
    where {{ days }} is not null

    union all
    {% endfor %}
    select
        journeys.authority_code,
        cast(date_trunc('month', journeys.next_stage_date) as date) as month,
        {{ journey_measure('journeys') }} as measure_id,
        journeys.event_table,
        journeys.event_key,
        journeys.child_key,
        journeys.days_to_next_stage as value
    from {{ ref('fct_child_journey') }} as journeys
    where journeys.next_stage is not null
)

select
    members.authority_code,
    members.month,
    parts.measure_id,
    parts.part,
    members.event_table,
    members.event_key,
    members.child_key,
    cast(null as double) as value,
    parts.counted_id
from members
inner join parts on members.measure_id = parts.counted_id

union all

select
    authority_code,
    month,
    measure_id,
    'value' as part,
    event_table,
    event_key,
    child_key,
    cast(value as double) as value,
    measure_id as counted_id
from valued
