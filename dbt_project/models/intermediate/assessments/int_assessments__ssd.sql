-- grain: one row per row of ssd_cin_assessments: an assessment, every version
with
    factors as (
        select
            authority_code,
            reporting_month,
            assessment_id,
            {{ join_sorted("assessment_factors", "source_row") }} as assessment_factors
        from {{ ref("stg_ssd__assessment_factors") }}
        where {{ is_current("ssd_assessment_factors") }}
        group by authority_code, reporting_month, assessment_id
    )

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
    children.birth_date,
    coalesce(children.is_birth_date_blank, false) as is_birth_date_blank,
    cast(null as int) as age_years,
    children.gender_code,
    children.ethnicity_code,
    staged.assessment_start_date,
    staged.assessment_authorisation_date,
    staged.is_child_seen,
    not staged.is_no_further_action as is_support_required,
    case
        when {{ is_delivered("ssd_assessment_factors", "staged") }} then {{ codes_in("factors.assessment_factors") }}
    end as assessment_factors,
    children.disability_code,
    children.rejected_cells
from {{ ref("stg_ssd__cin_assessments") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_assessments'
    and deliveries.extract = 'ssd_cin_assessments'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
left join
    {{ ref("int_children__ssd") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and staged.child_key = children.child_key
left join
    factors
    on staged.authority_code = factors.authority_code
    and staged.reporting_month = factors.reporting_month
    and staged.assessment_id = factors.assessment_id
where {{ is_new_to_this("deliveries.loaded_at") }}
