-- grain: one row per row of ssd_cp_plans: a child protection plan, with its latest visit and review, every version
-- Plans of other authorities, held here for a while, are not this authority's.
with
    plans as (
        select authority_code, reporting_month, cpp_id, plan_id, child_key, cpp_start_date, cpp_end_date, next_date
        from {{ ref("int_cpp_plans__ssd") }}
    ),

    visits as (
        select
            staged.authority_code,
            staged.reporting_month,
            plans.plan_id,
            staged.child_key,
            staged.visit_date,
            staged.is_seen_alone
        from {{ ref("stg_ssd__cp_visits") }} as staged
        inner join
            plans
            on staged.authority_code = plans.authority_code
            and staged.reporting_month = plans.reporting_month
            and staged.child_key = plans.child_key
            and (
                staged.cpp_id = plans.cpp_id
                or (
                    (staged.cpp_id is null or plans.cpp_id is null)
                    and staged.visit_date >= plans.cpp_start_date
                    and staged.visit_date < plans.next_date
                )
            )
        where staged.visit_date is not null and {{ is_current("ssd_cp_visits", "staged") }}
        qualify
            row_number() over (
                partition by staged.authority_code, staged.reporting_month, plans.plan_id, staged.child_key
                order by staged.visit_date desc nulls last, staged.source_row asc nulls last
            )
            = 1
    ),

    reviews as (
        select
            staged.authority_code,
            staged.reporting_month,
            plans.plan_id,
            staged.child_key,
            max(staged.review_date) as review_date
        from {{ ref("stg_ssd__cp_reviews") }} as staged
        inner join
            plans
            on staged.authority_code = plans.authority_code
            and staged.reporting_month = plans.reporting_month
            and staged.child_key = plans.child_key
            and (
                staged.cpp_id = plans.cpp_id
                or (
                    (staged.cpp_id is null or plans.cpp_id is null)
                    and staged.review_date >= plans.cpp_start_date
                    and staged.review_date < plans.next_date
                )
            )
        where {{ is_current("ssd_cp_reviews", "staged") }}
        group by staged.authority_code, staged.reporting_month, plans.plan_id, staged.child_key
    ),

    -- plans of the child that had ended by the day on which this one began, as far back as the dataset goes, also those
    -- of other authorities
    plans_before as (
        select
            plans.authority_code,
            plans.reporting_month,
            plans.plan_id,
            plans.child_key,
            cast(count(earlier.plan_id) as int) as previous_plans
        from plans
        left join
            plans as earlier
            on plans.authority_code = earlier.authority_code
            and plans.reporting_month = earlier.reporting_month
            and plans.child_key = earlier.child_key
            and earlier.cpp_start_date < plans.cpp_start_date
            and earlier.cpp_end_date <= plans.cpp_start_date
        group by plans.authority_code, plans.reporting_month, plans.plan_id, plans.child_key
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
    and coalesce(staged.cpp_id, cast(staged.cpp_start_date as string)) = visits.plan_id
left join
    reviews
    on staged.authority_code = reviews.authority_code
    and staged.reporting_month = reviews.reporting_month
    and staged.child_key = reviews.child_key
    and coalesce(staged.cpp_id, cast(staged.cpp_start_date as string)) = reviews.plan_id
left join
    plans_before
    on staged.authority_code = plans_before.authority_code
    and staged.reporting_month = plans_before.reporting_month
    and staged.child_key = plans_before.child_key
    and coalesce(staged.cpp_id, cast(staged.cpp_start_date as string)) = plans_before.plan_id
where {{ is_new_to_this("deliveries.loaded_at") }} and not coalesce(staged.is_other_authority, false)
