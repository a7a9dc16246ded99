-- grain: one row per row delivered that is a child protection plan, of every dataset and version, with the standing of
-- its delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "cpp_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "cpp_start_date",
    "cpp_end_date",
    "last_visit_date",
    "last_review_date",
    "initial_category_code",
    "latest_category_code",
    "is_seen_alone",
    "is_emergency_protected",
    "previous_plans",
    "disability_code",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_cpp__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_cpp__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_cpp__cin_census") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_cpp'
    and listed.delivery_id = deliveries.delivery_id
