-- grain: one row per contact of a child
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'contact_date': "staged.contact_date",
    'contact_source_code': "staged.contact_source_code",
    'contact_outcome_code': "staged.contact_outcome_code",
    'is_open_case': "staged.is_open_case",
} %}
{% do columns.update(child_at('staged.contact_date')) %}
{% do columns.update({'failed_checks': failed_checks('annex_a_contacts')}) %}
{{ conformed_events('annex_a_contacts', {'contact_key': "staged.event_key"}, columns, joins=dated_codes('annex_a_contacts')) }}
