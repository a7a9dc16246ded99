-- grain: one row per row delivered that is a assessment, of every dataset and version, with the standing of its
-- delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "assessment_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "assessment_start_date",
    "assessment_authorisation_date",
    "is_child_seen",
    "is_support_required",
    "assessment_factors",
    "disability_code",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_assessments__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_assessments__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_assessments__cin_census") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_assessments'
    and listed.delivery_id = deliveries.delivery_id
