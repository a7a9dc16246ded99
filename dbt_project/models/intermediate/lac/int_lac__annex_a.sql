-- grain: one row per row of Annex A list 8: a period of care, every version
select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    staged.child_key,
    {{ event_key("deliveries.authority_code", "staged.child_key", ["staged.lac_start_date"]) }} as lac_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.lac_start_date
        order by staged.source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', staged.lac_start_date) as date) as event_month,
    cast(date_trunc('month', staged.lac_end_date) as date) as filing_month,
    staged.birth_date,
    deliveries.has_birth_date and staged.is_birth_date_blank as is_birth_date_blank,
    staged.age_years,
    staged.gender_code,
    staged.ethnicity_code,
    staged.lac_start_date,
    staged.lac_end_date,
    staged.end_reason_code,
    staged.is_uasc,
    cast(null as date) as uasc_ceased_date,
    staged.is_second_period,
    staged.need_code,
    staged.legal_status_code,
    staged.legal_status_start_date,
    staged.placement_start_date,
    staged.placement_type_code,
    staged.placement_provider_code,
    staged.placement_location_code,
    staged.placements_last_12_months,
    staged.missing_episodes_12_months,
    staged.absent_episodes_12_months,
    staged.is_return_interview_offered,
    staged.is_return_interview_accepted,
    staged.last_review_date,
    staged.last_visit_date,
    staged.last_iro_visit_date,
    staged.last_health_assessment_date,
    staged.last_dental_check_date,
    staged.disability_code,
    staged.rejected_cells
from {{ ref("stg_annex_a__lac") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_lac'
    and deliveries.extract = 'annex_a_lac'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
where {{ is_new_to_this("deliveries.loaded_at") }}
