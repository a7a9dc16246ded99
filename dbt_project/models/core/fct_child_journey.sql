-- grain: one row per child and stage reached: a contact, referral, assessment, section 47 enquiry, conference, plan or
-- period of care
-- The next stage is the first later one, unless another event of the same stage comes before it. A run makes the
-- journeys again of children of whom something new is known.
{{ config(materialized="incremental", unique_key=["child_key"]) }}
with
    {% if is_incremental() %}
        touched as (
            select stages.child_key
            from {{ ref("journey_stages") }} as stages
            where {{ is_new_to_this("stages.loaded_at") }}

            union

            -- withdrawn since, or there again
            select coalesce(stages.child_key, known.child_key) as child_key
            from
                (
                    select child_key, stage_number, event_key from {{ ref("journey_stages") }} where is_withdrawn
                ) as stages
            full outer join
                (select child_key, stage_number, event_key from {{ this }} where is_withdrawn) as known
                on stages.stage_number = known.stage_number
                and stages.event_key = known.event_key
            where stages.event_key is null or known.event_key is null
        ),
    {% endif %}

    -- the first date of each stage after this event
    followed as (
        select
            authority_code,
            child_key,
            stage_number,
            stage,
            event_table,
            event_key,
            stage_date,
            is_withdrawn,
            loaded_at,
            min(case when stage_number = 1 and not is_withdrawn then stage_date end) over later as contact_date,
            min(case when stage_number = 2 and not is_withdrawn then stage_date end) over later as referral_date,
            min(case when stage_number = 3 and not is_withdrawn then stage_date end) over later as assessment_date,
            min(case when stage_number = 4 and not is_withdrawn then stage_date end) over later as section_47_date,
            min(case when stage_number = 5 and not is_withdrawn then stage_date end) over later as conference_date,
            min(case when stage_number = 6 and not is_withdrawn then stage_date end) over later as plan_date,
            min(case when stage_number = 7 and not is_withdrawn then stage_date end) over later as care_date
        from {{ ref("journey_stages") }}
        {% if is_incremental() %} where child_key in (select touched.child_key from touched) {% endif %}
        window
            later as (
                partition by child_key
                order by stage_date asc nulls last, stage_number asc nulls last, event_key asc nulls last
                rows between 1 following and unbounded following
            )
    ),

    reached as (
        select
            followed.*,
            case
                stage_number
                when 1
                then contact_date
                when 2
                then referral_date
                when 3
                then assessment_date
                when 4
                then section_47_date
                when 5
                then conference_date
                when 6
                then plan_date
                when 7
                then care_date
            end as repeated_date,
            case
                stage_number
                when 1
                then least(referral_date, assessment_date, section_47_date, conference_date, plan_date, care_date)
                when 2
                then least(assessment_date, section_47_date, conference_date, plan_date, care_date)
                when 3
                then least(section_47_date, conference_date, plan_date, care_date)
                when 4
                then least(conference_date, plan_date, care_date)
                when 5
                then least(plan_date, care_date)
                when 6
                then care_date
            end as next_date
        from followed
    ),

    journeys as (
        select
            authority_code,
            child_key,
            stage,
            stage_number,
            event_table,
            event_key,
            stage_date,
            case
                when
                    not is_withdrawn
                    and coalesce(next_date <= repeated_date, true)
                    and next_date <= {{ add_months_to("stage_date", var("journey_months")) }}
                then next_date
            end as next_stage_date,
            case
                when stage_number < 2 and next_date = referral_date
                then 'referral'
                when stage_number < 3 and next_date = assessment_date
                then 'assessment'
                when stage_number < 4 and next_date = section_47_date
                then 'section_47'
                when stage_number < 5 and next_date = conference_date
                then 'conference'
                when stage_number < 6 and next_date = plan_date
                then 'plan'
                when stage_number < 7 and next_date = care_date
                then 'care'
            end as nearest_stage,
            is_withdrawn,
            loaded_at
        from reached
    )

select
    authority_code,
    child_key,
    stage,
    stage_number,
    event_table,
    event_key,
    stage_date,
    case when next_stage_date is not null then nearest_stage end as next_stage,
    next_stage_date,
    {{ days_between("stage_date", "next_stage_date") }} as days_to_next_stage,
    is_withdrawn,
    loaded_at
from journeys
