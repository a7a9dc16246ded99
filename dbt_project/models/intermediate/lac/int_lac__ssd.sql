-- grain: one row per period of care of ssd_cla_episodes, every version
-- An end whose reason is X1 is none: another episode began the same day. Lists flag a child for a year after the status
-- of an unaccompanied child has ceased.
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
    cast(
        date_trunc(
            'month', case when coalesce(staged.last_end_reason_code, '') <> 'X1' then staged.last_end_date end
        ) as date
    ) as filing_month,
    children.birth_date,
    coalesce(children.is_birth_date_blank, false) as is_birth_date_blank,
    cast(null as int) as age_years,
    children.gender_code,
    children.ethnicity_code,
    staged.lac_start_date,
    case when coalesce(staged.last_end_reason_code, '') <> 'X1' then staged.last_end_date end as lac_end_date,
    case when coalesce(staged.last_end_reason_code, '') <> 'X1' then staged.last_end_reason_code end as end_reason_code,
    case
        when {{ is_delivered("ssd_immigration_status", "staged") }}
        then
            unaccompanied.child_key is not null
            and coalesce(unaccompanied.uasc_ceased_date > {{ add_months_to("staged.reporting_month", -11) }}, true)
    end as is_uasc,
    unaccompanied.uasc_ceased_date,
    cast(null as boolean) as is_second_period,
    staged.need_code,
    details.legal_status_code,
    details.legal_status_start_date,
    details.placement_start_date,
    details.placement_type_code,
    details.placement_provider_code,
    cast(null as string) as placement_location_code,
    details.placements_last_12_months,
    details.missing_episodes_12_months,
    details.absent_episodes_12_months,
    cast(null as boolean) as is_return_interview_offered,
    cast(null as boolean) as is_return_interview_accepted,
    details.last_review_date,
    cast(null as date) as last_visit_date,
    staged.last_iro_visit_date,
    cast(null as date) as last_health_assessment_date,
    cast(null as date) as last_dental_check_date,
    children.disability_code,
    children.rejected_cells
from {{ ref("int_lac_periods__ssd") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_lac'
    and staged.delivery_id = deliveries.delivery_id
left join
    {{ ref("int_lac_details__ssd") }} as details
    on staged.delivery_id = details.delivery_id
    and staged.period_id = details.period_id
    and staged.child_key = details.child_key
left join
    {{ ref("int_children__ssd") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and staged.child_key = children.child_key
left join
    {{ ref("int_children_unaccompanied__ssd") }} as unaccompanied
    on staged.authority_code = unaccompanied.authority_code
    and staged.reporting_month = unaccompanied.reporting_month
    and staged.child_key = unaccompanied.child_key
where {{ is_new_to_this("deliveries.loaded_at") }}
