-- grain: one row per row delivered that is a episode of need, of every dataset and version, with the standing of its
-- delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "cin_episode_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "cin_start_date",
    "cin_closure_date",
    "last_seen_date",
    "primary_need_code",
    "closure_reason_code",
    "case_status_code",
    "is_cin_plan",
    "is_case_open",
    "disability_code",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_cin__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_cin__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_cin__cin_census") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_cin'
    and listed.delivery_id = deliveries.delivery_id
