-- grain: one row per time a child was missing, or away from placement without authorisation
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'missing_start_date': "staged.missing_start_date",
    'missing_end_date': "staged.missing_end_date",
    'missing_type_code': "staged.missing_type_code",
    'is_return_interview_offered': "staged.is_return_interview_offered",
    'is_return_interview_accepted': "staged.is_return_interview_accepted",
} %}
{% do columns.update(child_at('staged.missing_start_date')) %}
{{ conformed_events('missing_episodes', {'missing_episode_key': "staged.event_key"}, columns, is_repeated=false) }}
