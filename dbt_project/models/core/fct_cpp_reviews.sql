-- grain: one row per child protection plan and date of a review: every review, or the latest that each monthly list shows
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
    'review_date': "staged.review_date",
    'due_date': "staged.due_date",
} %}
{% do columns.update(child_at('staged.review_date')) %}
{{ conformed_events('cpp_reviews', {'cpp_review_key': "md5(" ~ cpp_key ~ " || '|' || cast(staged.review_date as string))"}, columns, only="staged.event_key is not null and staged.cpp_start_date is not null", is_repeated=false) }}
