-- grain: one row per area, year and publication of its residents aged 0 to 17: of reference.population_under_18 and of
-- the tables delivered
select authority_code as area_code, mid_year, population, published_on, source
from {{ ref("population_under_18") }}

union all

-- of one month, the reference has the figure already
select
    cells.area_code,
    cells.year_ending as mid_year,
    cells.figure as population,
    cells.published_on,
    replace(series.source, '{year}', cast(cells.year_ending as string)) as source
from {{ ref("int_published_cells__read") }} as cells
inner join {{ ref("published_columns") }} as series on cells.statistic = series.statistic
where cells.statistic = 'residents aged 0 to 17' and cells.is_single and cells.figure is not null
qualify
    row_number() over (
        partition by cells.area_code, cells.year_ending, cells.published_on
        order by cells.version desc nulls last, cells.source_row desc nulls last
    )
    = 1
