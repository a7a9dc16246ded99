-- grain: one row per row of ssd_cla_reviews of a review that was held, every version
select
    deliveries.authority_code,
    deliveries.reporting_month,
    deliveries.delivery_id,
    staged.source_row,
    deliveries.loaded_at,
    periods.child_key,
    {{ event_key("deliveries.authority_code", "periods.child_key", ["periods.lac_start_date"]) }} as lac_key,
    md5(
        {{ event_key("deliveries.authority_code", "periods.child_key", ["periods.lac_start_date"]) }}
        || '|'
        || cast(staged.review_date as string)
    ) as lac_review_key,
    lead(staged.source_row) over (
        partition by deliveries.delivery_id, periods.child_key, staged.review_date, periods.lac_start_date
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
    periods.lac_start_date,
    staged.due_date,
    staged.participation,
    cast(null as string) as rejected_cells
from {{ ref("stg_ssd__cla_reviews") }} as staged
inner join
    {{ ref("int_lists__deliveries") }} as deliveries
    on deliveries.list = 'lac_reviews'
    and deliveries.extract = 'ssd_cla_reviews'
    and staged.authority_code = deliveries.authority_code
    and staged.reporting_month = deliveries.reporting_month
    and staged.version = deliveries.version
inner join
    {{ ref("int_lac_periods__ssd") }} as periods
    on deliveries.authority_code = periods.authority_code
    and deliveries.reporting_month = periods.reporting_month
    and staged.period_id = periods.period_id
    and periods.is_current
left join
    {{ ref("int_children__ssd") }} as children
    on deliveries.authority_code = children.authority_code
    and deliveries.reporting_month = children.reporting_month
    and periods.child_key = children.child_key
where
    {{ is_new_to_this("deliveries.loaded_at") }}
    and staged.review_date is not null
    and not coalesce(staged.is_cancelled, false)
