-- grain: one row per period of care and start date of a placement: every placement, or the most recent that each monthly list shows
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set lac_key = event_key(['lac_start_date'], 'staged.') %}
{% set columns = {
    'lac_key': lac_key,
    'placement_start_date': "staged.placement_start_date",
    'placement_end_date': "staged.placement_end_date",
    'placement_type_code': "staged.placement_type_code",
    'placement_provider_code': "staged.placement_provider_code",
    'placement_location_code': "staged.placement_location_code",
    'change_reason_code': "staged.change_reason_code",
} %}
{% do columns.update(child_at('staged.placement_start_date')) %}
{{ conformed_events('lac_placements', {'lac_placement_key': "md5(" ~ lac_key ~ " || '|' || cast(staged.placement_start_date as string))"}, columns, only="staged.event_key is not null and staged.lac_start_date is not null", is_repeated=false) }}
