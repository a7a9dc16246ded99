-- grain: one row per check and table of published statistics that was delivered
-- The tables are of all authorities, so what is found belongs to none.
with
    tables_delivered as (
        select reporting_month, file_path, version, extract, min(headers) as headers
        from {{ source("quality", "ingest_ledger") }}
        where extract in ('published_tables', 'population_tables') and status = 'accepted'
        group by reporting_month, file_path, version, extract
    ),

    headers_told as (
        select reporting_month, file_path, version, {{ json_items("headers") }} as item from tables_delivered
    ),

    headers_numbered as (
        select
            reporting_month,
            file_path,
            version,
            {{ json_text("item", "header") }} as header,
            row_number() over (
                partition by reporting_month, file_path, version
                order by {{ json_text("item", "header") }} asc nulls last
            ) as number
        from headers_told
        where {{ json_text("item", "column") }} is null
    ),

    -- the headers that no column of the contract reads, the first of them by name
    headers_unread as (
        select
            reporting_month,
            file_path,
            version,
            {{ join_sorted("case when number <= 10 then header end", "number") }}
            || case when count(*) > 10 then ' and ' || cast(count(*) - 10 as string) || ' more' else '' end as headers
        from headers_numbered
        group by reporting_month, file_path, version
    ),

    cells_judged as (
        select
            cells.published_on as reporting_month,
            cells.file_path,
            cells.version,
            count(*) as cells,
            count(case when not cells.is_single then 1 end) as doubled_cells,
            min(case when not cells.is_single then cells.statistic end) as doubled_statistic,
            count(
                case when cells.is_single and cells.figure is null and cells.symbol is null then 1 end
            ) as unread_cells,
            min(
                case when cells.is_single and cells.figure is null and cells.symbol is null then cells.source_row end
            ) as unread_row,
            count(
                distinct case
                    when authorities.authority_code is null and areas.area_code is null then cells.area_code
                end
            ) as unknown_areas,
            min(
                case when authorities.authority_code is null and areas.area_code is null then cells.area_code end
            ) as unknown_area
        from {{ ref("int_published_cells__read") }} as cells
        left join {{ ref("authorities") }} as authorities on cells.area_code = authorities.authority_code
        left join {{ ref("published_areas") }} as areas on cells.area_code = areas.area_code
        group by cells.published_on, cells.file_path, cells.version
    ),

    checks_made as (
        select
            'published_tables_are_used' as check_id,
            tables.reporting_month,
            tables.file_path,
            tables.version,
            coalesce(judged.cells, 0) > 0 as is_agreed,
            case
                when tables.extract = 'population_tables'
                then
                    'it does not say of which year its estimates are, so it is left aside. Put the year into the name of'
                    || ' the file, for example mid-2024.xlsx.'
                else
                    'none of its columns is a statistic of reference.published_columns, so it is left aside. It has the'
                    || ' columns '
                    || unread.headers
                    || '.'
            end as message
        from tables_delivered as tables
        left join
            headers_unread as unread
            on tables.reporting_month = unread.reporting_month
            and tables.file_path = unread.file_path
            and tables.version = unread.version
        left join
            cells_judged as judged
            on tables.reporting_month = judged.reporting_month
            and tables.file_path = judged.file_path
            and tables.version = judged.version

        union all

        select
            'published_cells_are_clear' as check_id,
            reporting_month,
            file_path,
            version,
            doubled_cells = 0 and unread_cells = 0 as is_agreed,
            case
                when doubled_cells > 0
                then
                    'it has different values of "'
                    || doubled_statistic
                    || '" for one area and year, so none is taken. Name the breakdown that is the whole in'
                    || ' reference.published_columns.'
                else
                    {{ show_count("unread_cells") }}
                    || ' of its cells are neither a number nor a symbol of reference.published_symbols, the first in row '
                    || cast(unread_row as string)
                    || '. They are left out.'
            end as message
        from cells_judged

        union all

        select
            'published_areas_are_known' as check_id,
            reporting_month,
            file_path,
            version,
            unknown_areas = 0 as is_agreed,
            {{ show_count("unknown_areas") }}
            || ' of its areas are not in reference.authorities or reference.published_areas, such as '
            || unknown_area
            || '. They are kept, and compared with nobody.' as message
        from cells_judged
    )

select
    check_id,
    {{ comparison_id(["check_id", "reporting_month", "file_path", "version"]) }} as comparison_id,
    cast(null as string) as authority_code,
    'published_tables' as extract,
    reporting_month,
    reporting_month as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    is_agreed,
    file_path || ': ' || message as message,
    file_path as source_ref
from checks_made
