-- grain: one row per child-level file or list delivered and check of it; where rows fail it, per column
with
    events as (
        select authority_code, extract, reporting_month, sum(events) as events
        from {{ ref("int_lists__held") }}
        group by authority_code, extract, reporting_month
    )

select
    check_id,
    {{
        comparison_id(
            [
                "check_id",
                "authority_code",
                "list",
                "own_extract",
                "failed_extract",
                "reporting_month",
                "source_column",
            ]
        )
    }} as comparison_id,
    authority_code,
    coalesce(failed_extract, own_extract) as extract,
    reporting_month,
    reporting_month as month,
    cast(null as string) as measure_id,
    cast(coalesce(failing_rows, 0) as double) as observed,
    cast(0 as double) as expected,
    failing_rows is null as is_agreed,
    message,
    source_ref
from {{ ref("list_cells__judged") }}

union all

select
    'lists_hold_events' as check_id,
    {{ comparison_id(["'lists_hold_events'", "files.authority_code", "files.extract", "files.reporting_month"]) }}
    as comparison_id,
    files.authority_code,
    files.own_extract as extract,
    files.reporting_month,
    files.reporting_month as month,
    cast(null as string) as measure_id,
    cast(coalesce(events.events, 0) as double) as observed,
    cast(null as double) as expected,
    coalesce(events.events, 0) > 0 or files.row_count = 0 as is_agreed,
    extracts.title
    || ', '
    || months.month_name
    || ': no row has a child and a date that can be read, so the month would count nothing. The file has '
    || case when files.row_count = 1 then '1 row' else {{ show_count("files.row_count") }} || ' rows' end
    || '. Check the columns of the id and of the date, and send the file again.' as message,
    files.file_path || coalesce(', sheet ' || files.sheet, '') as source_ref
from {{ ref("int_lists__files") }} as files
inner join {{ ref("months") }} as months on files.reporting_month = months.month
inner join {{ ref("extracts") }} as extracts on files.own_extract = extracts.extract
left join
    events
    on files.authority_code = events.authority_code
    and files.extract = events.extract
    and files.reporting_month = events.reporting_month
where files.extract like 'annex_a_%'

union all

select
    'dates_are_day_first' as check_id,
    {{ comparison_id(["'dates_are_day_first'", "authority_code", "extract", "reporting_month", "source_column"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    reporting_month as month,
    cast(null as string) as measure_id,
    cast(coalesce(doubtful_cells, 0) as double) as observed,
    cast(0 as double) as expected,
    source_column is null as is_agreed,
    message,
    source_ref
from {{ ref("list_dates__judged") }}
