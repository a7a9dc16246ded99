-- grain: one row per section 47 enquiry about a child; as the latest delivery has it
{{ config(materialized="incremental", unique_key=["authority_code", "event_month"]) }}
with
    -- months of events that something new is said of
    touched as (
        select distinct authority_code, event_month
        from {{ ref("int_section_47__unioned") }}
        where (authority_code, reporting_month) in ({{ changed_months("annex_a_section_47") }})
    ),

    last_listed as (
        -- of the latest versions; a version before them counts only where none of them has the event
        select
            section_47_key,
            min(reporting_month) as first_reporting_month,
            coalesce(max(delivery_number) filter (where is_leading), max(delivery_number)) as delivery_number
        from {{ ref("int_section_47__unioned") }}
        where
            section_47_key is not null
            and (authority_code, event_month) in (select touched.authority_code, touched.event_month from touched)
        group by section_47_key
    )

select
    listed.section_47_key,
    listed.child_key,
    listed.authority_code,
    listed.section_47_start_date,
    listed.conference_date,
    cast(last_day.working_day_number - first_day.working_day_number as int) as working_days_to_conference,
    listed.is_conference_unnecessary,
    listed.is_plan_result,
    listed.section_47_last_12_months,
    listed.conferences_last_12_months,
    listed.disability_code,
    {{ age_on("listed", "listed.section_47_start_date") }} as age_years,
    {{
        age_band(
            age_on("listed", "listed.section_47_start_date"), is_unborn_on("listed", "listed.section_47_start_date")
        )
    }} as age_band,
    {{ is_unborn_on("listed", "listed.section_47_start_date") }} as is_unborn,
    listed.gender_code,
    listed.ethnicity_code,
    last_listed.first_reporting_month,
    listed.reporting_month as last_reporting_month,
    not listed.is_leading or coalesce(held.is_expected_next, false) as is_withdrawn,
    listed.dataset,
    listed.delivery_id,
    listed.source_row,
    listed.loaded_at,
    listed.filing_month,
    listed.event_month
from {{ ref("int_section_47__unioned") }} as listed
inner join
    last_listed
    on listed.section_47_key = last_listed.section_47_key
    and listed.delivery_number = last_listed.delivery_number
left join {{ ref("dim_date") }} as first_day on listed.section_47_start_date = first_day.calendar_date
left join {{ ref("dim_date") }} as last_day on listed.conference_date = last_day.calendar_date
left join
    {{ ref("int_lists__held") }} as held
    on held.extract = 'annex_a_section_47'
    and listed.authority_code = held.authority_code
    and listed.reporting_month = held.reporting_month
    and coalesce(listed.filing_month, date '9999-12-01') = held.filing_month
where listed.repeated_in_row is null
