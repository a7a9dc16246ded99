-- grain: one row per period of care of a child; as the latest delivery has it
{{ config(materialized="incremental", unique_key=["authority_code", "event_month"]) }}
with
    -- months of events that something new is said of
    touched as (
        select distinct authority_code, event_month
        from {{ ref("int_lac__unioned") }}
        where (authority_code, reporting_month) in ({{ changed_months("annex_a_lac") }})
    ),

    last_listed as (
        -- of the latest versions; a version before them counts only where none of them has the event
        select
            lac_key,
            min(reporting_month) as first_reporting_month,
            coalesce(max(delivery_number) filter (where is_leading), max(delivery_number)) as delivery_number
        from {{ ref("int_lac__unioned") }}
        where
            lac_key is not null
            and (authority_code, event_month) in (select touched.authority_code, touched.event_month from touched)
        group by lac_key
    )

select
    listed.lac_key,
    listed.child_key,
    listed.authority_code,
    listed.lac_start_date,
    listed.lac_end_date,
    listed.end_reason_code,
    listed.is_uasc,
    listed.uasc_ceased_date,
    listed.is_second_period,
    listed.need_code,
    listed.legal_status_code,
    listed.legal_status_start_date,
    listed.placement_start_date,
    listed.placement_type_code,
    listed.placement_provider_code,
    listed.placement_location_code,
    listed.placements_last_12_months,
    listed.missing_episodes_12_months,
    listed.absent_episodes_12_months,
    listed.last_review_date,
    listed.last_visit_date,
    listed.last_health_assessment_date,
    listed.last_dental_check_date,
    listed.disability_code,
    listed.birth_date,
    {{ age_on("listed", "listed.lac_start_date") }} as age_years,
    {{ age_band(age_on("listed", "listed.lac_start_date"), is_unborn_on("listed", "listed.lac_start_date")) }}
    as age_band,
    {{ is_unborn_on("listed", "listed.lac_start_date") }} as is_unborn,
    listed.gender_code,
    listed.ethnicity_code,
    last_listed.first_reporting_month,
    listed.reporting_month as last_reporting_month,
    not listed.is_leading or coalesce(held.is_expected_next, false) as is_withdrawn,
    case when held.is_ended_unless_next then listed.reporting_month end as ended_by_month,
    listed.dataset,
    listed.delivery_id,
    listed.source_row,
    listed.loaded_at,
    listed.filing_month,
    listed.event_month
from {{ ref("int_lac__unioned") }} as listed
inner join last_listed on listed.lac_key = last_listed.lac_key and listed.delivery_number = last_listed.delivery_number
left join
    {{ ref("int_lists__held") }} as held
    on held.extract = 'annex_a_lac'
    and listed.authority_code = held.authority_code
    and listed.reporting_month = held.reporting_month
    and coalesce(listed.filing_month, date '9999-12-01') = held.filing_month
where listed.repeated_in_row is null
