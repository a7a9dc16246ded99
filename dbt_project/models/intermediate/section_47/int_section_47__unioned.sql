-- grain: one row per row delivered that is a section 47 enquiry, of every dataset and version, with the standing of its
-- delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "section_47_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "section_47_start_date",
    "conference_date",
    "is_conference_unnecessary",
    "is_plan_result",
    "section_47_last_12_months",
    "conferences_last_12_months",
    "disability_code",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_section_47__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_section_47__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_section_47__cin_census") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_section_47'
    and listed.delivery_id = deliveries.delivery_id
