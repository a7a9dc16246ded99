-- grain: one row per period of care and start date of a placement: every placement, or the most recent that each
-- monthly list shows; as the latest delivery has it
{{ config(materialized="incremental", unique_key=["authority_code", "event_month"]) }}
with
    -- months of events that something new is said of
    touched as (
        select distinct authority_code, event_month
        from {{ ref("int_lac_placements__unioned") }}
        where (authority_code, reporting_month) in ({{ changed_months("lac_placements") }})
    ),

    last_listed as (
        -- of the latest versions; a version before them counts only where none of them has the event
        select
            lac_placement_key,
            min(reporting_month) as first_reporting_month,
            coalesce(max(delivery_number) filter (where is_leading), max(delivery_number)) as delivery_number
        from {{ ref("int_lac_placements__unioned") }}
        where
            lac_placement_key is not null
            and (authority_code, event_month) in (select touched.authority_code, touched.event_month from touched)
        group by lac_placement_key
    )

select
    listed.lac_placement_key,
    listed.child_key,
    listed.authority_code,
    listed.lac_key,
    listed.placement_start_date,
    listed.placement_end_date,
    listed.placement_type_code,
    listed.placement_provider_code,
    listed.placement_location_code,
    listed.change_reason_code,
    {{ age_on("listed", "listed.placement_start_date") }} as age_years,
    {{
        age_band(
            age_on("listed", "listed.placement_start_date"), is_unborn_on("listed", "listed.placement_start_date")
        )
    }} as age_band,
    {{ is_unborn_on("listed", "listed.placement_start_date") }} as is_unborn,
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
from {{ ref("int_lac_placements__unioned") }} as listed
inner join
    last_listed
    on listed.lac_placement_key = last_listed.lac_placement_key
    and listed.delivery_number = last_listed.delivery_number

where listed.repeated_in_row is null
