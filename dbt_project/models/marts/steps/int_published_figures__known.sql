-- grain: one row per area, measure, statistic and published year, as last published
-- Where only the count is published, the rate is made as the DfE makes it: with the population of the year before.
{{ config(materialized="table") }}
with
    figures_described as (
        select
            figures.area_code,
            described.measure_id,
            figures.year_ending,
            case
                when figures.unit = 'count'
                then 'count'
                when figures.unit = 'rate per 10,000'
                then 'rate_per_10000'
                when figures.as_at = 'year to 31 March' and measures.ytd_rule = 'ratio_of_sums'
                then 'ytd'
                else 'value'
            end as statistic,
            figures.as_at = 'year to 31 March' as is_year,
            case
                when figures.as_at = 'year to 31 March'
                then cast(figures.year_ending - 1 as string) || '/' || substr(cast(figures.year_ending as string), 3, 2)
                else figures.as_at || ' ' || cast(figures.year_ending as string)
            end as period,
            cast(
                cast(figures.year_ending as string)
                || case when figures.as_at = '30 September' then '-09-01' else '-03-01' end as date
            ) as period_month,
            figures.figure,
            described.definition,
            described.difference,
            figures.source,
            figures.published_on,
            measures.is_rated
        from {{ ref("int_published_figures__unioned") }} as figures
        inner join {{ ref("published_measures") }} as described on figures.statistic = described.statistic
        inner join {{ ref("measures") }} as measures on described.measure_id = measures.measure_id
        -- a figure that is withheld is there, as a symbol, and compared with nothing
        where figures.figure is not null
    ),

    populations_latest as (
        select area_code, mid_year, max_by(population, published_on) as population
        from {{ ref("int_populations__unioned") }}
        group by area_code, mid_year
    ),

    rates_made as (
        select counts.*, populations.population
        from figures_described as counts
        inner join
            populations_latest as populations
            on counts.area_code = populations.area_code
            and counts.year_ending - 1 = populations.mid_year
        left join
            figures_described as rates
            on counts.area_code = rates.area_code
            and counts.measure_id = rates.measure_id
            and counts.year_ending = rates.year_ending
            and rates.statistic = 'rate_per_10000'
        where counts.statistic = 'count' and counts.is_rated and rates.area_code is null
    )

select
    area_code,
    measure_id,
    statistic,
    period,
    period_month,
    is_year,
    false as is_made,
    figure,
    definition,
    difference,
    source,
    published_on
from figures_described

union all

select
    area_code,
    measure_id,
    'rate_per_10000' as statistic,
    period,
    period_month,
    is_year,
    true as is_made,
    100 * {{ percentage("figure", "population") }} as figure,
    definition,
    difference,
    source
    || '; per 10,000 of '
    || {{ show_count("population") }}
    || ' residents aged 0 to 17 at mid-'
    || cast(year_ending - 1 as string)
    || ' (ONS)' as source,
    published_on
from rates_made
