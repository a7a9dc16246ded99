-- grain: one row per row of Annex A list 7 that shows one: the latest review, every version
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
        || cast(staged.last_review_date as string)
    ) as cpp_review_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.last_review_date, staged.cpp_start_date
        order by staged.source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', staged.last_review_date) as date) as event_month,
    cast(date_trunc('month', staged.last_review_date) as date) as filing_month,
    staged.birth_date,
    deliveries.has_birth_date and staged.is_birth_date_blank as is_birth_date_blank,
    staged.age_years,
    staged.gender_code,
    staged.ethnicity_code,
    staged.last_review_date as review_date,
    staged.cpp_start_date,
    cast(null as date) as due_date,
    cast(null as string) as rejected_cells
from {{ ref("stg_annex_a__cpp") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'cpp_reviews'
    and deliveries.extract = 'annex_a_cpp'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
where
    {{ is_new_to_this("deliveries.loaded_at") }}
    and staged.last_review_date is not null
    and staged.cpp_start_date is not null
