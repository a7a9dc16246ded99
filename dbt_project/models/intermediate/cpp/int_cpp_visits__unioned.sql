-- grain: one row per row delivered that is a visit to a child on a plan, of every dataset and version, with the
-- standing of its delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "cpp_key",
    "cpp_visit_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "visit_date",
    "cpp_start_date",
    "is_seen",
    "is_seen_alone",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_cpp_visits__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_cpp_visits__ssd") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'cpp_visits'
    and listed.delivery_id = deliveries.delivery_id
