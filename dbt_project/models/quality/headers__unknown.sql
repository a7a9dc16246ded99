-- grain: one row per header of a list's latest file that its contract does not know, with the column it is nearly
-- that of
{{ config(materialized="view") }}
with
    latest_files as (
        select
            authority_code,
            extract,
            reporting_month,
            headers,
            file_path || coalesce(', sheet ' || sheet, '') || ', row ' || cast(header_row as string) as source_ref
        from {{ source("quality", "ingest_ledger") }}
        where status = 'accepted' and headers is not null
        qualify
            row_number() over (
                partition by authority_code, extract order by reporting_month desc nulls last, version desc nulls last
            )
            = 1
    ),

    items as (
        select authority_code, extract, reporting_month, source_ref, {{ json_items("headers") }} as item
        from latest_files
    ),

    unknown as (
        select
            authority_code,
            extract,
            reporting_month,
            source_ref,
            lower(replace({{ json_text("item", "header") }}, ' ', '')) as folded_header,
            min({{ json_text("item", "header") }}) as header,
            min({{ json_text("item", "nearest") }}) as column_name,
            max(cast({{ json_text("item", "cells") }} as int)) as cells
        from items
        where {{ json_text("item", "column") }} is null
        group by
            authority_code,
            extract,
            reporting_month,
            source_ref,
            lower(replace({{ json_text("item", "header") }}, ' ', ''))
    )

select
    unknown.authority_code,
    unknown.extract,
    unknown.reporting_month,
    unknown.folded_header,
    columns.header is not null as is_near,
    extracts.title
    || ': the header '
    || {{ quoted("unknown.header") }}
    || ' is not known, and the column is left aside. It is nearly "'
    || columns.header
    || '", which the file does not have. If it means that, accept it with csc headers.' as message,
    unknown.source_ref
from unknown
inner join {{ ref("extracts") }} as extracts on unknown.extract = extracts.extract
left join
    {{ ref("list_columns") }} as columns
    on unknown.extract = columns.extract
    and unknown.column_name = columns.column_name
    and unknown.cells > 0
where extracts.kind = 'list'
