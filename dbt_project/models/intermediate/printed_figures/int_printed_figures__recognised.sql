-- grain: one row per authority, reporting month, extract, measure and printed cell
-- Current versions only, rows that the contract knows, and no month after the reporting month.
select
    authority_code,
    extract,
    reporting_month,
    measure_id,
    label,
    period,
    month,
    printed_text,
    figure,
    printed_mark,
    printed_unit,
    printed_decimals,
    is_supplied,
    is_readable,
    source_ref
from {{ ref("int_printed_figures__cells") }}
where is_current_version and is_in_period and measure_id is not null
