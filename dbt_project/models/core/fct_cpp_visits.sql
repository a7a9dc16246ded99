-- grain: one row per child protection plan and date of a statutory visit: every visit, or the latest that each monthly list shows
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set cpp_key = event_key(['cpp_start_date'], 'staged.') %}
{% set columns = {
    'cpp_key': cpp_key,
    'visit_date': "staged.visit_date",
    'is_seen': "staged.is_seen",
    'is_seen_alone': "staged.is_seen_alone",
} %}
{% do columns.update(child_at('staged.visit_date')) %}
{{ conformed_events('cpp_visits', {'cpp_visit_key': "md5(" ~ cpp_key ~ " || '|' || cast(staged.visit_date as string))"}, columns, only="staged.event_key is not null and staged.cpp_start_date is not null", is_repeated=false) }}
