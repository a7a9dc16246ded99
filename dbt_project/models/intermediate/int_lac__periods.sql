-- grain: one row per period of care of a child, with the date of birth that core never shows
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'lac_start_date': "staged.lac_start_date",
    'lac_end_date': "staged.lac_end_date",
    'end_reason_code': "staged.end_reason_code",
    'is_uasc': "staged.is_uasc",
    'uasc_ceased_date': "staged.uasc_ceased_date",
    'is_second_period': "staged.is_second_period",
    'need_code': "staged.need_code",
    'legal_status_code': "staged.legal_status_code",
    'legal_status_start_date': "staged.legal_status_start_date",
    'placement_start_date': "staged.placement_start_date",
    'placement_type_code': "staged.placement_type_code",
    'placement_provider_code': "staged.placement_provider_code",
    'placement_location_code': "staged.placement_location_code",
    'placements_last_12_months': "staged.placements_last_12_months",
    'missing_episodes_12_months': "staged.missing_episodes_12_months",
    'absent_episodes_12_months': "staged.absent_episodes_12_months",
    'last_review_date': "staged.last_review_date",
    'last_visit_date': "staged.last_visit_date",
    'last_health_assessment_date': "staged.last_health_assessment_date",
    'last_dental_check_date': "staged.last_dental_check_date",
    'disability_code': "staged.disability_code",
    'birth_date': "staged.birth_date",
} %}
{% do columns.update(child_at('staged.lac_start_date')) %}
{% do columns.update({'failed_checks': failed_checks('annex_a_lac')}) %}
{{ conformed_events('annex_a_lac', {'lac_key': "staged.event_key"}, columns, joins=dated_codes('annex_a_lac')) }}
