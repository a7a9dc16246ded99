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
    plans as (
        select authority_code, reporting_month, cpp_id, child_key, cpp_start_date, cpp_end_date
        from {{ ref("stg_ssd__cp_plans") }}
        where {{ is_current("ssd_cp_plans") }}
        qualify
            row_number() over (
                partition by authority_code, reporting_month, child_key, cpp_id
                order by cpp_start_date asc nulls last, source_row asc nulls last
            )
            = 1
    ),

    -- plans of the child that had ended by the day on which this one began, as far back as the dataset goes, also those
    -- of other authorities
    plans_before as (
        select
            plans.authority_code,
            plans.reporting_month,
            plans.cpp_id,
            plans.child_key,
            cast(count(earlier.cpp_id) as int) as previous_plans
        from plans
        left join
            plans as earlier
            on plans.authority_code = earlier.authority_code
            and plans.reporting_month = earlier.reporting_month
            and plans.child_key = earlier.child_key
            and earlier.cpp_start_date < plans.cpp_start_date
            and earlier.cpp_end_date <= plans.cpp_start_date
        group by plans.authority_code, plans.reporting_month, plans.cpp_id, plans.child_key
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
    plans_before.previous_plans,
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
    plans_before
    on staged.authority_code = plans_before.authority_code
    and staged.reporting_month = plans_before.reporting_month
    and staged.child_key = plans_before.child_key
    and staged.cpp_id = plans_before.cpp_id
where {{ is_new_to_this("deliveries.loaded_at") }} and not coalesce(staged.is_other_authority, false)
