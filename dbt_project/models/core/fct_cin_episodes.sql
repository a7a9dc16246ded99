-- grain: one row per episode of need of a child
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'cin_start_date': "staged.cin_start_date",
    'cin_closure_date': "staged.cin_closure_date",
    'last_seen_date': "staged.last_seen_date",
    'primary_need_code': "staged.primary_need_code",
    'closure_reason_code': "staged.closure_reason_code",
    'case_status_code': "staged.case_status_code",
    'is_cin_plan': "staged.is_cin_plan",
    'disability_code': "staged.disability_code",
} %}
{% do columns.update(child_at('staged.cin_start_date')) %}
{% do columns.update({'failed_checks': failed_checks('annex_a_cin')}) %}
{{ conformed_events('annex_a_cin', {'cin_episode_key': "staged.event_key"}, columns, joins=dated_codes('annex_a_cin')) }}
