-- grain: one row per authority, extract, reporting month, version, source row and printed cell of a summary return
-- Every version, but those withdrawn because their file lay in the wrong folder.
with
    -- every return has the same columns in the same order
    returns as (
        select 'overview' as extract, overview.*
        from {{ ref("stg_summary_returns__overview") }} as overview
        union all
        select 'referrals_to_assessment' as extract, referrals.*
        from {{ ref("stg_summary_returns__referrals_to_assessment") }} as referrals
        union all
        select 'assessment_timespan' as extract, timespans.*
        from {{ ref("stg_summary_returns__assessment_timespan") }} as timespans
        union all
        select 'cpp_duration' as extract, durations.*
        from {{ ref("stg_summary_returns__cpp_duration") }} as durations
        union all
        select 'lac_movement' as extract, movements.*
        from {{ ref("stg_summary_returns__lac_movement") }} as movements
        union all
        select 'placement_stability' as extract, placements.*
        from {{ ref("stg_summary_returns__placement_stability") }} as placements
        union all
        select 'workforce' as extract, workforce.*
        from {{ ref("stg_workforce__workforce") }} as workforce
    ),

    kept as (
        select returns.*
        from returns
        left join
            {{ source("quality", "ingest_ledger") }} as withdrawn
            on withdrawn.status = 'withdrawn'
            and returns.extract = withdrawn.extract
            and returns.authority_code = withdrawn.authority_code
            and returns.reporting_month = withdrawn.reporting_month
            and returns.version = withdrawn.version
        where withdrawn.version is null
    ),

    -- a cell that the file does not have is null and gives no row
    cells as (
        select *
        from
            kept unpivot (
                printed_text for source_column in (apr, may, jun, jul, aug, sep, oct, nov, dec, jan, feb, mar, ytd)
            )
    ),

    -- the financial month of a column; the year to date runs up to the reporting month
    printed_columns as (
        select source_column, financial_month
        from
            (
                values
                    ('apr', 1),
                    ('may', 2),
                    ('jun', 3),
                    ('jul', 4),
                    ('aug', 5),
                    ('sep', 6),
                    ('oct', 7),
                    ('nov', 8),
                    ('dec', 9),
                    ('jan', 10),
                    ('feb', 11),
                    ('mar', 12),
                    ('ytd', cast(null as int))
            ) as named(source_column, financial_month)
    ),

    placed as (
        select
            cells.extract,
            cells.authority_code,
            cells.reporting_month,
            cells.version,
            cells.measure_id,
            cells.label,
            cells.file_path,
            cells.sheet,
            cells.source_row,
            cells.file_sha256,
            cells.source_column,
            cells.printed_text,
            {{ squeeze("cells.printed_text") }} as squeezed_text,
            {{ json_text_at("cells.columns_chosen", "cells.source_column") }} as column_letter,
            (month(cells.reporting_month) + 8) % 12 + 1 as reporting_financial_month,
            printed_columns.financial_month
        from cells
        inner join printed_columns on cells.source_column = printed_columns.source_column
    ),

    -- a figure may have a mark behind it: 412 [p] is provisional
    marked as (
        select
            *,
            case
                when right(lower(squeezed_text), 3) in ('[p]', '[r]', '[e]', '[b]', '[u]')
                then left(squeezed_text, length(squeezed_text) - 3)
                else squeezed_text
            end as unmarked_text
        from placed
    ),

    figures as (
        select
            marked.*,
            {{ printed_figure("marked.unmarked_text") }} as figure,
            marks.mark is not null or marked.squeezed_text = '' as is_blank,
            coalesce(marks.says_why, {{ is_suppressed_range("marked.squeezed_text") }}) as is_mark
        from marked
        left join {{ ref("not_supplied_marks") }} as marks on lower(marked.squeezed_text) = marks.mark
    )

select
    authority_code,
    extract,
    reporting_month,
    version,
    measure_id,
    label,
    case when source_column = 'ytd' then 'ytd' else 'month' end as period,
    case
        when source_column = 'ytd'
        then reporting_month
        else {{ add_months_to("reporting_month", "financial_month - reporting_financial_month") }}
    end as month,
    printed_text,
    figure,
    case
        when is_mark
        then squeezed_text
        when figure is not null and unmarked_text <> squeezed_text
        then lower(right(squeezed_text, 3))
    end as printed_mark,
    case when instr(squeezed_text, '%') > 0 then 'percentage' else 'count' end as printed_unit,
    length(split_part(replace(unmarked_text, '%', ''), '.', 2)) as printed_decimals,
    figure is not null as is_supplied,
    figure is not null or is_blank or is_mark as is_readable,
    source_column = 'ytd' or financial_month <= reporting_financial_month as is_in_period,
    version = max(version) over (partition by authority_code, extract, reporting_month) as is_current_version,
    file_path
    || coalesce(', sheet ' || sheet, '')
    || ', row '
    || cast(source_row as string)
    || ', column '
    || upper(source_column)
    || ' (cell '
    || column_letter
    || cast(source_row as string)
    || ')' as source_ref,
    source_row,
    upper(source_column) as source_column,
    file_sha256
from figures
