-- grain: one row per row delivered that is a review of care, of every dataset and version, with the standing of its
-- delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "lac_key",
    "lac_review_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "review_date",
    "lac_start_date",
    "due_date",
    "participation",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_lac_reviews__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_lac_reviews__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_lac_reviews__ssda903") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'lac_reviews'
    and listed.delivery_id = deliveries.delivery_id
