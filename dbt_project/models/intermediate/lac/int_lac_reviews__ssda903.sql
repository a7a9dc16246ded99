-- grain: one row per row of the module Reviews: a review of care, every version
with  -- a review belongs to the last period of care that had begun by then
    last_periods as (
        select
            staged.authority_code,
            staged.reporting_month,
            staged.child_key,
            staged.review_date,
            max(periods.lac_start_date) as lac_start_date
        from {{ ref("stg_ssda903__reviews") }} as staged
        inner join
            {{ ref("int_lac_periods__ssda903") }} as periods
            on periods.is_current
            and staged.authority_code = periods.authority_code
            and staged.reporting_month = periods.reporting_month
            and staged.child_key = periods.child_key
            and periods.lac_start_date <= staged.review_date
        where
            (staged.authority_code, staged.reporting_month)
            in (select due.authority_code, due.reporting_month from ({{ due_months("lac_reviews", "ssda903") }}) as due)
        group by staged.authority_code, staged.reporting_month, staged.child_key, staged.review_date
    )

select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    staged.child_key,
    {{ event_key("deliveries.authority_code", "staged.child_key", ["last_periods.lac_start_date"]) }} as lac_key,
    md5(
        {{ event_key("deliveries.authority_code", "staged.child_key", ["last_periods.lac_start_date"]) }}
        || '|'
        || cast(staged.review_date as string)
    ) as lac_review_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, staged.child_key, staged.review_date, last_periods.lac_start_date
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
    last_periods.lac_start_date,
    cast(null as date) as due_date,
    staged.participation,
    cast(null as string) as rejected_cells
from {{ ref("stg_ssda903__reviews") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'lac_reviews'
    and deliveries.extract = 'ssda903_reviews'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
left join
    last_periods
    on staged.authority_code = last_periods.authority_code
    and staged.reporting_month = last_periods.reporting_month
    and staged.child_key = last_periods.child_key
    and staged.review_date = last_periods.review_date
left join
    {{ ref("int_children__ssda903") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and staged.child_key = children.child_key
where {{ is_new_to_this("deliveries.loaded_at") }}
