-- grain: one row per time a child was missing, or away from placement without authorisation; as the latest delivery has
-- it
{{ config(materialized="incremental", unique_key=["authority_code", "event_month"]) }}
with
    -- months of events that something new is said of
    touched as (
        select distinct authority_code, event_month
        from {{ ref("int_missing_episodes__unioned") }}
        where (authority_code, reporting_month) in ({{ changed_months("missing_episodes") }})
    ),

    last_listed as (
        -- of the latest versions; a version before them counts only where none of them has the event
        select
            missing_episode_key,
            min(reporting_month) as first_reporting_month,
            coalesce(max(delivery_number) filter (where is_leading), max(delivery_number)) as delivery_number
        from {{ ref("int_missing_episodes__unioned") }}
        where
            missing_episode_key is not null
            and (authority_code, event_month) in (select touched.authority_code, touched.event_month from touched)
        group by missing_episode_key
    )

select
    listed.missing_episode_key,
    listed.child_key,
    listed.authority_code,
    listed.missing_start_date,
    listed.missing_end_date,
    listed.missing_type_code,
    listed.is_return_interview_offered,
    listed.is_return_interview_accepted,
    {{ age_on("listed", "listed.missing_start_date") }} as age_years,
    {{ age_band(age_on("listed", "listed.missing_start_date"), is_unborn_on("listed", "listed.missing_start_date")) }}
    as age_band,
    {{ is_unborn_on("listed", "listed.missing_start_date") }} as is_unborn,
    listed.gender_code,
    listed.ethnicity_code,
    last_listed.first_reporting_month,
    listed.reporting_month as last_reporting_month,
    not listed.is_leading as is_withdrawn,
    listed.dataset,
    listed.delivery_id,
    listed.source_row,
    listed.loaded_at,
    listed.filing_month,
    listed.event_month
from {{ ref("int_missing_episodes__unioned") }} as listed
inner join
    last_listed
    on listed.missing_episode_key = last_listed.missing_episode_key
    and listed.delivery_number = last_listed.delivery_number

where listed.repeated_in_row is null
