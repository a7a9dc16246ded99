-- grain: one row per assessment that is not authorised, and per section 47 enquiry whose conference is awaited
{{ config(materialized="view") }}
select 'assessment' as kind, child_key, assessment_start_date as start_date, first_reporting_month, last_reporting_month
from {{ ref("fct_assessments") }}
where assessment_authorisation_date is null and not is_withdrawn

union all

select 'enquiry' as kind, child_key, section_47_start_date as start_date, first_reporting_month, last_reporting_month
from {{ ref("fct_section_47") }}
where conference_date is null and not coalesce(is_conference_unnecessary, false) and not is_withdrawn
