-- grain: one row per row delivered that is a referral, of every dataset and version, with the standing of its delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "referral_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "referral_date",
    "close_date",
    "conference_date",
    "referral_source_code",
    "referral_outcome_code",
    "close_reason_code",
    "is_no_further_action",
    "referrals_last_12_months",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_referrals__annex_a") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_referrals__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_referrals__cin_census") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_referrals'
    and listed.delivery_id = deliveries.delivery_id
