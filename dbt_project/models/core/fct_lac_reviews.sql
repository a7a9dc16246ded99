-- grain: one row per period of care and date of a statutory review: every review, or the latest that each monthly list shows
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
    'review_date': "staged.review_date",
    'due_date': "staged.due_date",
    'participation': "staged.participation",
} %}
{% do columns.update(child_at('staged.review_date')) %}
{{ conformed_events('lac_reviews', {'lac_review_key': "md5(" ~ lac_key ~ " || '|' || cast(staged.review_date as string))"}, columns, only="staged.event_key is not null and staged.lac_start_date is not null", is_repeated=false) }}
