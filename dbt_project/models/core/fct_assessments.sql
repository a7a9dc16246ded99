-- grain: one row per assessment of a child
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'assessment_start_date': "staged.assessment_start_date",
    'assessment_authorisation_date': "staged.assessment_authorisation_date",
    'working_days': "last_day.working_day_number - first_day.working_day_number",
    'is_child_seen': "staged.is_child_seen",
    'is_support_required': "staged.is_support_required",
    'assessment_factors': "staged.assessment_factors",
    'disability_code': "staged.disability_code",
} %}
{% do columns.update(child_at('staged.assessment_start_date')) %}
{% do columns.update({'failed_checks': failed_checks('annex_a_assessments')}) %}
{% set joins %}
        left join {{ ref('dim_date') }} as first_day on staged.assessment_start_date = first_day.calendar_date
        left join {{ ref('dim_date') }} as last_day on staged.assessment_authorisation_date = last_day.calendar_date
{{ dated_codes('annex_a_assessments') }}
{% endset %}
{{ conformed_events('annex_a_assessments', {'assessment_key': "staged.event_key"}, columns, joins=joins) }}
