-- grain: one row per authority, measure, statistic, period and area: itself and its statistical neighbours, as
-- published
-- A funnel plot: how far the neighbours lie apart at their size, and whether an area lies further from their mean.
with
    areas_compared as (
        select authority_code, neighbour_code as area_code, model_year
        from {{ ref("int_neighbours__unioned") }}

        union all

        select authority_code, authority_code as area_code, cast(null as int) as model_year
        from {{ ref("dim_authority") }}
    ),

    authorities_measured as (select distinct authority_code from {{ ref("kpi_monthly") }}),

    populations_latest as (
        select area_code, mid_year, max_by(population, published_on) as population
        from {{ ref("int_populations__unioned") }}
        group by area_code, mid_year
    ),

    -- what a published value is of: residents of the year before, or the published count below the line
    sizes_known as (
        select
            known.area_code,
            known.measure_id,
            known.statistic,
            known.period,
            known.period_month,
            known.figure,
            known.source,
            case
                when known.statistic = 'rate_per_10000' then populations.population else denominators.figure
            end as size,
            -- of one of them, in the unit of the value
            case when known.statistic = 'rate_per_10000' then 10000 else 100 end as scale
        from {{ ref("int_published_figures__known") }} as known
        inner join {{ ref("measures") }} as measures on known.measure_id = measures.measure_id
        left join
            populations_latest as populations
            on known.area_code = populations.area_code
            and year(known.period_month) - 1 = populations.mid_year
        left join
            {{ ref("int_published_figures__known") }} as denominators
            on known.area_code = denominators.area_code
            and measures.denominator_id = denominators.measure_id
            and known.period = denominators.period
            and denominators.statistic = 'count'
        where known.difference is null and known.statistic <> 'count'
    ),

    areas_valued as (
        select
            areas.authority_code,
            known.measure_id,
            known.statistic,
            known.period,
            known.period_month,
            known.area_code,
            areas.model_year is not null as is_neighbour,
            known.figure,
            known.size,
            known.scale,
            known.source
        from areas_compared as areas
        inner join authorities_measured as measured on areas.authority_code = measured.authority_code
        inner join sizes_known as known on areas.area_code = known.area_code
        where known.size > 0
    ),

    means_taken as (
        select
            *,
            sum(case when is_neighbour then figure * size end) over together
            / nullif(sum(case when is_neighbour then size end) over together, 0) as mean,
            cast(sum(case when is_neighbour then 1 else 0 end) over together as int) as neighbours
        from areas_valued
        window together as (partition by authority_code, measure_id, statistic, period)
    ),

    -- what chance alone does to a count of so many residents, or to a share of so many cases
    chance_known as (
        select *, sqrt(mean * case when scale = 10000 then scale else greatest(scale - mean, 0) end / size) as chance
        from means_taken
    ),

    spreads_measured as (
        select
            *,
            -- councils differ by more than chance: the neighbours' own spread widens the funnel
            greatest(
                sqrt(
                    avg(
                        case
                            when is_neighbour and chance > 0 then (figure - mean) / chance * ((figure - mean) / chance)
                        end
                    ) over together
                ),
                1
            ) as spread
        from chance_known
        window together as (partition by authority_code, measure_id, statistic, period)
    )

select
    spreads.authority_code,
    spreads.measure_id,
    spreads.statistic,
    spreads.period,
    spreads.period_month,
    spreads.area_code,
    areas.authority_name as area_name,
    spreads.is_neighbour,
    spreads.figure as value,
    cast(spreads.size as double) as size,
    spreads.neighbours,
    spreads.mean,
    greatest(cast(0 as double), spreads.mean - {{ var("funnel_sigmas") }} * spreads.chance) as lower_by_chance,
    spreads.mean + {{ var("funnel_sigmas") }} * spreads.chance as upper_by_chance,
    greatest(
        cast(0 as double), spreads.mean - {{ var("funnel_sigmas") }} * spreads.spread * spreads.chance
    ) as lower_limit,
    spreads.mean + {{ var("funnel_sigmas") }} * spreads.spread * spreads.chance as upper_limit,
    abs(spreads.figure - spreads.mean) > {{ var("funnel_sigmas") }} * spreads.spread * spreads.chance as is_apart,
    spreads.source
from spreads_measured as spreads
inner join {{ ref("authorities") }} as areas on spreads.area_code = areas.authority_code
where spreads.neighbours >= {{ var("neighbours_at_least") }}
