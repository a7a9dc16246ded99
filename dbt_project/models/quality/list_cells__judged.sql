-- grain: one row per child-level file or list delivered and check of it; where rows fail, one per column
{{ config(materialized="view") }}
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
                    ~ " then cast(source_row as string) || coalesce(' with row ' || cast(other_row as string), '') end",
                    "place",
                )
            }} as rows_shown,
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

    -- as the file has them; of a column that is worked out of several, as Annex A has it
    own_headers as (
        select files.authority_code, files.extract, files.reporting_month, headers.column_name, headers.header
        from {{ ref("int_deliveries") }} as files
        inner join {{ ref("int_deliveries__headers") }} as headers on files.delivery_id = headers.delivery_id
        where files.is_current
    ),

    -- of a column that another table of the dataset has, such as the sex in the Header
    dataset_headers as (
        select extracts.dataset, columns.column_name, min(columns.header) as header
        from {{ ref("list_columns") }} as columns
        inner join {{ ref("extracts") }} as extracts on columns.extract = extracts.extract
        group by extracts.dataset, columns.column_name
    ),

    spellings as (
        select
            authority_code,
            extract,
            source_column,
            ', for example "' || spelling || '" (did you mean "' || suggested_label || '"?)' as example
        from {{ ref("unknown_spellings") }}
        where suggestion = 1 and spelling <> '(withheld)'
        qualify
            row_number() over (
                partition by authority_code, extract, source_column
                order by cells desc nulls last, spelling_number asc nulls last
            )
            = 1
    )

select
    checks.check_id,
    delivered.authority_code,
    delivered.extract as list,
    delivered.own_extract,
    failed.extract as failed_extract,
    delivered.reporting_month,
    failed.source_column,
    failed.failing_rows,
    extracts.title
    || ', '
    || months.month_name
    || ': the column "'
    || coalesce(
        own_headers.header,
        own_columns.header,
        dataset_headers.header,
        columns.header,
        replace(failed.source_column, '_', ' ')
    )
    || '" '
    || checks.wrong
    || ' in '
    || case
        when failed.failing_rows = 1
        then 'row ' || failed.rows_shown
        else {{ show_count("failed.failing_rows") }} || ' rows (' || failed.rows_shown
    end
    || case
        when failed.failing_rows > {{ rows_shown }} then ' and more)' when failed.failing_rows > 1 then ')' else ''
    end
    || case when checks.check_id = 'list_spellings_are_known' then coalesce(spellings.example, '') else '' end
    || '. '
    || checks.to_do as message,
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
left join {{ ref("extracts") }} as extracts on failed.extract = extracts.extract
left join
    own_headers
    on failed.authority_code = own_headers.authority_code
    and failed.extract = own_headers.extract
    and failed.reporting_month = own_headers.reporting_month
    and failed.source_column = own_headers.column_name
left join
    {{ ref("list_columns") }} as own_columns
    on failed.extract = own_columns.extract
    and failed.source_column = own_columns.column_name
left join
    dataset_headers on extracts.dataset = dataset_headers.dataset and failed.source_column = dataset_headers.column_name
left join
    {{ ref("list_columns") }} as columns on failed.list = columns.extract and failed.source_column = columns.column_name
left join
    spellings
    on failed.authority_code = spellings.authority_code
    and failed.extract = spellings.extract
    and failed.source_column = spellings.source_column
