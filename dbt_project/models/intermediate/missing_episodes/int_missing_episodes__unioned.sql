-- grain: one row per row delivered that is a time a child was missing, or away without authorisation, of every dataset
-- and version, with the standing of its delivery
{{ config(materialized="view") }}
{% set columns = [
    "authority_code",
    "reporting_month",
    "delivery_id",
    "source_row",
    "loaded_at",
    "child_key",
    "missing_episode_key",
    "repeated_in_row",
    "event_month",
    "filing_month",
    "birth_date",
    "is_birth_date_blank",
    "age_years",
    "gender_code",
    "ethnicity_code",
    "missing_start_date",
    "missing_end_date",
    "missing_type_code",
    "is_return_interview_offered",
    "is_return_interview_accepted",
    "rejected_cells",
] %}
with
    listed as (
        select {{ columns | join(", ") }}
        from {{ ref("int_missing_episodes__ssd") }}
        union all
        select {{ columns | join(", ") }}
        from {{ ref("int_missing_episodes__ssda903") }}
    )

select listed.*, deliveries.dataset, deliveries.delivery_number, deliveries.is_leading
from listed
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'missing_episodes'
    and listed.delivery_id = deliveries.delivery_id
