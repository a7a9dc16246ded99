-- grain: one row per authority, month, measure, part and event: who a computed figure is made of
-- Of a median the members are all events it was taken over, each with its value.
{{ config(materialized="view") }}
with
    members as (
        select authority_code, month, measure_id, event_table, event_key, child_key
        from {{ ref("int_members__unioned") }}
        where is_member
    ),

    parts as (
        select measure_id, 'value' as part, measure_id as counted_id
        from {{ ref("measures") }}
        where kind <> 'ratio'

        union all

        select measure_id, 'numerator' as part, numerator_id as counted_id
        from {{ ref("measures") }}
        where kind = 'ratio'

        union all

        select measure_id, 'denominator' as part, denominator_id as counted_id
        from {{ ref("measures") }}
        where kind = 'ratio'
    ),

    valued as (
        select
            authority_code,
            month,
            'working_days_of_assessment_from_start' as measure_id,
            'fct_assessments' as event_table,
            assessment_key as event_key,
            child_key,
            working_days as value
        from {{ ref("int_assessments__completed") }}
        where working_days is not null

        union all

        select
            authority_code,
            month,
            'working_days_of_assessment_from_referral' as measure_id,
            'fct_assessments' as event_table,
            assessment_key as event_key,
            child_key,
            working_days_from_referral as value
        from {{ ref("int_assessments__completed") }}
        where working_days_from_referral is not null

        union all

        select
            journeys.authority_code,
            cast(date_trunc('month', journeys.next_stage_date) as date) as month,
            'days_' || journeys.stage || '_to_' || journeys.next_stage as measure_id,
            journeys.event_table,
            journeys.event_key,
            journeys.child_key,
            journeys.days_to_next_stage as value
        from {{ ref("fct_child_journey") }} as journeys
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
