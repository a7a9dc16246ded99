-- grain: one row per measure of section 47 enquiries, month and enquiry that counts in it
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_section_47') }}
),

started as (
    select
        facts.section_47_key as event_key,
        facts.child_key,
        facts.authority_code,
        months.month
    from {{ ref('fct_section_47') }} as facts
    inner join months on facts.authority_code = months.authority_code and facts.event_month = months.month
    where not facts.is_withdrawn
),

conferred as (
    select
        facts.section_47_key as event_key,
        facts.child_key,
        facts.authority_code,
        months.month,
        facts.working_days_to_conference
    from {{ ref('fct_section_47') }} as facts
    inner join months
        on facts.authority_code = months.authority_code and cast(date_trunc('month', facts.conference_date) as date) = months.month
    where not facts.is_withdrawn and facts.conference_date >= facts.section_47_start_date
)

{{ members_of('section_47') }}
