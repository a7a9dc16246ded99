-- grain: one row per authority, month, measure, basis and statistic that statistical neighbours have a published
-- value of
-- The latest period that was over by the month's end, and the latest model.
with
    medians_taken as (
        select
            models.authority_code,
            models.model_year,
            known.measure_id,
            known.statistic,
            known.period,
            known.period_month,
            known.definition,
            median(known.figure) as comparator_value,
            min(known.figure) as lowest,
            max(known.figure) as highest,
            cast(count(*) as int) as authorities,
            -- of a made rate each neighbour has its own population
            min(split_part(known.source, ';', 1)) as source,
            max(known.published_on) as published_on
        from {{ ref("int_neighbours__unioned") }} as models
        inner join {{ ref("int_published_figures__known") }} as known on models.neighbour_code = known.area_code
        where known.difference is null and known.statistic <> 'count'
        group by
            models.authority_code,
            models.model_year,
            known.measure_id,
            known.statistic,
            known.period,
            known.period_month,
            known.definition
    )

select
    own.authority_code,
    own.month,
    own.measure_id,
    own.basis,
    own.statistic,
    own.value,
    medians.model_year,
    medians.period,
    medians.comparator_value,
    medians.lowest,
    medians.highest,
    medians.authorities,
    medians.definition,
    medians.source,
    medians.published_on,
    case
        when medians.authorities < {{ var("neighbours_at_least") }}
        then 'fewer than {{ var("neighbours_at_least") }} of the neighbours have a published value'
        when own.statistic = 'ytd' and month(own.month) <> 3
        then 'a part of a year is not compared with a whole one'
    end as reason
from {{ ref("int_comparable_values__gathered") }} as own
inner join
    medians_taken as medians
    on own.authority_code = medians.authority_code
    and own.measure_id = medians.measure_id
    and own.statistic = medians.statistic
    and own.month >= medians.period_month
qualify
    row_number() over (
        partition by own.authority_code, own.month, own.measure_id, own.basis, own.statistic
        order by medians.period_month desc nulls last
    )
    = 1
