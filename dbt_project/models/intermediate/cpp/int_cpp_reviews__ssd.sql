-- grain: one row per row of ssd_cp_reviews with a day: a review of a plan, every version
-- A review that is only due has no day yet.
select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    staged.child_key,
    {{ event_key("deliveries.authority_code", "staged.child_key", ["plans.cpp_start_date"]) }} as cpp_key,
    md5(
        {{ event_key("deliveries.authority_code", "staged.child_key", ["plans.cpp_start_date"]) }}
        || '|'
        || cast(staged.review_date as string)
    ) as cpp_review_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.review_date, plans.cpp_start_date
        order by staged.source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', staged.review_date) as date) as event_month,
    cast(date_trunc('month', staged.review_date) as date) as filing_month,
    children.birth_date,
    coalesce(children.is_birth_date_blank, false) as is_birth_date_blank,
    cast(null as int) as age_years,
    children.gender_code,
    children.ethnicity_code,
    staged.review_date,
    plans.cpp_start_date,
    staged.due_date,
    cast(null as string) as rejected_cells
from {{ ref("stg_ssd__cp_reviews") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'cpp_reviews'
    and deliveries.extract = 'ssd_cp_reviews'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
left join
    {{ ref("int_children__ssd") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and staged.child_key = children.child_key
inner join
    {{ ref("int_cpp_plans__ssd") }} as plans
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
    and not coalesce(plans.is_other_authority, false)
where {{ is_new_to_this("deliveries.loaded_at") }} and staged.review_date is not null
qualify
    row_number() over (
        partition by deliveries.delivery_id, staged.source_row
        order by case when staged.cpp_id = plans.cpp_id then 0 else 1 end asc nulls last
    )
    = 1
