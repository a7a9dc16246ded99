-- grain: one row per statistic of reference.published_columns, area and year that a table delivered has, in every table
-- `symbol` is what the publisher wrote in place of a number; `figure` and `symbol` are empty where a cell is neither.
with
    rows_placed as (
        select
            tables.authority_code as delivered_to,
            -- of the month in whose folder it came
            tables.reporting_month as published_on,
            tables.version,
            tables.source_row,
            tables.file_path,
            case
                lower(tables.geographic_level)
                when 'national'
                then tables.country_code
                when 'regional'
                then tables.region_code
                when 'local authority'
                then tables.new_la_code
            end as area_code,
            -- a financial year, such as 202425, is known by the year in which it ends
            case
                when {{ matches("tables.time_period", "[0-9]{4}") }}
                then cast(tables.time_period as int)
                when {{ matches("tables.time_period", "[0-9]{6}") }}
                then cast(substr(tables.time_period, 1, 2) || substr(tables.time_period, 5, 2) as int)
            end as year_ending,
            tables.statistics
        from {{ ref("stg_published__published_tables") }} as tables
        left join
            {{ source("quality", "ingest_ledger") }} as withdrawn
            on withdrawn.status = 'withdrawn'
            and withdrawn.extract = 'published_tables'
            and tables.authority_code = withdrawn.authority_code
            and tables.reporting_month = withdrawn.reporting_month
            and tables.version = withdrawn.version
        where withdrawn.version is null
    ),

    -- headers as the cells are kept by: in lower case without spaces
    series_folded as (
        select
            statistic,
            lower(replace(column_header, ' ', '')) as column_key,
            lower(replace(filter_column, ' ', '')) as filter_key,
            lower(filter_value) as filter_value,
            lower(replace(second_filter_column, ' ', '')) as second_filter_key,
            lower(second_filter_value) as second_filter_value
        from {{ ref("published_columns") }}
    ),

    cells as (
        select
            rows_placed.*,
            series.statistic,
            {{ json_text_at("rows_placed.statistics", "series.column_key") }} as value_text
        from rows_placed
        inner join
            series_folded as series
            on (
                series.filter_key is null
                or lower({{ json_text_at("rows_placed.statistics", "series.filter_key") }}) = series.filter_value
            )
            and (
                series.second_filter_key is null
                or lower({{ json_text_at("rows_placed.statistics", "series.second_filter_key") }})
                = series.second_filter_value
            )
        where rows_placed.area_code is not null and rows_placed.year_ending is not null
    )

select
    cells.statistic,
    cells.area_code,
    cells.year_ending,
    cells.value_text,
    {{ printed_figure("cells.value_text") }} as figure,
    symbols.symbol,
    cells.delivered_to,
    cells.published_on,
    cells.version,
    cells.file_path,
    cells.source_row,
    max(cells.year_ending) over (partition by cells.delivered_to, cells.published_on, cells.version) as reporting_year,
    -- a table may divide an area by something that the series does not name; then no row is the whole
    min(cells.value_text) over one_figure = max(cells.value_text) over one_figure as is_single
from cells
left join {{ ref("published_symbols") }} as symbols on lower(cells.value_text) = symbols.symbol
where cells.value_text <> ''
window
    one_figure as (
        partition by
            cells.delivered_to, cells.published_on, cells.version, cells.statistic, cells.area_code, cells.year_ending
    )
