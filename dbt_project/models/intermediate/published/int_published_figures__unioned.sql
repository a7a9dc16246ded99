-- grain: one row per published statistic, area and year, as last published: of reference.published_figures and of the
-- tables delivered
-- A later publication takes the place of an earlier one, and of one month what was delivered that of the reference.
with
    stated as (
        select
            figures.statistic,
            figures.area_code,
            figures.year_ending,
            figures.value as figure,
            cast(null as string) as symbol,
            series.published_on,
            max(figures.year_ending) over (partition by figures.statistic) as reporting_year,
            0 as delivery,
            0 as source_row,
            cast(null as string) as file_path
        from {{ ref("published_figures") }} as figures
        inner join {{ ref("published_columns") }} as series on figures.statistic = series.statistic

        union all

        select
            statistic,
            area_code,
            year_ending,
            figure,
            symbol,
            published_on,
            reporting_year,
            version as delivery,
            source_row,
            file_path
        from {{ ref("int_published_cells__read") }}
        where is_single and (figure is not null or symbol is not null) and statistic <> 'residents aged 0 to 17'  -- see int_populations__unioned
    )

select
    stated.statistic,
    stated.area_code,
    stated.year_ending,
    series.unit,
    series.as_at,
    stated.figure,
    stated.symbol,
    replace(series.source, '{year}', cast(stated.reporting_year as string)) as source,
    stated.published_on,
    stated.file_path,
    first_value(stated.figure) over publications as first_figure,
    first_value(stated.published_on) over publications as first_published_on
from stated
inner join {{ ref("published_columns") }} as series on stated.statistic = series.statistic
window
    publications as (
        partition by stated.statistic, stated.area_code, stated.year_ending
        order by stated.published_on asc nulls last, stated.delivery asc nulls last, stated.source_row asc nulls last
    )
qualify
    row_number() over (
        partition by stated.statistic, stated.area_code, stated.year_ending
        order by
            stated.published_on desc nulls last,
            stated.delivery desc nulls last,
            stated.source_row desc nulls last,
            stated.file_path desc nulls last
    )
    = 1
