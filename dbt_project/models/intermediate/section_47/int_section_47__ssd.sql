-- grain: one row per row of ssd_s47_enquiry: a section 47 enquiry, with its latest initial conference, every version
with
    conferences as (
        select authority_code, reporting_month, section_47_id, child_key, conference_date, is_plan_result
        from {{ ref("stg_ssd__initial_cp_conference") }}
        where conference_date is not null and {{ is_current("ssd_initial_cp_conference") }}
        qualify
            row_number() over (
                partition by authority_code, reporting_month, section_47_id, child_key
                order by conference_date desc nulls last, source_row asc nulls last
            )
            = 1
    )

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
    cast(
        date_trunc('month', coalesce(conferences.conference_date, staged.section_47_start_date)) as date
    ) as filing_month,
    children.birth_date,
    coalesce(children.is_birth_date_blank, false) as is_birth_date_blank,
    cast(null as int) as age_years,
    children.gender_code,
    children.ethnicity_code,
    staged.section_47_start_date,
    conferences.conference_date,
    case
        when conferences.conference_date is not null
        then false
        when staged.section_47_end_date is not null and {{ is_delivered("ssd_initial_cp_conference", "staged") }}
        then true
    end as is_conference_unnecessary,
    conferences.is_plan_result,
    cast(null as int) as section_47_last_12_months,
    cast(null as int) as conferences_last_12_months,
    children.disability_code,
    children.rejected_cells
from {{ ref("stg_ssd__s47_enquiry") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_section_47'
    and deliveries.extract = 'ssd_s47_enquiry'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
left join
    {{ ref("int_children__ssd") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and staged.child_key = children.child_key
left join
    conferences
    on staged.authority_code = conferences.authority_code
    and staged.reporting_month = conferences.reporting_month
    and staged.child_key = conferences.child_key
    and staged.section_47_id = conferences.section_47_id
where {{ is_new_to_this("deliveries.loaded_at") }}
