-- grain: one row per row of ssd_cp_plans: a child protection plan, with its latest visit and review, every version
-- Plans of other authorities, held here for a while, are not this authority's.
with
    visits as (
        select authority_code, reporting_month, cpp_id, child_key, visit_date, is_seen_alone
        from {{ ref("stg_ssd__cp_visits") }}
        where visit_date is not null and {{ is_current("ssd_cp_visits") }}
        qualify
            row_number() over (
                partition by authority_code, reporting_month, cpp_id, child_key
                order by visit_date desc nulls last, source_row asc nulls last
            )
            = 1
    ),

    reviews as (
        select authority_code, reporting_month, cpp_id, child_key, max(review_date) as review_date
        from {{ ref("stg_ssd__cp_reviews") }}
        where {{ is_current("ssd_cp_reviews") }}
        group by authority_code, reporting_month, cpp_id, child_key
    ),
    -- plans before this one, as far back as the dataset goes
    plans as (
        select
            authority_code,
            reporting_month,
            cpp_id,
            child_key,
            source_row,
            cast(
                rank() over (
                    partition by authority_code, reporting_month, child_key order by cpp_start_date asc nulls last
                )
                - 1 as int
            ) as previous_plans
        from {{ ref("stg_ssd__cp_plans") }}
        where {{ is_current("ssd_cp_plans") }}
        qualify
            row_number() over (
                partition by authority_code, reporting_month, child_key, cpp_id
                order by cpp_start_date asc nulls last, source_row asc nulls last
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
    {{ event_key("deliveries.authority_code", "staged.child_key", ["staged.cpp_start_date"]) }} as cpp_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.cpp_start_date
        order by staged.source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', staged.cpp_start_date) as date) as event_month,
    cast(date_trunc('month', staged.cpp_end_date) as date) as filing_month,
    children.birth_date,
    coalesce(children.is_birth_date_blank, false) as is_birth_date_blank,
    cast(null as int) as age_years,
    children.gender_code,
    children.ethnicity_code,
    staged.cpp_start_date,
    staged.cpp_end_date,
    visits.visit_date as last_visit_date,
    reviews.review_date as last_review_date,
    staged.initial_category_code,
    staged.latest_category_code,
    visits.is_seen_alone,
    cast(null as boolean) as is_emergency_protected,
    plans.previous_plans,
    children.disability_code,
    children.rejected_cells
from {{ ref("stg_ssd__cp_plans") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_cpp'
    and deliveries.extract = 'ssd_cp_plans'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
left join
    {{ ref("int_children__ssd") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and staged.child_key = children.child_key
left join
    visits
    on staged.authority_code = visits.authority_code
    and staged.reporting_month = visits.reporting_month
    and staged.child_key = visits.child_key
    and staged.cpp_id = visits.cpp_id
left join
    reviews
    on staged.authority_code = reviews.authority_code
    and staged.reporting_month = reviews.reporting_month
    and staged.child_key = reviews.child_key
    and staged.cpp_id = reviews.cpp_id
left join
    plans
    on staged.authority_code = plans.authority_code
    and staged.reporting_month = plans.reporting_month
    and staged.child_key = plans.child_key
    and staged.cpp_id = plans.cpp_id
where {{ is_new_to_this("deliveries.loaded_at") }} and not coalesce(staged.is_other_authority, false)
