-- grain: one row per section 47 enquiry about a child
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'section_47_start_date': "staged.section_47_start_date",
    'conference_date': "staged.conference_date",
    'working_days_to_conference': "last_day.working_day_number - first_day.working_day_number",
    'is_conference_unnecessary': "staged.is_conference_unnecessary",
    'is_plan_result': "staged.is_plan_result",
    'section_47_last_12_months': "staged.section_47_last_12_months",
    'conferences_last_12_months': "staged.conferences_last_12_months",
    'disability_code': "staged.disability_code",
} %}
{% do columns.update(child_at('staged.section_47_start_date')) %}
{% do columns.update({'failed_checks': failed_checks('annex_a_section_47')}) %}
{% set joins %}
        left join {{ ref('dim_date') }} as first_day on staged.section_47_start_date = first_day.calendar_date
        left join {{ ref('dim_date') }} as last_day on staged.conference_date = last_day.calendar_date
{{ dated_codes('annex_a_section_47') }}
{% endset %}
{{ conformed_events('annex_a_section_47', {'section_47_key': "staged.event_key"}, columns, joins=joins) }}
