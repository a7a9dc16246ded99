{# The Standard Safeguarding Dataset cast into the lists: each macro is the common table expressions that end in its list.
   A row's child, plan, period of care or enquiry is looked up in the current version of the table that tells of it. #}

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

{# One row per period of care: its first episode's row, with what the later ones say. #}
{% macro ssd_period(columns=[]) -%}
episode as (
    {{ current_rows('ssd_cla_episodes', ['period_id', 'child_id', 'episode_start_date', 'episode_end_date', 'episode_end_reason_code', 'need_code', 'last_iro_visit_date']) }}
),

period as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        listed.child_id,
        min(listed.source_row) as source_row,
        min_by(listed.episode_start_date, {{ day_in('listed.episode_start_date') }}) as lac_start_date,
        min({{ day_in('listed.episode_start_date') }}) as start_day,
        max_by(coalesce(listed.episode_end_date, ''), {{ day_in('listed.episode_start_date') }}) as lac_end_date,
        max_by(coalesce(listed.episode_end_reason_code, ''), {{ day_in('listed.episode_start_date') }}) as end_reason_code,
        max_by(listed.need_code, {{ day_in('listed.episode_start_date') }}) as need_code,
        max_by(listed.last_iro_visit_date, {{ day_in('listed.last_iro_visit_date') }}) as last_iro_visit_date
    from episode as listed
    group by listed.authority_code, listed.reporting_month, listed.period_id, listed.child_id
)
{%- endmacro %}

{% macro ssd_annex_a_lac() -%}
{{ ssd_person() }},

{{ ssd_disability() }},

{{ ssd_period() }},

-- the day up to which a period is looked at: the month's last one, or that on which it ended
until as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        listed.child_id,
        listed.start_day,
        least({{ day_in('listed.lac_end_date') }}, {{ days_after(add_months_to('listed.reporting_month', 1), -1) }}) as last_day
    from period as listed
),

placement_row as (
    {{ current_rows('ssd_cla_placement', ['period_id', 'child_id', 'placement_start_date', 'placement_type_code', 'placement_provider_code']) }}
),

placement_day as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        listed.child_id,
        listed.placement_start_date,
        listed.placement_type_code,
        listed.placement_provider_code,
        {{ day_in('listed.placement_start_date') }} as start_day
    from placement_row as listed
),

-- placements that ended twelve months before and earlier do not count: a later one began by then
placement as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        listed.child_id,
        max_by(listed.placement_start_date, listed.start_day) as placement_start_date,
        max_by(coalesce(listed.placement_type_code, ''), listed.start_day) as placement_type_code,
        max_by(coalesce(listed.placement_provider_code, ''), listed.start_day) as placement_provider_code,
        cast(count(case when listed.start_day > {{ add_months_to('until.last_day', -12) }} then 1 end)
            + max(case when listed.start_day <= {{ add_months_to('until.last_day', -12) }} then 1 else 0 end) as string) as placements
    from placement_day as listed
    inner join until
        on
            listed.authority_code = until.authority_code
            and listed.reporting_month = until.reporting_month
            and listed.child_id = until.child_id
            and listed.period_id = until.period_id
            and listed.start_day <= until.last_day
    group by listed.authority_code, listed.reporting_month, listed.period_id, listed.child_id
),

legal_row as (
    {{ current_rows('ssd_legal_status', ['child_id', 'legal_status_code', 'legal_status_start_date']) }}
),

legal_day as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.child_id,
        listed.legal_status_code,
        listed.legal_status_start_date,
        {{ day_in('listed.legal_status_start_date') }} as start_day
    from legal_row as listed
),

legal as (
    select
        listed.authority_code,
        listed.reporting_month,
        until.period_id,
        listed.child_id,
        max_by(coalesce(listed.legal_status_code, ''), listed.start_day) as legal_status_code,
        max_by(listed.legal_status_start_date, listed.start_day) as legal_status_start_date
    from legal_day as listed
    inner join until
        on
            listed.authority_code = until.authority_code
            and listed.reporting_month = until.reporting_month
            and listed.child_id = until.child_id
            and listed.start_day between until.start_day and until.last_day
    group by listed.authority_code, listed.reporting_month, until.period_id, listed.child_id
),

review_row as (
    {{ current_rows('ssd_cla_reviews', ['period_id', 'review_date', 'is_cancelled']) }}
),

review as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        max_by(listed.review_date, {{ day_in('listed.review_date') }}) as review_date
    from review_row as listed
    where {{ ssd_held() }}
    group by listed.authority_code, listed.reporting_month, listed.period_id
),

