{# The Standard Safeguarding Dataset's plans, with their visits and reviews, cast into the lists. #}

{% macro ssd_annex_a_cpp() -%}
{{ ssd_person() }},

{{ ssd_disability() }},

visit_row as (
    {{ current_rows('ssd_cp_visits', ['cpp_id', 'child_id', 'visit_date', 'is_seen_alone']) }}
),

visit as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.cpp_id,
        listed.child_id,
        max_by(listed.visit_date, {{ day_in('listed.visit_date') }}) as visit_date,
        max_by(coalesce(listed.is_seen_alone, ''), {{ day_in('listed.visit_date') }}) as is_seen_alone
    from visit_row as listed
    group by listed.authority_code, listed.reporting_month, listed.cpp_id, listed.child_id
),

review_row as (
    {{ current_rows('ssd_cp_reviews', ['cpp_id', 'child_id', 'review_date']) }}
),

review as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.cpp_id,
        listed.child_id,
        max_by(listed.review_date, {{ day_in('listed.review_date') }}) as review_date
    from review_row as listed
    group by listed.authority_code, listed.reporting_month, listed.cpp_id, listed.child_id
),

plan_row as (
    {{ current_rows('ssd_cp_plans', ['cpp_id', 'child_id', 'cpp_start_date']) }}
),

-- plans before this one, as far back as the dataset goes
counted as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.cpp_id,
        listed.child_id,
        cast(rank() over (
            partition by listed.authority_code, listed.reporting_month, listed.child_id
            order by {{ day_in('listed.cpp_start_date') }} asc nulls last
        ) - 1 as string) as previous_plans
    from plan_row as listed
),

ssd_annex_a_cpp as (
    {%- set joins %}
    {{ child_joined('person') }}
    {{ child_joined('disability') }}
    {{ child_joined('visit') }} and listed.cpp_id = visit.cpp_id
    {{ child_joined('review') }} and listed.cpp_id = review.cpp_id
    {{ child_joined('counted') }} and listed.cpp_id = counted.cpp_id
    {%- endset %}
    {%- set given = as_named(['cpp_start_date', 'cpp_end_date', 'initial_category_code', 'latest_category_code']) %}
    {%- do given.update({
        'last_visit_date': "visit.visit_date",
        'is_seen_alone': "visit.is_seen_alone",
        'last_review_date': "review.review_date",
        'previous_plans': "counted.previous_plans",
    }) %}
    {{ cast_into('annex_a_cpp', 'ssd_cp_plans', ssd_child(given), "person.child_id is not null", joins=joins, only=ssd_own_plan()) }}
)
{%- endmacro %}

{# Plans of other authorities, held for a while, are none of this one. #}
{% macro ssd_own_plan(plan='listed') -%}
lower(coalesce(trim({{ plan }}.is_other_authority), '')) not in ('y', 'yes', '1', 'true')
{%- endmacro %}

{% macro ssd_plan() -%}
plan_row as (
    {{ current_rows('ssd_cp_plans', ['cpp_id', 'child_id', 'cpp_start_date', 'is_other_authority']) }}
),

plan as (
    select
        authority_code,
        reporting_month,
        cpp_id,
        child_id,
        cpp_start_date
    from plan_row
    where {{ ssd_own_plan('plan_row') }}
)
{%- endmacro %}

{% macro ssd_of_plan() -%}
    {{ child_joined('person') }}
    inner join plan
        on
            listed.authority_code = plan.authority_code
            and listed.reporting_month = plan.reporting_month
            and listed.child_id = plan.child_id
            and listed.cpp_id = plan.cpp_id
{%- endmacro %}

{% macro ssd_cpp_visits() -%}
{{ ssd_person() }},

{{ ssd_plan() }},

ssd_cpp_visits as (
    {%- set given = as_named(['visit_date', 'is_seen', 'is_seen_alone']) %}
    {%- do given.update({'cpp_start_date': "plan.cpp_start_date"}) %}
    {{ cast_into('cpp_visits', 'ssd_cp_visits', ssd_child(given, false), "person.child_id is not null", joins=ssd_of_plan()) }}
)
{%- endmacro %}

{# A review that is only due has no day yet. #}
{% macro ssd_cpp_reviews() -%}
{{ ssd_person() }},

{{ ssd_plan() }},

ssd_cpp_reviews as (
    {%- set given = as_named(['review_date', 'due_date']) %}
    {%- do given.update({'cpp_start_date': "plan.cpp_start_date"}) %}
    {{ cast_into('cpp_reviews', 'ssd_cp_reviews', ssd_child(given, false), "person.child_id is not null", joins=ssd_of_plan(), only='not ' ~ is_blank('listed.review_date')) }}
)
{%- endmacro %}
