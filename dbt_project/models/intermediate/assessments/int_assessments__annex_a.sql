-- grain: one row per row of Annex A list 4: an assessment, every version
select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    staged.child_key,
    {{ event_key("deliveries.authority_code", "staged.child_key", ["staged.assessment_start_date"]) }}
    as assessment_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.assessment_start_date
        order by staged.source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', staged.assessment_start_date) as date) as event_month,
    cast(date_trunc('month', staged.assessment_authorisation_date) as date) as filing_month,
    staged.birth_date,
    deliveries.has_birth_date and staged.is_birth_date_blank as is_birth_date_blank,
    staged.age_years,
    staged.gender_code,
    staged.ethnicity_code,
    staged.assessment_start_date,
    staged.assessment_authorisation_date,
    staged.is_child_seen,
    staged.is_support_required,
    cast(null as string) as assessment_factors,
    staged.disability_code,
    staged.rejected_cells
from {{ ref("stg_annex_a__assessments") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_assessments'
    and deliveries.extract = 'annex_a_assessments'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
where {{ is_new_to_this("deliveries.loaded_at") }}
