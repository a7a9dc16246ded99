-- grain: one row per child and stage reached, numbered in their usual order: a contact, referral, assessment, section
-- 47 enquiry, conference, plan or period of care
{{ config(materialized="view") }}
select
    authority_code,
    child_key,
    1 as stage_number,
    'contact' as stage,
    'fct_contacts' as event_table,
    contact_key as event_key,
    contact_date as stage_date,
    is_withdrawn,
    loaded_at
from {{ ref("fct_contacts") }}
where contact_date is not null

union all

select
    authority_code,
    child_key,
    2 as stage_number,
    'referral' as stage,
    'fct_referrals' as event_table,
    referral_key as event_key,
    referral_date as stage_date,
    is_withdrawn,
    loaded_at
from {{ ref("fct_referrals") }}
where referral_date is not null

union all

select
    authority_code,
    child_key,
    3 as stage_number,
    'assessment' as stage,
    'fct_assessments' as event_table,
    assessment_key as event_key,
    assessment_start_date as stage_date,
    is_withdrawn,
    loaded_at
from {{ ref("fct_assessments") }}
where assessment_start_date is not null

union all

select
    authority_code,
    child_key,
    4 as stage_number,
    'section_47' as stage,
    'fct_section_47' as event_table,
    section_47_key as event_key,
    section_47_start_date as stage_date,
    is_withdrawn,
    loaded_at
from {{ ref("fct_section_47") }}
where section_47_start_date is not null

union all

select
    authority_code,
    child_key,
    5 as stage_number,
    'conference' as stage,
    'fct_section_47' as event_table,
    section_47_key as event_key,
    conference_date as stage_date,
    is_withdrawn,
    loaded_at
from {{ ref("fct_section_47") }}
where conference_date is not null

union all

select
    authority_code,
    child_key,
    6 as stage_number,
    'plan' as stage,
    'fct_cpp' as event_table,
    cpp_key as event_key,
    cpp_start_date as stage_date,
    is_withdrawn,
    loaded_at
from {{ ref("fct_cpp") }}
where cpp_start_date is not null

union all

select
    authority_code,
    child_key,
    7 as stage_number,
    'care' as stage,
    'fct_lac' as event_table,
    lac_key as event_key,
    lac_start_date as stage_date,
    is_withdrawn,
    loaded_at
from {{ ref("fct_lac") }}
where lac_start_date is not null
