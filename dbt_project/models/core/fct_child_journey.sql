-- grain: one row per child and stage reached: a contact, referral, assessment, section 47 enquiry, conference, plan
-- or period of care
-- Private. The next stage is the first later one, unless another event of the same stage comes before it. A run makes
-- anew the
-- journeys of the children of whom something new is known.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["child_key"],
    )
}}
{% set stages = [
    ("contact", "fct_contacts", "contact_key", "contact_date"),
    ("referral", "fct_referrals", "referral_key", "referral_date"),
    ("assessment", "fct_assessments", "assessment_key", "assessment_start_date"),
    ("section_47", "fct_section_47", "section_47_key", "section_47_start_date"),
    ("conference", "fct_section_47", "section_47_key", "conference_date"),
    ("plan", "fct_cpp", "cpp_key", "cpp_start_date"),
    ("care", "fct_lac", "lac_key", "lac_start_date"),
] %}
with
    events as (
        {%- for stage, fact, key, day in stages %}
            select
                authority_code,
                child_key,
                {{ loop.index }} as stage_number,
                {{ key }} as event_key,
                {{ day }} as stage_date,
                is_withdrawn,
                loaded_at
            from {{ ref(fact) }}
            where {{ day }} is not null {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    {% if is_incremental() -%}
        touched as (
            select events.child_key
            from events
            where
                events.loaded_at
                > (select coalesce(max(known.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as known)

            union

            -- withdrawn since, or there again
            select events.child_key
            from events
            left join
                {{ this }} as known
                on events.stage_number = known.stage_number
                and events.event_key = known.event_key
                and known.is_withdrawn
            where events.is_withdrawn and known.event_key is null

            union

            select known.child_key
            from {{ this }} as known
            left join
                events
                on known.stage_number = events.stage_number
                and known.event_key = events.event_key
                and events.is_withdrawn
            where known.is_withdrawn and events.event_key is null
        ),

    {% endif -%}
    followed as (
        select
            authority_code,
            child_key,
            stage_number,
            event_key,
            stage_date,
            is_withdrawn,
            loaded_at,
            {%- for stage, _, _, _ in stages %}
                min(
                    case when stage_number = {{ loop.index }} and not is_withdrawn then stage_date end
                ) over later_events as {{ stage }}_date{{ ',' if not loop.last }}
            {%- endfor %}
        from events
        {%- if is_incremental() %} where child_key in (select touched.child_key from touched) {%- endif %}
        window
            later_events as (
                partition by child_key
                order by stage_date asc nulls last, stage_number asc nulls last, event_key asc nulls last
                rows between 1 following and unbounded following
            )
    ),

    reached as (
        select
            authority_code,
            child_key,
            stage_number,
            event_key,
            stage_date,
            is_withdrawn,
            loaded_at,
            case
                stage_number
                {%- for stage, _, _, _ in stages %} when {{ loop.index }} then {{ stage }}_date {%- endfor %}
            end as repeated_date,
            case
                stage_number
                {%- for stage, _, _, _ in stages[:-2] %}
                    when {{ loop.index }}
                    then
                        least(
                            {% for later, _, _, _ in stages[loop.index :] %}
                                {{ later }}_date{{ ', ' if not loop.last }}
                            {% endfor %}
                        )
                {%- endfor %}
                when {{ stages | length - 1 }}
                then {{ stages[-1][0] }}_date
            end as next_date,
            {%- for stage, _, _, _ in stages %} {{ stage }}_date{{ ',' if not loop.last }} {%- endfor %}
        from followed
    ),

    journeys as (
        select
            authority_code,
            child_key,
            stage_number,
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
                {%- for stage, _, _, _ in stages[1:] %}
                    when stage_number < {{ loop.index + 1 }} and next_date = {{ stage }}_date then '{{ stage }}'
                {%- endfor %}
            end as nearest_stage,
            is_withdrawn,
            loaded_at
        from reached
    )

select
    authority_code,
    child_key,
    case
        stage_number {%- for stage, _, _, _ in stages %} when {{ loop.index }} then '{{ stage }}' {%- endfor %}
    end as stage,
    stage_number,
    case
        stage_number {%- for _, fact, _, _ in stages %} when {{ loop.index }} then '{{ fact }}' {%- endfor %}
    end as event_table,
    event_key,
    stage_date,
    case when next_stage_date is not null then nearest_stage end as next_stage,
    next_stage_date,
    {{ days_between("stage_date", "next_stage_date") }} as days_to_next_stage,
    is_withdrawn,
    loaded_at
from journeys
