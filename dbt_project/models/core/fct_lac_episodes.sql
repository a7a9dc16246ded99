-- grain: one row per episode of care: a stretch of it with one home and one legal status
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'episode_start_date': "staged.episode_start_date",
    'episode_end_date': "staged.episode_end_date",
    'start_reason': "staged.start_reason",
    'end_reason_code': "staged.end_reason_code",
    'legal_status_code': "staged.legal_status_code",
    'need_code': "staged.need_code",
    'placement_type_code': "staged.placement_type_code",
    'placement_provider_code': "staged.placement_provider_code",
} %}
{% do columns.update(child_at('staged.episode_start_date')) %}
{{ conformed_events('lac_episodes', {'lac_episode_key': "staged.event_key"}, columns, is_repeated=false) }}
