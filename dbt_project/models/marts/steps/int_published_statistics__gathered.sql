-- grain: one row per authority and published value that stands for an area around it: as the authority
-- delivered it, or as last published
with
    areas_around as (
        select authorities.authority_code, areas.area_code, areas.area_name
        from {{ ref("authorities") }} as authorities
        inner join
            {{ ref("published_areas") }} as areas
            on areas.area_name = 'England'
            or areas.area_name = authorities.region
            or areas.area_name = authorities.region_part
    )

select
    authority_code,
    reporting_month,
    measure_id,
    statistic,
    area_code,
    area_name,
    period,
    period_month,
    figure,
    definition,
    source,
    published_on,
    source_row,
    obstacle
from {{ ref("int_published_statistics__judged") }}

union all

select
    areas.authority_code,
    cast(null as date) as reporting_month,
    known.measure_id,
    known.statistic,
    areas.area_code,
    areas.area_name,
    known.period,
    known.period_month,
    known.figure,
    known.definition,
    known.source,
    known.published_on,
    cast(null as bigint) as source_row,
    cast(null as string) as obstacle
from areas_around as areas
inner join {{ ref("int_published_figures__known") }} as known on areas.area_code = known.area_code
where known.difference is null and known.statistic <> 'count'
