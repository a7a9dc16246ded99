-- grain: one row per row delivered that is a placement, of every dataset and version, with the standing of its delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "lac_key",
    "lac_placement_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "placement_start_date",
    "lac_start_date",
    "placement_end_date",
    "placement_type_code",
    "placement_provider_code",
    "placement_location_code",
    "change_reason_code",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_lac_placements__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_lac_placements__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_lac_placements__ssda903") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'lac_placements'
    and listed.delivery_id = deliveries.delivery_id
