-- grain: one row per child protection plan and date of a statutory visit: the latest visit that each monthly list shows
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'cpp_key': "staged.event_key",
    'visit_date': "staged.last_visit_date",
    'is_seen_alone': "staged.is_seen_alone",
} %}
{% do columns.update(child_at('staged.last_visit_date')) %}
{{ conformed_events('annex_a_cpp', {'cpp_visit_key': "md5(staged.event_key || '|' || cast(staged.last_visit_date as string))"}, columns, month="cast(date_trunc('month', staged.last_visit_date) as date)", only="staged.event_key is not null and staged.last_visit_date is not null", is_repeated=false) }}
