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

    -- the column of the file in which most dates can only have the month first
    evident as (
        select authority_code, extract, reporting_month, version, source_column
        from {{ ref("date_forms") }}
        where form = 'mm/dd/yyyy'
        qualify
            row_number() over (
                partition by authority_code, extract, reporting_month, version
                order by cells desc nulls last, source_column asc nulls last
            )
            = 1
    ),

    first_unread as (
        select delivery_id, column_name, source_ref
        from {{ ref("int_rejected_cells") }}
        where {{ matches("trim(raw_text)", "[A-Za-z, ]*[0-9]{1,2}[ /.-]?[0-9]{1,2}[ /.-]?[0-9].*") }}
        qualify
            row_number() over (
                partition by delivery_id, column_name
                order by
                    case
                        when
                            {{
                                matches(
                                    "trim(raw_text)",
                                    "[A-Za-z, ]*[0-9]{1,2}[ /.-]?(1[3-9]|2[0-9]|3[01])[ /.-]?[0-9].*",
                                )
                            }}
                        then 0
                        else 1
                    end asc nulls last,
                    source_row asc nulls last
            )
            = 1
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
        when month_first.sure_cells is null
        then
            'no date that can only have its day first, and the column "'
            || coalesce(evident_headers.header, evident_columns.header)
            || '" has the month first, as in 04/13/2013, so '
        when month_first.sure_cells = 1
        then '1 date with the month first, as in 04/13/2013, so '
        else {{ show_count("month_first.sure_cells") }} || ' dates with the month first, as in 04/13/2013, so '
    end
    || case
        when month_first.doubtful_cells = 1
        then '1 other date'
        else {{ show_count("month_first.doubtful_cells") }} || ' other dates'
    end
    || ' could be read either way. None of them is read. Write every date of the column with the day first, or as'
    || ' 2013-04-13, and send the file again.' as message,
    coalesce(first_unread.source_ref, files.file_path) as source_ref
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
    evident
    on files.authority_code = evident.authority_code
    and files.extract = evident.extract
    and files.reporting_month = evident.reporting_month
    and files.version = evident.version
left join
    {{ ref("list_columns") }} as evident_columns
    on evident.extract = evident_columns.extract
    and evident.source_column = evident_columns.column_name
left join
    {{ ref("int_deliveries__headers") }} as evident_headers
    on files.delivery_id = evident_headers.delivery_id
    and evident.source_column = evident_headers.column_name
left join
    first_unread
    on files.delivery_id = first_unread.delivery_id
    and month_first.source_column = first_unread.column_name
where files.is_current