missing_row as (
    {{ current_rows('ssd_missing', ['child_id', 'missing_type_code', 'missing_start_date']) }}
),

{{ missing_counted() }},

status_row as (
    {{ current_rows('ssd_immigration_status', ['child_id', 'status_end_date', 'immigration_status']) }}
),

uasc as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.child_id,
        max_by(coalesce(listed.status_end_date, ''), coalesce({{ day_in('listed.status_end_date') }}, date '2100-01-01')) as uasc_ceased_date
    from status_row as listed
    where lower(listed.immigration_status) like '%uasc%' or lower(listed.immigration_status) like '%unaccompanied%'
    group by listed.authority_code, listed.reporting_month, listed.child_id
),

ssd_annex_a_lac as (
    {%- set joins %}
    inner join period
        on
            listed.authority_code = period.authority_code
            and listed.reporting_month = period.reporting_month
            and listed.child_id = period.child_id
            and listed.period_id = period.period_id
            and listed.source_row = period.source_row
    {{ latest_only('ssd_cla_episodes') }}
    {{ child_joined('person') }}
    {{ child_joined('disability') }}
    {{ child_joined('placement') }} and listed.period_id = placement.period_id
    {{ child_joined('legal') }} and listed.period_id = legal.period_id
    {{ child_joined('missing_by') }} and listed.period_id = missing_by.period_id
    {{ child_joined('uasc') }}
    left join review
        on
            listed.authority_code = review.authority_code
            and listed.reporting_month = review.reporting_month
            and listed.period_id = review.period_id
    {%- endset %}
    {%- set given = {
        'lac_start_date': "period.lac_start_date",
        'lac_end_date': "case when upper(trim(period.end_reason_code)) <> 'X1' then period.lac_end_date end",
        'end_reason_code': "case when upper(trim(period.end_reason_code)) <> 'X1' then period.end_reason_code end",
        'need_code': "period.need_code",
        'last_iro_visit_date': "period.last_iro_visit_date",
        'legal_status_code': "legal.legal_status_code",
        'legal_status_start_date': "legal.legal_status_start_date",
        'placement_start_date': "placement.placement_start_date",
        'placement_type_code': "placement.placement_type_code",
        'placement_provider_code': "placement.placement_provider_code",
        'placements_last_12_months': "placement.placements",
        'last_review_date': "review.review_date",
    } %}
    {%- do given.update(care_given('ssd_missing', 'ssd_immigration_status')) %}
    {{ cast_into('annex_a_lac', 'ssd_cla_episodes', ssd_child(given), "person.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{# A review that was held: not cancelled, and with a day. #}
{% macro ssd_held() -%}
not {{ is_blank('listed.review_date') }} and lower(coalesce(trim(listed.is_cancelled), '')) not in ('y', 'yes', '1', 'true')
{%- endmacro %}

{# How often each child in care was missing or absent in the twelve months up to the last day looked at. #}
{% macro missing_counted() -%}
missing_day as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.child_id,
        upper(substr(trim(listed.missing_type_code), 1, 1)) as kind,
        {{ day_in('listed.missing_start_date') }} as start_day
    from missing_row as listed
),

missing_by as (
    select
        listed.authority_code,
        listed.reporting_month,
        until.period_id,
        listed.child_id,
        cast(count(case when listed.kind = 'M' then 1 end) as string) as missing_episodes,
        cast(count(case when listed.kind = 'A' then 1 end) as string) as absent_episodes
    from missing_day as listed
    inner join until
        on
            listed.authority_code = until.authority_code
            and listed.reporting_month = until.reporting_month
            and listed.child_id = until.child_id
            and listed.start_day <= until.last_day
            and listed.start_day > {{ add_months_to('until.last_day', -12) }}
    group by listed.authority_code, listed.reporting_month, until.period_id, listed.child_id
)
{%- endmacro %}

{# What is nought or no where the table that would tell of it was delivered, and unknown where it was not. #}
{% macro care_given(missing, uasc) -%}
{%- set was = "versions.parts like '%" -%}
{{ return({
    'missing_episodes_12_months': "case when " ~ was ~ missing ~ "%' then coalesce(missing_by.missing_episodes, '0') end",
    'absent_episodes_12_months': "case when " ~ was ~ missing ~ "%' then coalesce(missing_by.absent_episodes, '0') end",
    'is_uasc': "case when " ~ was ~ uasc ~ "%' then case when uasc.child_id is not null and coalesce(" ~ day_in('uasc.uasc_ceased_date')
        ~ " > " ~ add_months_to('listed.reporting_month', -11) ~ ", true) then 'Y' else 'N' end end",
    'uasc_ceased_date': "uasc.uasc_ceased_date",
}) }}
{%- endmacro %}

{% macro ssd_of_period() -%}
    inner join period
        on
            listed.authority_code = period.authority_code
            and listed.reporting_month = period.reporting_month
            and listed.period_id = period.period_id
    {{ child_joined('person', 'period.child_id') }}
{%- endmacro %}

{% macro ssd_lac_placements() -%}
{{ ssd_person() }},

{{ ssd_period() }},

ssd_lac_placements as (
    {%- set given = as_named(['placement_start_date', 'placement_end_date', 'placement_type_code', 'placement_provider_code', 'change_reason_code']) %}
    {%- do given.update({'lac_start_date': "period.lac_start_date"}) %}
    {{ cast_into('lac_placements', 'ssd_cla_placement', ssd_child(given, false, 'period.child_id'), "person.child_id is not null", joins=ssd_of_period()) }}
)
{%- endmacro %}

{# An episode has the home of its placement, and the legal status that had begun last. #}
{% macro ssd_lac_episodes() -%}
{{ ssd_person() }},

placement as (
    {{ current_rows('ssd_cla_placement', ['placement_id', 'placement_type_code', 'placement_provider_code', 'placement_postcode', 'placement_urn']) }}
),

episode as (
    {{ current_rows('ssd_cla_episodes', ['child_id', 'episode_start_date']) }}
),

legal_row as (
    {{ current_rows('ssd_legal_status', ['child_id', 'legal_status_code', 'legal_status_start_date']) }}
),

legal as (
    select
        episode.authority_code,
        episode.reporting_month,
        episode.source_row,
        max_by(coalesce(listed.legal_status_code, ''), {{ day_in('listed.legal_status_start_date') }}) as legal_status_code
    from legal_row as listed
    inner join episode
        on
            listed.authority_code = episode.authority_code
            and listed.reporting_month = episode.reporting_month
            and listed.child_id = episode.child_id
            and {{ day_in('listed.legal_status_start_date') }} <= {{ day_in('episode.episode_start_date') }}
    group by episode.authority_code, episode.reporting_month, episode.source_row
),

ssd_lac_episodes as (
    {%- set joins %}
    left join placement
        on
            listed.authority_code = placement.authority_code
            and listed.reporting_month = placement.reporting_month
            and listed.placement_id = placement.placement_id
    left join legal
        on
            listed.authority_code = legal.authority_code
            and listed.reporting_month = legal.reporting_month
            and listed.source_row = legal.source_row
    {{ latest_only('ssd_cla_episodes') }}
    {{ child_joined('person') }}
    {%- endset %}
    {%- set given = as_named(['episode_start_date', 'episode_end_date', 'need_code']) %}
    {%- do given.update({
        'start_reason': "upper(trim(listed.episode_start_reason))",
        'end_reason_code': "listed.episode_end_reason_code",
        'legal_status_code': "legal.legal_status_code",
        'placement_type_code': "placement.placement_type_code",
        'placement_provider_code': "placement.placement_provider_code",
        'placement_postcode_key': place_key(postcode_in('placement.placement_postcode')),
        'placement_urn_key': place_key('upper(trim(placement.placement_urn))'),
    }) %}
    {{ cast_into('lac_episodes', 'ssd_cla_episodes', ssd_child(given, false), "person.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{% macro ssd_lac_reviews() -%}
{{ ssd_person() }},

{{ ssd_period() }},

ssd_lac_reviews as (
    {%- set given = as_named(['review_date', 'due_date', 'participation']) %}
    {%- do given.update({'lac_start_date': "period.lac_start_date"}) %}
    {{ cast_into('lac_reviews', 'ssd_cla_reviews', ssd_child(given, false, 'period.child_id'), "person.child_id is not null", joins=ssd_of_period(), only=ssd_held()) }}
)
{%- endmacro %}

{% macro ssd_missing_episodes() -%}
{{ ssd_person() }},

ssd_missing_episodes as (
    {%- set given = as_named([
        'missing_start_date', 'missing_end_date', 'missing_type_code', 'is_return_interview_offered', 'is_return_interview_accepted',
    ]) %}
    {{ cast_into('missing_episodes', 'ssd_missing', ssd_child(given, false), "person.child_id is not null", joins=child_joined('person')) }}
)
{%- endmacro %}
