-- grain: one row per printed figure that a later extract or a corrected version changed
with printed as (
    select
        cells.authority_code,
        cells.extract,
        cells.measure_id,
        cells.period,
        cells.month,
        cells.reporting_month,
        cells.version,
        cells.printed_text,
        cells.figure,
        cells.source_ref,
        -- a year to date belongs to its own reporting month: only a corrected version restates it
        lag(cells.figure) over restated as earlier_figure,
        lag(cells.printed_text) over restated as earlier_text,
        lag(cells.reporting_month) over restated as earlier_reporting_month,
        lag(cells.version) over restated as earlier_version,
        lag(cells.source_ref) over restated as earlier_source_ref
    from {{ ref('int_return_cells__versioned') }} as cells
    where cells.measure_id is not null and cells.is_in_period
    window
        restated as (
            partition by cells.authority_code, cells.extract, cells.measure_id, cells.period, cells.month
            order by cells.reporting_month asc nulls last, cells.version asc nulls last
        )
)

select
    authority_code,
    extract,
    measure_id,
    period,
    month,
    earlier_reporting_month,
    earlier_version,
    earlier_text,
    earlier_figure,
    earlier_source_ref,
    reporting_month,
    version,
    printed_text,
    figure,
    figure - earlier_figure as difference,
    source_ref
from printed
where earlier_version is not null and figure is distinct from earlier_figure
