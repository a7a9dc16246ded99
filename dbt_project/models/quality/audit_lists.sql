-- grain: one row per child-level file or list delivered and check of it; where rows fail it, per column
{% set rows_shown = 10 %}
with
    numbered as (
        select
            authority_code,
            list,
            extract,
            reporting_month,
            check_id,
            source_column,
            source_row,
            other_row,
            source_ref,
            row_number() over (
                partition by authority_code, list, extract, reporting_month, check_id, source_column
                order by source_row asc nulls last
            ) as place
        from {{ ref("list_checks_failed") }}
    ),

    failed as (
        select
            authority_code,
            list,
            extract,
            reporting_month,
            check_id,
            source_column,
            count(*) as failing_rows,
            {{
                join_sorted(
                    "case when place <= "
                    ~ rows_shown
                    ~ " then cast(source_row as string) || coalesce(' (with row ' || cast(other_row as string) || ')', '') end",
                    "place asc nulls last",
                )
            }}
            as rows_shown,
            max(case when place = 1 then source_ref end) as source_ref
        from numbered
        group by authority_code, list, extract, reporting_month, check_id, source_column
    ),

    -- cells are judged of each table, rows of each list of events
    delivered as (
        select authority_code, extract, extract as own_extract, reporting_month, true as is_table
        from {{ ref("int_deliveries") }}
        where is_current

        union all

        select authority_code, extract, own_extract, reporting_month, false as is_table
        from {{ ref("int_lists__files") }}
        where extract like 'annex_a_%'
    ),

    events as (
        select authority_code, extract, reporting_month, sum(events) as events
        from {{ ref("int_lists__held") }}
        group by authority_code, extract, reporting_month
    )

select
    checks.check_id,
    {{
        comparison_id(
            [
                "checks.check_id",
                "delivered.authority_code",
                "delivered.extract",
                "delivered.own_extract",
                "failed.extract",
                "delivered.reporting_month",
                "failed.source_column",
            ]
        )
    }} as comparison_id,
    delivered.authority_code,
    coalesce(failed.extract, delivered.own_extract) as extract,
    delivered.reporting_month,
    delivered.reporting_month as month,
    cast(null as string) as measure_id,
    cast(coalesce(failed.failing_rows, 0) as double) as observed,
    cast(0 as double) as expected,
    failed.check_id is null as is_agreed,
    'The list '
    || failed.extract
    || ' of '
    || months.month_name
    || ': '
    || failed.source_column
    || ' '
    || checks.wrong
    || '. '
    || case when failed.failing_rows = 1 then 'Row ' else {{ show_count("failed.failing_rows") }} || ' rows: ' end
    || failed.rows_shown
    || case when failed.failing_rows > {{ rows_shown }} then ' and more' else '' end
    || '.' as message,
    failed.source_ref
from delivered
inner join {{ ref("months") }} as months on delivered.reporting_month = months.month
inner join {{ ref("list_checks") }} as checks on delivered.is_table = checks.is_of_cells
left join
    failed
    on delivered.authority_code = failed.authority_code
    and delivered.extract = failed.list
    and delivered.reporting_month = failed.reporting_month
    and checks.check_id = failed.check_id

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
    files.file_path
    || ': none of its '
    || {{ show_count("files.row_count") }}
    || ' rows has a child and a date that can be read, so the month would count nothing. quality.rejected_rows says why; correct the file and drop it again.'
    as message,
    files.file_path || coalesce(', sheet ' || files.sheet, '') as source_ref
from {{ ref("int_lists__files") }} as files
left join
    events
    on files.authority_code = events.authority_code
    and files.extract = events.extract
    and files.reporting_month = events.reporting_month
where files.extract like 'annex_a_%'
