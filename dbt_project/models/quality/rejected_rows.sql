-- grain: one row per cell that could not be read, and per row that no contract recognises; every version
select
    authority_code,
    extract,
    reporting_month,
    version,
    is_current_version,
    measure_id,
    month,
    printed_text as raw_text,
    case
        when measure_id is null
        then 'the row''s label is not in the contract'
        when not is_in_period
        then 'a figure for a month after the reporting month'
        else 'not a number'
    end as reason,
    source_ref,
    source_row,
    source_column,
    file_sha256
from {{ ref("int_printed_figures__cells") }}
where
    (measure_id is null and printed_text <> '')
    or (measure_id is not null and is_in_period and not is_readable)
    or (measure_id is not null and not is_in_period and (is_supplied or not is_readable))

union all

select
    cells.authority_code,
    cells.extract,
    cells.reporting_month,
    cells.version,
    cells.is_current as is_current_version,
    cast(null as string) as measure_id,
    cast(null as date) as month,
    case when cells.is_personal and trim(cells.raw_text) <> '' then '(withheld)' else cells.raw_text end as raw_text,
    cells.reason,
    cells.source_ref,
    cells.source_row,
    cells.column_name as source_column,
    cells.file_sha256
from {{ ref("int_rejected_cells") }} as cells
