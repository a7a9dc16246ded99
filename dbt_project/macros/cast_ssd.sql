{# The Standard Safeguarding Dataset cast into the lists: each macro is the common table expressions that end in its list.
   A row's child, plan, period of care or enquiry is looked up in the current version of the table that tells of it.
   Plans, and periods of care, are in files of their own. #}

{% macro ssd_person() -%}
person as (
    {{ current_rows('ssd_person', ['child_id', 'birth_date', 'sex_code', 'gender_code', 'ethnicity_code']) }}
)
{%- endmacro %}

{% macro ssd_disability() -%}
disability_row as (
    {{ current_rows('ssd_disability', ['child_id', 'disability']) }}
),

disability as (
    select
        authority_code,
        reporting_month,
        child_id,
        {{ is_disabled('disability') }} as disability_code
    from disability_row
    group by authority_code, reporting_month, child_id
)
{%- endmacro %}

{# `given` with the child's columns. #}
{% macro ssd_child(given, with_disability=true, child='listed.child_id') -%}
{%- set head = {
    'child_id': child,
    'birth_date': "person.birth_date",
    'gender_code': "coalesce(nullif(trim(person.gender_code), ''), person.sex_code)",
    'ethnicity_code': "person.ethnicity_code",
} -%}
{%- if with_disability -%}{%- do head.update({'disability_code': "disability.disability_code"}) -%}{%- endif -%}
{{ return(dict(head, **given)) }}
{%- endmacro %}

{% macro ssd_annex_a_contacts() -%}
{{ ssd_person() }},

ssd_annex_a_contacts as (
    {%- set given = as_named(['contact_date', 'contact_source_code', 'contact_outcome_code', 'contact_id']) %}
    {{ cast_into('annex_a_contacts', 'ssd_contacts', ssd_child(given, false), "person.child_id is not null", joins=child_joined('person')) }}
)
{%- endmacro %}

{% macro ssd_annex_a_referrals() -%}
{{ ssd_person() }},

ssd_annex_a_referrals as (
    {%- set given = as_named([
        'referral_date', 'close_date', 'referral_source_code', 'referral_outcome_code', 'close_reason_code', 'is_no_further_action',
        'referral_id',
    ]) %}
    {{ cast_into('annex_a_referrals', 'ssd_cin_episodes', ssd_child(given, false), "person.child_id is not null", joins=child_joined('person')) }}
)
{%- endmacro %}

{% macro ssd_annex_a_assessments() -%}
{{ ssd_person() }},

{{ ssd_disability() }},

factors_row as (
    {{ current_rows('ssd_assessment_factors', ['assessment_id', 'assessment_factors']) }}
),

factors as (
    select
        authority_code,
        reporting_month,
        assessment_id,
        {{ join_sorted('assessment_factors', 'source_row') }} as assessment_factors
    from factors_row
    group by authority_code, reporting_month, assessment_id
),

ssd_annex_a_assessments as (
    {%- set joins %}
    {{ child_joined('person') }}
    {{ child_joined('disability') }}
    left join factors
        on
            listed.authority_code = factors.authority_code
            and listed.reporting_month = factors.reporting_month
            and listed.assessment_id = factors.assessment_id
    {%- endset %}
    {%- set given = as_named(['assessment_start_date', 'assessment_authorisation_date', 'is_child_seen']) %}
    {%- do given.update({
        'is_support_required': opposite('listed.is_no_further_action'),
        'assessment_factors': "case when versions.parts like '%ssd_assessment_factors%' then " ~ codes_in('factors.assessment_factors') ~ " end",
    }) %}
    {{ cast_into('annex_a_assessments', 'ssd_cin_assessments', ssd_child(given), "person.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{% macro ssd_annex_a_section_47() -%}
{{ ssd_person() }},

{{ ssd_disability() }},

conference_row as (
    {{ current_rows('ssd_initial_cp_conference', ['section_47_id', 'child_id', 'conference_date', 'is_plan_result']) }}
),

-- the latest conference of each enquiry about a child
conference as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.section_47_id,
        listed.child_id,
        max_by(listed.conference_date, {{ day_in('listed.conference_date') }}) as conference_date,
        max_by(coalesce(listed.is_plan_result, ''), {{ day_in('listed.conference_date') }}) as is_plan_result
    from conference_row as listed
    group by listed.authority_code, listed.reporting_month, listed.section_47_id, listed.child_id
),

ssd_annex_a_section_47 as (
    {%- set joins %}
    {{ child_joined('person') }}
    {{ child_joined('disability') }}
    {{ child_joined('conference') }} and listed.section_47_id = conference.section_47_id
    {%- endset %}
    {%- set given = {
        'section_47_start_date': "listed.section_47_start_date",
        'conference_date': "conference.conference_date",
        'is_conference_unnecessary': "case when conference.conference_date is not null then 'N' when not " ~ is_blank('listed.section_47_end_date')
            ~ " and versions.parts like '%ssd_initial_cp_conference%' then 'Y' end",
        'is_plan_result': "conference.is_plan_result",
    } %}
    {{ cast_into('annex_a_section_47', 'ssd_s47_enquiry', ssd_child(given), "person.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{# Annex A's list 6 has a row for each child in need plan, and one for what else an episode of need is open for: its assessments
   but for one that a plan begins with, its child protection plans and its periods of care. #}
{% macro ssd_annex_a_cin() -%}
{{ ssd_person() }},

{{ ssd_disability() }},

plan as (
    {{ current_rows('ssd_cin_plans', ['referral_id', 'cin_plan_start_date']) }}
),

need as (
    {{ current_rows('ssd_cin_episodes', ['referral_id', 'child_id', 'primary_need_code', 'close_date', 'close_reason_code']) }}
),

assessment as (
    {{ current_rows('ssd_cin_assessments', ['referral_id', 'assessment_start_date', 'assessment_authorisation_date']) }}
),

protection as (
    {{ current_rows('ssd_cp_plans', ['referral_id', 'cpp_end_date']) }}
),

care as (
    {{ current_rows('ssd_cla_episodes', ['referral_id', 'episode_end_date']) }}
),

{{ involved(
    "select assessment.authority_code, assessment.reporting_month, assessment.referral_id, 'ASSESS' as kind, assessment.assessment_authorisation_date as end_date
    from assessment
    left join plan
        on assessment.authority_code = plan.authority_code and assessment.reporting_month = plan.reporting_month
            and assessment.referral_id = plan.referral_id and assessment.assessment_start_date = plan.cin_plan_start_date
    where plan.referral_id is null",
    "select authority_code, reporting_month, referral_id, 'CIN' as kind, '' as end_date from plan",
    "select authority_code, reporting_month, referral_id, 'CPP' as kind, cpp_end_date as end_date from protection",
    "select authority_code, reporting_month, referral_id, 'LAC' as kind, episode_end_date as end_date from care",
) }},

ssd_annex_a_cin as (
    {{ cast_into('annex_a_cin', 'ssd_cin_episodes', ssd_child(episode_given()), "person.child_id is not null", joins=child_joined('person') ~ child_joined('disability') ~ involved_joined('listed.referral_id')) }}

    union all

    {%- set joins %}
    {{ child_joined('person') }}
    {{ child_joined('disability') }}
    {{ child_joined('need') }} and listed.referral_id = need.referral_id
    {%- endset %}

    {{ cast_into('annex_a_cin', 'ssd_cin_plans', ssd_child(plan_given('need')), "person.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{# What an episode of need is or was open for besides child in need plans, from SQL of rows with the end date of each by kind:
   the most serious that it still is, the last day of the others, and whether it has a child in need plan too. #}
{% macro involved() -%}
involvement as (
    {%- for part in varargs %}
    {{ part }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

involved as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.referral_id,
        max(
            case
                when not {{ is_blank('listed.end_date') }} or listed.kind = 'CIN' then 0
                else case listed.kind when 'LAC' then 3 when 'CPP' then 2 else 1 end
            end
        ) as open_kind,
        max({{ day_in('listed.end_date') }}) as last_day,
        bool_or(listed.kind = 'CIN') as has_plan
    from involvement as listed
    group by listed.authority_code, listed.reporting_month, listed.referral_id
    having bool_or(listed.kind <> 'CIN')
)
{%- endmacro %}

{% macro involved_joined(referral_id) -%}
    inner join involved
        on
            listed.authority_code = involved.authority_code
            and listed.reporting_month = involved.reporting_month
            and {{ referral_id }} = involved.referral_id
{%- endmacro %}

{# An episode ends when the case is closed; where a child in need plan follows, with what went before the plan: then the case is
   still open, and nothing gives a reason for closing. A reason that an open case gives all the same is kept, to be asked about. #}
{% macro episode_given() -%}
{%- set ended = "case when involved.open_kind > 0 then null when involved.has_plan then cast(involved.last_day as string) else listed.close_date end" -%}
{{ return({
    'cin_start_date': "listed.referral_date",
    'cin_closure_date': ended,
    'primary_need_code': "listed.primary_need_code",
    'closure_reason_code': "case when not " ~ is_blank(ended) ~ " or " ~ is_blank('listed.close_date') ~ " then listed.close_reason_code end",
    'is_case_open': "case when " ~ is_blank('listed.close_date') ~ " then 'Y' else 'N' end",
    'is_cin_plan': "'N'",
    'case_status_code': "case when not " ~ is_blank(ended) ~ " then 'CLOSED' else case involved.open_kind when 3 then 'LAC' when 2 then 'CPP' else 'ASSESS' end end",
}) }}
{%- endmacro %}

{% macro plan_given(need) -%}
{{ return({
    'cin_start_date': "listed.cin_plan_start_date",
    'cin_closure_date': "listed.cin_plan_end_date",
    'primary_need_code': need ~ ".primary_need_code",
    'closure_reason_code': "case when not " ~ is_blank('listed.cin_plan_end_date') ~ " or " ~ is_blank(need ~ '.close_date') ~ " then " ~ need ~ ".close_reason_code end",
    'is_case_open': "case when " ~ is_blank(need ~ '.close_date') ~ " then 'Y' else 'N' end",
    'is_cin_plan': "'Y'",
    'case_status_code': "case when " ~ is_blank('listed.cin_plan_end_date') ~ " then 'CIN' else 'CLOSED' end",
}) }}
{%- endmacro %}
