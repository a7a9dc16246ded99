-- grain: one row per row of Annex A list 5: a section 47 enquiry, every version
select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    staged.child_key,
    {{ event_key("deliveries.authority_code", "staged.child_key", ["staged.section_47_start_date"]) }}
    as section_47_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.section_47_start_date
        order by staged.source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', staged.section_47_start_date) as date) as event_month,
    cast(date_trunc('month', coalesce(staged.conference_date, staged.section_47_start_date)) as date) as filing_month,
    staged.birth_date,
    deliveries.has_birth_date and staged.is_birth_date_blank as is_birth_date_blank,
    staged.age_years,
    staged.gender_code,
    staged.ethnicity_code,
    staged.section_47_start_date,
    staged.conference_date,
    staged.is_conference_unnecessary,
    staged.is_plan_result,
    staged.section_47_last_12_months,
    staged.conferences_last_12_months,
    staged.disability_code,
    staged.rejected_cells
from {{ ref("stg_annex_a__section_47") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_section_47'
    and deliveries.extract = 'annex_a_section_47'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
where {{ is_new_to_this("deliveries.loaded_at") }}
