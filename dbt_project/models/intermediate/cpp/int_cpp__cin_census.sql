-- grain: one row per module ChildProtectionPlans: a child protection plan, with its latest review, every version
with
    reviews as (
        select authority_code, reporting_month, child_key, cpp_start_date, max(review_date) as review_date
        from {{ ref("stg_cin_census__cpp_reviews") }}
        where {{ is_current("cin_census_cpp_reviews") }}
        group by authority_code, reporting_month, child_key, cpp_start_date
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
    staged.birth_date,
    staged.is_birth_date_blank,
    cast(null as int) as age_years,
    staged.gender_code,
    staged.ethnicity_code,
    staged.cpp_start_date,
    staged.cpp_end_date,
    cast(null as date) as last_visit_date,
    reviews.review_date as last_review_date,
    staged.initial_category_code,
    staged.latest_category_code,
    cast(null as boolean) as is_seen_alone,
    cast(null as boolean) as is_emergency_protected,
    staged.previous_plans,
    {{ disability_code("staged.disability") }} as disability_code,
    staged.rejected_cells
from {{ ref("stg_cin_census__cpp") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'annex_a_cpp'
    and deliveries.extract = 'cin_census_cpp'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
left join
    reviews
    on staged.authority_code = reviews.authority_code
    and staged.reporting_month = reviews.reporting_month
    and staged.child_key = reviews.child_key
    and staged.cpp_start_date = reviews.cpp_start_date
where {{ is_new_to_this("deliveries.loaded_at") }}
