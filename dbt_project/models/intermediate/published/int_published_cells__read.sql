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

    cells_of_tables as (
        select
            'published_tables' as extract,
            rows_placed.delivered_to,
            rows_placed.published_on,
            rows_placed.version,
            rows_placed.file_path,
            rows_placed.source_row,
            rows_placed.area_code,
            rows_placed.year_ending,
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
    ),

    cells_delivered as (
        select
            extract,
            delivered_to,
            published_on,
            version,
            file_path,
            source_row,
            area_code,
            year_ending,
            statistic,
            value_text
        from cells_of_tables

        union all

        select
            extract,
            delivered_to,
            published_on,
            version,
            file_path,
            source_row,
            area_code,
            year_ending,
            statistic,
            value_text
        from {{ ref("int_population_tables__summed") }}
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
    max(cells.year_ending) over (
        partition by cells.delivered_to, cells.published_on, cells.version, cells.file_path
    ) as reporting_year,
    -- a table may divide an area by something that the series does not name; then no row is the whole
    min(cells.value_text) over one_figure = max(cells.value_text) over one_figure as is_single
from cells_delivered as cells
left join
    {{ source("quality", "ingest_ledger") }} as withdrawn
    on withdrawn.status = 'withdrawn'
    and cells.extract = withdrawn.extract
    and cells.delivered_to = withdrawn.authority_code
    and cells.published_on = withdrawn.reporting_month
    and cells.version = withdrawn.version
left join {{ ref("published_symbols") }} as symbols on lower(cells.value_text) = symbols.symbol
where
    withdrawn.version is null
    and cells.area_code is not null
    and cells.year_ending is not null
    and cells.value_text <> ''
window
    one_figure as (
        partition by
            cells.delivered_to,
            cells.published_on,
            cells.version,
            cells.file_path,
            cells.statistic,
            cells.area_code,
            cells.year_ending
    )
