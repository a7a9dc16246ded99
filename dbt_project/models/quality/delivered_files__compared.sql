-- grain: one row per file delivered, and per list delivered and check of it
{{ config(materialized="view") }}
with
    accepted as (
        select
            authority_code, reporting_month, extract, max(received_number) as received_number, max(version) as version
        from {{ source("quality", "ingest_ledger") }}
        where status = 'accepted'
        group by authority_code, reporting_month, extract
    )

select
    case when ledger.authority_code is null then 'folders_are_of_authorities' else 'files_are_accepted' end as check_id,
    {{ comparison_id(["'files_are_accepted'", "ledger.delivery_id"]) }} as comparison_id,
    ledger.authority_code,
    ledger.extract,
    ledger.reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    -- a refused file is settled by a good one of the same extract and month that came after it
    ledger.status <> 'refused'
    or not ledger.is_present
    or coalesce(accepted.received_number > ledger.received_number, false) as is_agreed,
    ledger.file_path
    || ' was refused: '
    || ledger.found
    || '. Expected '
    || ledger.expected
    || '. '
    || ledger.action
    || '.' as message,
    ledger.file_path || coalesce(', sheet ' || ledger.sheet, '') as source_ref
from {{ source("quality", "ingest_ledger") }} as ledger
left join
    accepted
    on ledger.authority_code = accepted.authority_code
    and ledger.reporting_month = accepted.reporting_month
    and ledger.extract = accepted.extract

union all

select
    'packed_files_are_unpacked' as check_id,
    {{ comparison_id(["'packed_files_are_unpacked'", "delivery_id"]) }} as comparison_id,
    authority_code,
    cast(null as string) as extract,
    reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    action is null or not is_present as is_agreed,
    file_path || ' was left aside. ' || notes || coalesce(' ' || action || '.', '') as message,
    file_path as source_ref
from {{ source("quality", "ingest_ledger") }}
where status = 'ignored' and sheet is null and authority_code is not null and reporting_month is not null

union all

select
    'columns_are_supplied' as check_id,
    {{ comparison_id(["'columns_are_supplied'", "ledger.authority_code", "ledger.extract", "ledger.reporting_month"]) }}
    as comparison_id,
    ledger.authority_code,
    ledger.extract,
    ledger.reporting_month,
    ledger.reporting_month as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    coalesce(ledger.notes, '') not like 'Not supplied: %' as is_agreed,
    ledger.file_path
    || ': '
    -- the second wording is that of files received before December 2026
    || split_part(split_part(ledger.notes, ' Columns that we', 1), ' Not in the contract', 1)
    || ' Measures that need these columns are left empty for the month.' as message,
    ledger.file_path || coalesce(', sheet ' || ledger.sheet, '') as source_ref
from {{ source("quality", "ingest_ledger") }} as ledger
inner join
    accepted
    on ledger.status = 'accepted'
    and ledger.authority_code = accepted.authority_code
    and ledger.extract = accepted.extract
    and ledger.reporting_month = accepted.reporting_month
    and ledger.version = accepted.version
inner join {{ ref("extracts") }} as extracts on ledger.extract = extracts.extract
where extracts.kind = 'list'

union all

select
    'decisive_columns_are_supplied' as check_id,
    {{
        comparison_id(
            [
                "'decisive_columns_are_supplied'",
                "files.authority_code",
                "files.extract",
                "files.reporting_month",
                "undecided.column_name",
            ]
        )
    }} as comparison_id,
    files.authority_code,
    files.own_extract as extract,
    files.reporting_month,
    files.reporting_month as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    undecided.column_name is null as is_agreed,
    files.file_path
    || ': the column "'
    || undecided.header
    || '" is missing. Nobody can tell what ended, so measures that need it are not supplied for the month, other than'
    || ' what began. Add the column and send the file again.' as message,
    files.file_path || coalesce(', sheet ' || files.sheet, '') as source_ref
from {{ ref("int_lists__files") }} as files
left join
    {{ ref("int_lists__undecided") }} as undecided
    on files.authority_code = undecided.authority_code
    and files.extract = undecided.extract
    and files.reporting_month = undecided.reporting_month
where files.extract like 'annex_a_%'
