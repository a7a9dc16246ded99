-- grain: one row per row delivered that is a contact, of every dataset and version, with the standing of its delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "contact_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "contact_date",
    "contact_source_code",
    "contact_outcome_code",
    "is_open_case",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_contacts__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_contacts__ssd") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_contacts'
    and listed.delivery_id = deliveries.delivery_id
