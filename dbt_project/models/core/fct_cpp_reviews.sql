-- grain: one row per child protection plan and date of a review: every review, or the latest that each monthly list
-- shows; as the latest delivery has it
{{ config(materialized="incremental", unique_key=["authority_code", "event_month"]) }}
with
    -- months of events that something new is said of
    touched as (
        select distinct authority_code, event_month
        from {{ ref("int_cpp_reviews__unioned") }}
        where (authority_code, reporting_month) in ({{ changed_months("cpp_reviews") }})
    ),

    last_listed as (
        -- an earlier month's list may still show what a correction of a later one does not
        select
            cpp_review_key,
            min(reporting_month) as first_reporting_month,
            coalesce(max(delivery_number) filter (where is_leading), max(delivery_number)) as delivery_number
        from {{ ref("int_cpp_reviews__unioned") }}
        where
            cpp_review_key is not null
            and (authority_code, event_month) in (select touched.authority_code, touched.event_month from touched)
        group by cpp_review_key
    )

select
    listed.cpp_review_key,
    listed.child_key,
    listed.authority_code,
    listed.cpp_key,
    listed.review_date,
    listed.due_date,
    {{ age_on("listed", "listed.review_date") }} as age_years,
    {{ age_band(age_on("listed", "listed.review_date"), is_unborn_on("listed", "listed.review_date")) }} as age_band,
    {{ is_unborn_on("listed", "listed.review_date") }} as is_unborn,
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
from {{ ref("int_cpp_reviews__unioned") }} as listed
inner join
    last_listed
    on listed.cpp_review_key = last_listed.cpp_review_key
    and listed.delivery_number = last_listed.delivery_number

where listed.repeated_in_row is null
