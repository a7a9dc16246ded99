{# The children in need census cast into the lists: each macro is the common table expressions that end in its list. Every row
   brings its child and the date of its referral, by which the parts of one episode of need find each other. #}

{% macro census_child(given, with_disability=true) -%}
{%- set head = as_named(['child_id', 'birth_date', 'gender_code', 'ethnicity_code']) -%}
{%- if with_disability -%}
{%- do head.update({'disability_code': "case when not " ~ is_blank('listed.disability') ~ " then case when upper(trim(listed.disability)) = 'NONE' then 'N' else 'Y' end end"}) -%}
{%- endif -%}
{{ return(dict(head, **given)) }}
{%- endmacro %}

{% macro cin_census_annex_a_referrals() -%}
cin_census_annex_a_referrals as (
    {%- set given = as_named(['referral_date', 'close_date', 'referral_source_code', 'close_reason_code', 'is_no_further_action']) %}
    {{ cast_into('annex_a_referrals', 'cin_census_referrals', census_child(given, false), 'true') }}
)
{%- endmacro %}

{% macro cin_census_annex_a_assessments() -%}
cin_census_annex_a_assessments as (
    {%- set given = as_named(['assessment_start_date', 'assessment_authorisation_date']) %}
    {%- do given.update({'assessment_factors': codes_in('listed.assessment_factors')}) %}
    {{ cast_into('annex_a_assessments', 'cin_census_assessments', census_child(given), 'true') }}
)
{%- endmacro %}

{# The census says of every enquiry whether a conference was needed, also of one that is still open: no is an answer only once
   there was a conference. #}
{% macro cin_census_annex_a_section_47() -%}
cin_census_annex_a_section_47 as (
    {%- set given = as_named(['section_47_start_date', 'conference_date']) %}
    {%- do given.update({
        'is_conference_unnecessary': "case when " ~ is_blank('listed.conference_date')
            ~ " and lower(trim(listed.is_conference_unnecessary)) in ('n', 'no', '0', 'false') then null else listed.is_conference_unnecessary end",
    }) %}
    {{ cast_into('annex_a_section_47', 'cin_census_section_47', census_child(given), 'true') }}
)
{%- endmacro %}

{% macro cin_census_annex_a_cin() -%}
plan as (
    {{ current_rows('cin_census_plans', ['child_id', 'referral_date', 'cin_plan_start_date']) }}
),

need as (
    {{ current_rows('cin_census_referrals', ['child_id', 'referral_date', 'primary_need_code', 'close_date', 'close_reason_code']) }}
),

assessment as (
    {{ current_rows('cin_census_assessments', ['child_id', 'referral_date', 'assessment_start_date', 'assessment_authorisation_date']) }}
),

protection as (
    {{ current_rows('cin_census_cpp', ['child_id', 'referral_date', 'cpp_end_date']) }}
),

{{ involved(
    "select assessment.authority_code, assessment.reporting_month, assessment.child_id || '|' || assessment.referral_date as referral_id,
        'ASSESS' as kind, assessment.assessment_authorisation_date as end_date
    from assessment
    left join plan
        on assessment.authority_code = plan.authority_code and assessment.reporting_month = plan.reporting_month
            and assessment.child_id = plan.child_id and assessment.referral_date = plan.referral_date
            and assessment.assessment_start_date = plan.cin_plan_start_date
    where plan.child_id is null",
    "select authority_code, reporting_month, child_id || '|' || referral_date as referral_id, 'CIN' as kind, '' as end_date from plan",
    "select authority_code, reporting_month, child_id || '|' || referral_date as referral_id, 'CPP' as kind, cpp_end_date as end_date
    from protection",
) }},

cin_census_annex_a_cin as (
    {{ cast_into('annex_a_cin', 'cin_census_referrals', census_child(episode_given()), 'true', joins=involved_joined("listed.child_id || '|' || listed.referral_date")) }}

    union all

    {%- set joins %}
    {{ child_joined('need') }} and listed.referral_date = need.referral_date
    {%- endset %}

    {{ cast_into('annex_a_cin', 'cin_census_plans', census_child(plan_given('need')), 'true', joins=joins) }}
)
{%- endmacro %}

{% macro cin_census_annex_a_cpp() -%}
review_row as (
    {{ current_rows('cin_census_cpp_reviews', ['child_id', 'cpp_start_date', 'review_date']) }}
),

review as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.child_id,
        listed.cpp_start_date,
        max_by(listed.review_date, {{ day_in('listed.review_date') }}) as review_date
    from review_row as listed
    group by listed.authority_code, listed.reporting_month, listed.child_id, listed.cpp_start_date
),

cin_census_annex_a_cpp as (
    {%- set given = as_named(['cpp_start_date', 'cpp_end_date', 'initial_category_code', 'latest_category_code', 'previous_plans']) %}
    {%- do given.update({'last_review_date': "review.review_date"}) %}
    {%- set joins %}
    {{ child_joined('review') }} and listed.cpp_start_date = review.cpp_start_date
    {%- endset %}
    {{ cast_into('annex_a_cpp', 'cin_census_cpp', census_child(given), 'true', joins=joins) }}
)
{%- endmacro %}

{% macro cin_census_cpp_reviews() -%}
cin_census_cpp_reviews as (
    {%- set given = as_named(['cpp_start_date', 'review_date']) %}
    {{ cast_into('cpp_reviews', 'cin_census_cpp_reviews', census_child(given, false), 'true') }}
)
{%- endmacro %}
