-- grain: one row per authority, month, measure, basis, statistic, area and definition that has a published value
-- Of each area and definition, the latest period that was over by the month's end, as last published.
select
    own.authority_code,
    own.month,
    own.measure_id,
    own.basis,
    own.statistic,
    own.value,
    published.area_code,
    published.area_name,
    published.period,
    published.figure as comparator_value,
    published.definition,
    published.source,
    published.published_on,
    coalesce(
        published.obstacle,
        case
            when own.statistic = 'ytd' and month(own.month) <> 3
            then 'a part of a year is not compared with a whole one'
        end
    ) as reason
from {{ ref("int_comparable_values__gathered") }} as own
inner join
    {{ ref("int_published_statistics__gathered") }} as published
    on own.authority_code = published.authority_code
    and own.measure_id = published.measure_id
    and own.statistic = published.statistic
    and own.month >= published.period_month
where published.area_code <> '' and (published.figure is not null or published.obstacle is not null)
qualify
    row_number() over (
        partition by
            own.authority_code,
            own.month,
            own.measure_id,
            own.basis,
            own.statistic,
            published.area_code,
            lower(published.definition)
        order by
            published.period_month desc nulls last,
            published.published_on desc nulls last,
            published.reporting_month desc nulls last,
            published.source_row desc nulls last
    )
    = 1
