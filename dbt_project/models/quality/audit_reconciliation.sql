-- grain: one row per authority, month and measure of which a printed and a computed figure can be compared
select
    'computed_agrees_with_printed' as check_id,
    {{
        comparison_id(
            ["'computed_agrees_with_printed'", "compared.authority_code", "compared.measure_id", "compared.month"]
        )
    }} as comparison_id,
    compared.authority_code,
    printed.extract,
    printed.reporting_month,
    compared.month,
    compared.measure_id,
    compared.reported_value as observed,
    compared.computed_value as expected,
    -- a difference that another finding explains is not found twice
    compared.is_agreed or compared.check_id <> 'computed_agrees_with_printed' as is_agreed,
    '"'
    || printed.label
    || '", '
    || printed.month_name
    || ': the summary return prints '
    || {{ show_figure("compared.reported_value", "compared.unit") }}
    || ', but the lists give '
    || {{ show_figure("compared.computed_value", "compared.unit") }}
    || case
        when computed.denominator is not null
        then ' (' || {{ show_count("computed.numerator") }} || ' of ' || {{ show_count("computed.denominator") }} || ')'
        else ''
    end
    || ', from '
    || computed.source_ref
    || '. No other finding explains the difference. Find out which is right, and correct the other.' as message,
    printed.source_ref
from {{ ref("mart_reconciliation") }} as compared
inner join {{ ref("measures") }} as measures on compared.measure_id = measures.measure_id
inner join
    {{ ref("int_printed_figures__current") }} as printed
    on compared.authority_code = printed.authority_code
    and compared.month = printed.month
    and compared.measure_id = printed.measure_id
    and measures.home_extract = printed.extract
    and printed.period = 'month'
inner join
    {{ ref("kpi_monthly") }} as computed
    on compared.authority_code = computed.authority_code
    and compared.month = computed.month
    and compared.measure_id = computed.measure_id
    and computed.basis = 'computed'
where compared.is_agreed is not null
