-- grain: one row per figure that a later extract or a corrected version changed, printed or computed
with
    printed as (
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
        from {{ ref("int_printed_figures__cells") }} as cells
        where cells.measure_id is not null and cells.is_in_period
        window
            restated as (
                partition by cells.authority_code, cells.extract, cells.measure_id, cells.period, cells.month
                order by cells.reporting_month asc nulls last, cells.version asc nulls last
            )
    ),

    computed as (
        select
            stated.authority_code,
            stated.measure_id,
            stated.month,
            stated.reporting_month,
            stated.statement,
            stated.value,
            stated.source_ref,
            stated.loaded_at,
            stated.dataset,
            lag(stated.value) over statements as earlier_value,
            lag(stated.reporting_month) over statements as earlier_reporting_month,
            lag(stated.statement) over statements as earlier_statement,
            lag(stated.source_ref) over statements as earlier_source_ref,
            lag(stated.loaded_at) over statements as earlier_loaded_at
        from {{ ref("int_measures__stated") }} as stated
        window
            statements as (
                partition by stated.authority_code, stated.measure_id, stated.month
                order by stated.statement asc nulls last
            )
    )

select
    authority_code,
    'reported' as basis,
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

union all

select
    authority_code,
    'computed' as basis,
    coalesce(dataset, 'annex_a') as extract,  -- written down before it was known which dataset led
    measure_id,
    'month' as period,
    month,
    earlier_reporting_month,
    earlier_statement as earlier_version,
    cast(null as string) as earlier_text,
    earlier_value as earlier_figure,
    earlier_source_ref,
    reporting_month,
    statement as version,
    cast(null as string) as printed_text,
    value as figure,
    value - earlier_value as difference,
    source_ref
from computed
where loaded_at > earlier_loaded_at  -- without a new list it was a definition that changed
