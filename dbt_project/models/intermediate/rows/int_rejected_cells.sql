-- grain: one row per cell of a child-level file that could not be read, and per row without its child or date; every
-- version
{{ config(materialized="table") }}
with
    cells as (
        select
            deliveries.delivery_id,
            rejected.authority_code,
            rejected.extract,
            rejected.reporting_month,
            rejected.version,
            deliveries.is_current,
            deliveries.file_path,
            deliveries.sheet,
            deliveries.file_sha256,
            rejected.source_row,
            columns.column_name,
            columns.reading,
            columns.code_list,
            columns.is_personal,
            columns.is_needed as is_event_lost,
            {{ json_text_at("rejected.rejected_cells", "columns.column_name") }} as raw_text,
            {{ json_text_at("deliveries.columns_chosen", "columns.column_name") }} as column_letter
        from {{ ref("int_rows__rejected") }} as rejected
        inner join
            {{ ref("int_deliveries") }} as deliveries
            on rejected.extract = deliveries.extract
            and rejected.authority_code = deliveries.authority_code
            and rejected.reporting_month = deliveries.reporting_month
            and rejected.version = deliveries.version
        inner join {{ ref("list_columns") }} as columns on rejected.extract = columns.extract
    )

select
    delivery_id,
    authority_code,
    extract,
    reporting_month,
    version,
    is_current,
    file_path,
    sheet,
    file_sha256,
    source_row,
    column_name,
    code_list,
    is_personal,
    is_event_lost,
    -- a row that is no event at all, such as a total or a header given again
    bool_or(is_event_lost) over (partition by delivery_id, source_row) as is_row_lost,
    raw_text,
    case when trim(raw_text) = '' then 'left blank, and without it the row counts nowhere' else reading end as reason,
    {{ list_cell("file_path", "sheet", "source_row", "column_letter") }} as source_ref
from cells
where raw_text is not null
