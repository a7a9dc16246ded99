-- grain: one row per area, measure, statistic and published year, from reference.published_figures
-- Where only the count is published, the rate is made as the DfE makes it: with the population of the year before.
with
    figures_described as (
        select
            figures.area_code,
            described.measure_id,
            figures.year_ending,
            case
                when described.unit = 'count'
                then 'count'
                when described.unit = 'rate per 10,000'
                then 'rate_per_10000'
                when described.as_at = 'year to 31 March' and measures.ytd_rule = 'ratio_of_sums'
                then 'ytd'
                else 'value'
            end as statistic,
            described.as_at = 'year to 31 March' as is_year,
            case
                when described.as_at = 'year to 31 March'
                then cast(figures.year_ending - 1 as string) || '/' || substr(cast(figures.year_ending as string), 3, 2)
                else described.as_at || ' ' || cast(figures.year_ending as string)
            end as period,
            cast(
                cast(figures.year_ending as string)
                || case when described.as_at = '30 September' then '-09-01' else '-03-01' end as date
            ) as period_month,
            figures.value as figure,
            described.definition,
            described.difference,
            described.source,
            described.published_on,
            measures.is_rated
        from {{ ref("published_figures") }} as figures
        inner join {{ ref("published_measures") }} as described on figures.statistic = described.statistic
        inner join {{ ref("measures") }} as measures on described.measure_id = measures.measure_id
    ),

    populations_latest as (
        select authority_code, mid_year, max_by(population, published_on) as population
        from {{ ref("population_under_18") }}
        group by authority_code, mid_year
    ),

    rates_made as (
        select counts.*, populations.population
        from figures_described as counts
        inner join
            populations_latest as populations
            on counts.area_code = populations.authority_code
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
