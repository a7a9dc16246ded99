-- grain: one row per summary return delivered, per row of it, and per cell of a month after the reporting month
{{ config(materialized="view") }}
select
    'rows_are_recognised' as check_id,
    {{ comparison_id(["'rows_are_recognised'", "authority_code", "extract", "reporting_month", "label"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    max(measure_id) is not null as is_agreed,
    'We do not recognise the row '
    || {{ quoted("label") }}
    || '. Its figures are kept, but count in no measure. Correct the label, or add it to the contract.' as message,
    min(source_ref) as source_ref
from {{ ref("int_printed_figures__cells") }}
where is_current_version
group by authority_code, extract, reporting_month, label

union all

select
    'figures_end_with_the_reporting_month' as check_id,
    {{
        comparison_id(
            [
                "'figures_end_with_the_reporting_month'",
                "authority_code",
                "extract",
                "reporting_month",
                "measure_id",
                "month",
            ]
        )
    }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    cast(null as double) as expected,
    not is_supplied and is_readable as is_agreed,
    '"'
    || label
    || '": '
    || printed_text
    || ' is printed for '
    || source_column
    || ', which is after the reporting month. The figure is kept, but counts in no measure.' as message,
    source_ref
from {{ ref("int_printed_figures__cells") }}
where is_current_version and measure_id is not null and not is_in_period

union all

select
    'returns_hold_figures' as check_id,
    {{ comparison_id(["'returns_hold_figures'", "authority_code", "extract", "reporting_month"]) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    reporting_month as month,
    cast(null as string) as measure_id,
    cast(count(figure) as double) as observed,
    cast(null as double) as expected,
    count(figure) > 0 as is_agreed,
    'The summary return has no figures. It was delivered blank.' as message,
    min(split_part(source_ref, ', ', 1)) as source_ref
from {{ ref("int_printed_figures__cells") }}
where is_current_version
group by authority_code, extract, reporting_month
