-- grain: one row per child-level file delivered; where it has dates with the month first, one per column
{{ config(materialized="view") }}
with
    month_first as (
        select
            authority_code,
            extract,
            reporting_month,
            version,
            source_column,
            sum(case when form = 'mm/dd/yyyy' then cells end) as sure_cells,
            sum(case when form = 'dd/mm/yyyy or mm/dd/yyyy' then cells end) as doubtful_cells
        from {{ ref("date_forms") }}
        where form in ('mm/dd/yyyy', 'dd/mm/yyyy or mm/dd/yyyy')
        group by authority_code, extract, reporting_month, version, source_column
        having sum(case when form = 'dd/mm/yyyy or mm/dd/yyyy' then cells end) > 0
    ),

    first_of_month_first as (
        select delivery_id, column_name, source_ref
        from {{ ref("int_rejected_cells") }}
        where {{ matches("trim(raw_text)", "[0-9]{1,2}[/.-](1[3-9]|2[0-9]|3[01])[/.-][0-9].*") }}
        qualify row_number() over (partition by delivery_id, column_name order by source_row asc nulls last) = 1
    )

select
    files.authority_code,
    files.extract,
    files.reporting_month,
    month_first.source_column,
    month_first.doubtful_cells,
    extracts.title
    || ', '
    || months.month_name
    || ': the column "'
    || coalesce(headers.header, columns.header)
    || '" has '
    || case
        when month_first.sure_cells = 1 then '1 date' else {{ show_count("month_first.sure_cells") }} || ' dates'
    end
    || ' with the month first, as in 04/13/2013, so '
    || case
        when month_first.doubtful_cells = 1
        then '1 other date'
        else {{ show_count("month_first.doubtful_cells") }} || ' other dates'
    end
    || ' could be read either way. None of them is read. Write every date of the column with the day first, or as'
    || ' 2013-04-13, and send the file again.' as message,
    coalesce(first_of_month_first.source_ref, files.file_path) as source_ref
from {{ ref("int_deliveries") }} as files
inner join {{ ref("months") }} as months on files.reporting_month = months.month
inner join {{ ref("extracts") }} as extracts on files.extract = extracts.extract
left join
    month_first
    on files.authority_code = month_first.authority_code
    and files.extract = month_first.extract
    and files.reporting_month = month_first.reporting_month
    and files.version = month_first.version
left join
    {{ ref("list_columns") }} as columns
    on month_first.extract = columns.extract
    and month_first.source_column = columns.column_name
left join
    {{ ref("int_deliveries__headers") }} as headers
    on files.delivery_id = headers.delivery_id
    and month_first.source_column = headers.column_name
left join
    first_of_month_first
    on files.delivery_id = first_of_month_first.delivery_id
    and month_first.source_column = first_of_month_first.column_name
where files.is_current
