-- grain: one row per header of an extract's latest file and of the one of the month before, with what became of it
{{ config(materialized="view") }}
with
    latest_versions as (
        select
            authority_code,
            extract,
            reporting_month,
            headers,
            file_path || coalesce(', sheet ' || sheet, '') || ', row ' || cast(header_row as string) as source_ref
        from {{ source("quality", "ingest_ledger") }}
        -- tables of published statistics differ from one another
        where
            status = 'accepted' and extract not in (select extract from {{ ref("extracts") }} where kind = 'statistics')
        qualify
            row_number() over (partition by authority_code, extract, reporting_month order by version desc nulls last)
            = 1
    ),

    latest_two as (
        select
            authority_code,
            extract,
            reporting_month,
            headers,
            source_ref,
            row_number() over (partition by authority_code, extract order by reporting_month desc nulls last) as age,
            lag(reporting_month) over months_delivered as previous_month,
            lag(headers) over months_delivered as previous_headers
        from latest_versions
        window months_delivered as (partition by authority_code, extract order by reporting_month asc nulls last)
    ),

    both_months as (
        select authority_code, extract, reporting_month, previous_month, source_ref, headers, previous_headers
        from latest_two
        where age = 1 and headers is not null and previous_headers is not null
    ),

    items as (
        select authority_code, extract, {{ json_items("headers") }} as item, 1 as is_now, 0 as is_before
        from both_months

        union all

        select authority_code, extract, {{ json_items("previous_headers") }} as item, 0 as is_now, 1 as is_before
        from both_months
    ),

    headers as (
        select
            authority_code,
            extract,
            lower(replace({{ json_text("item", "header") }}, ' ', '')) as folded_header,
            min({{ json_text("item", "header") }}) as header,
            min({{ json_text("item", "column") }}) as column_name,
            max(is_now) as is_now,
            max(is_before) as is_before
        from items
        group by authority_code, extract, lower(replace({{ json_text("item", "header") }}, ' ', ''))
    ),

    -- what became of a header that is gone: the new one that was read as the same column, else the most alike
    renamed as (
        select
            gone.authority_code,
            gone.extract,
            gone.folded_header,
            added.folded_header as new_folded_header,
            added.header as new_header,
            coalesce(gone.column_name = added.column_name, false) as is_same_column
        from headers as gone
        inner join
            headers as added
            on gone.authority_code = added.authority_code
            and gone.extract = added.extract
            and gone.is_now = 0
            and added.is_before = 0
        where
            coalesce(gone.column_name = added.column_name, false)
            or (
                (gone.column_name is null or added.column_name is null)
                and {{ likeness("gone.folded_header", "added.folded_header") }} >= {{ var("headers_alike") }}
            )
        qualify
            row_number() over (
                partition by gone.authority_code, gone.extract, gone.folded_header
                order by
                    coalesce(gone.column_name = added.column_name, false) desc nulls last,
                    {{ likeness("gone.folded_header", "added.folded_header") }} desc nulls last,
                    added.folded_header asc nulls last
            )
            = 1
    ),

    -- the new name of another header
    taken as (select distinct authority_code, extract, new_folded_header from renamed)

select
    headers.authority_code,
    headers.extract,
    both_months.reporting_month,
    both_months.previous_month,
    headers.folded_header,
    headers.header,
    headers.is_now,
    headers.is_before,
    renamed.new_header,
    coalesce(renamed.is_same_column, false) as is_same_column,
    taken.new_folded_header is not null as is_new_name_of_another,
    both_months.source_ref
from headers
inner join both_months on headers.authority_code = both_months.authority_code and headers.extract = both_months.extract
left join
    renamed
    on headers.authority_code = renamed.authority_code
    and headers.extract = renamed.extract
    and headers.folded_header = renamed.folded_header
left join
    taken
    on headers.authority_code = taken.authority_code
    and headers.extract = taken.extract
    and headers.folded_header = taken.new_folded_header
