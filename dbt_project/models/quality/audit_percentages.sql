-- grain: one row per comparison of a printed percentage with its parts
with
    so_far as (
        select
            figures.authority_code,
            figures.month,
            figures.measure_id,
            figures.numerator,
            figures.denominator,
            figures.ytd_value
        from {{ ref("kpi_monthly") }} as figures
        where figures.basis = 'reported'
    ),

    compared as (
        select
            printed.authority_code,
            printed.extract,
            printed.reporting_month,
            printed.period,
            printed.month,
            printed.month_name,
            printed.measure_id,
            printed.label,
            printed.figure,
            printed.printed_text,
            printed.printed_decimals,
            printed.source_ref,
            so_far.numerator,
            so_far.denominator,
            measures.ytd_rule,
            case
                printed.period
                when 'ytd'
                then so_far.ytd_value
                else {{ percentage("so_far.numerator", "so_far.denominator") }}
            end as exact
        from {{ ref("int_printed_figures__current") }} as printed
        inner join
            so_far
            on printed.authority_code = so_far.authority_code
            and printed.measure_id = so_far.measure_id
            and printed.month = so_far.month
        inner join
            {{ ref("measures") }} as numerators
            on printed.numerator_id = numerators.measure_id
            and numerators.home_extract is not null
        inner join {{ ref("measures") }} as measures on printed.measure_id = measures.measure_id
        where printed.kind = 'ratio' and printed.is_home and printed.is_supplied
    )

select
    'percentage_agrees_with_parts' as check_id,
    {{ comparison_id(["'percentage_agrees_with_parts'", "authority_code", "measure_id", "period", "month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    exact as expected,
    figure = {{ round_half_up("exact", "printed_decimals") }} as is_agreed,
    '"'
    || label
    || '", '
    || case period when 'ytd' then 'year to date' else month_name end
    || ': printed as '
    || printed_text
    || '; '
    || case
        when period = 'ytd' and ytd_rule = 'ratio_of_sums'
        then 'its parts since April give '
        else
            {{ show_figure("numerator", "'count'") }} || ' of ' || {{ show_figure("denominator", "'count'") }} || ' is '
    end
    || {{ show_figure("exact", "'percentage'") }}
    || case
        when printed_decimals = 0 then ', so ' || {{ show_figure(round_half_up("exact", "0"), "'percentage'") }} else ''
    end
    || '.' as message,
    source_ref
from compared
where exact is not null
