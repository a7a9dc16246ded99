-- grain: one row per period of care and start date of a placement: the most recent placement that each monthly list shows
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'lac_key': "staged.event_key",
    'placement_start_date': "staged.placement_start_date",
    'placement_type_code': "staged.placement_type_code",
    'placement_provider_code': "staged.placement_provider_code",
    'placement_location_code': "staged.placement_location_code",
} %}
{% do columns.update(child_at('staged.placement_start_date')) %}
{{ conformed_events('annex_a_lac', {'lac_placement_key': "md5(staged.event_key || '|' || cast(staged.placement_start_date as string))"}, columns, month="cast(date_trunc('month', staged.placement_start_date) as date)", only="staged.event_key is not null and staged.placement_start_date is not null", is_repeated=false) }}
