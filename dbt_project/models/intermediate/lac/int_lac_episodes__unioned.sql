-- grain: one row per row delivered that is a episode of care, of every dataset and version, with the standing of its
-- delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "lac_episode_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "episode_start_date",
    "episode_end_date",
    "start_reason",
    "end_reason_code",
    "legal_status_code",
    "need_code",
    "placement_type_code",
    "placement_provider_code",
    "is_at_home_postcode",
    "placement_postcode_key",
    "placement_urn_key",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_lac_episodes__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_lac_episodes__ssda903") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'lac_episodes'
    and listed.delivery_id = deliveries.delivery_id
