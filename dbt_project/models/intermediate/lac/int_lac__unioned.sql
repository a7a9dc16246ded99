-- grain: one row per row delivered that is a period of care, of every dataset and version, with the standing of its
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
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "lac_start_date",
    "lac_end_date",
    "end_reason_code",
    "is_uasc",
    "uasc_ceased_date",
    "is_second_period",
    "need_code",
    "legal_status_code",
    "legal_status_start_date",
    "placement_start_date",
    "placement_type_code",
    "placement_provider_code",
    "placement_location_code",
    "placements_last_12_months",
    "missing_episodes_12_months",
    "absent_episodes_12_months",
    "is_return_interview_offered",
    "is_return_interview_accepted",
    "last_review_date",
    "last_visit_date",
    "last_iro_visit_date",
    "last_health_assessment_date",
    "last_dental_check_date",
    "disability_code",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_lac__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_lac__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_lac__ssda903") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_lac'
    and listed.delivery_id = deliveries.delivery_id
