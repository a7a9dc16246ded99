-- grain: one row per module Reviews: a review of a plan, every version
select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    staged.child_key,
    {{ event_key("deliveries.authority_code", "staged.child_key", ["staged.cpp_start_date"]) }} as cpp_key,
    md5(
        {{ event_key("deliveries.authority_code", "staged.child_key", ["staged.cpp_start_date"]) }}
        || '|'
        || cast(staged.review_date as string)
    ) as cpp_review_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.review_date, staged.cpp_start_date
        order by staged.source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', staged.review_date) as date) as event_month,
    cast(date_trunc('month', staged.review_date) as date) as filing_month,
    staged.birth_date,
    staged.is_birth_date_blank,
    cast(null as int) as age_years,
    staged.gender_code,
    staged.ethnicity_code,
    staged.review_date,
    staged.cpp_start_date,
    cast(null as date) as due_date,
    cast(null as string) as rejected_cells
from {{ ref("stg_cin_census__cpp_reviews") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'cpp_reviews'
    and deliveries.extract = 'cin_census_cpp_reviews'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
where {{ is_new_to_this("deliveries.loaded_at") }}
