-- grain: one row per child protection plan of a child
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'cpp_start_date': "staged.cpp_start_date",
    'cpp_end_date': "staged.cpp_end_date",
    'last_visit_date': "staged.last_visit_date",
    'last_review_date': "staged.last_review_date",
    'initial_category_code': "staged.initial_category_code",
    'latest_category_code': "staged.latest_category_code",
    'is_seen_alone': "staged.is_seen_alone",
    'is_emergency_protected': "staged.is_emergency_protected",
    'previous_plans': "staged.previous_plans",
    'disability_code': "staged.disability_code",
} %}
{% do columns.update(child_at('staged.cpp_start_date')) %}
{% do columns.update({'failed_checks': failed_checks('annex_a_cpp')}) %}
{{ conformed_events('annex_a_cpp', {'cpp_key': "staged.event_key"}, columns, joins=dated_codes('annex_a_cpp')) }}
