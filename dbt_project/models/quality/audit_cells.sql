-- grain: one row per printed cell and question asked of it: can it be read, is it supplied, is its unit the measure's
with
    figures as (
        select
            figures.authority_code,
            figures.extract,
            figures.reporting_month,
            figures.period,
            figures.month,
            case figures.period when 'ytd' then 'year to date' else figures.month_name end as column_name,
            figures.measure_id,
            figures.label,
            figures.unit,
            figures.printed_unit,
            figures.printed_text,
            -- a letter typed for the digit that looks like it
            case
                when not figures.is_readable
                then
                    {{
                        printed_figure(
                            "translate(replace(figures.printed_text, ' ', ''), 'OoIil|SsBZz', '00111155822')"
                        )
                    }}
            end as read_with_digits,
            figures.figure,
            figures.is_supplied,
            figures.is_readable,
            figures.printed_mark is not null and figures.figure is null as is_marked,
            figures.is_due,
            figures.source_ref,
            blank_figures.figure as implied,
            count(figures.figure) over (
                partition by figures.authority_code, figures.extract, figures.measure_id, figures.financial_year
            ) as supplied_for_measure,
            count(figures.figure) over (
                partition by figures.authority_code, figures.extract, figures.period, figures.month
            ) as supplied_in_column
        from {{ ref("int_printed_figures__current") }} as figures
        left join
            {{ ref("blank_figures__implied") }} as blank_figures
            on figures.authority_code = blank_figures.authority_code
            and figures.extract = blank_figures.extract
            and figures.measure_id = blank_figures.measure_id
            and figures.period = blank_figures.period
            and figures.month = blank_figures.month
    )

select
    'cells_are_readable' as check_id,
    {{ comparison_id(["'cells_are_readable'", "authority_code", "extract", "measure_id", "period", "month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(null as double) as observed,
    read_with_digits as expected,
    is_readable as is_agreed,
    '"'
    || label
    || '", '
    || column_name
    || ': '
    || {{ quoted("printed_text") }}
    || ' is not a number. It is treated as not supplied.'
    || case
        when read_with_digits is not null
        then ' With digits for its letters it is ' || {{ show_figure("read_with_digits", "unit") }} || '.'
        else ''
    end as message,
    source_ref
from figures

union all

select
    'figures_are_supplied' as check_id,
    {{ comparison_id(["'figures_are_supplied'", "authority_code", "extract", "measure_id", "period", "month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(null as double) as observed,
    implied as expected,
    is_supplied
    or is_marked
    or coalesce(not is_due, false)
    or (supplied_for_measure = 0 and supplied_in_column = 0 and implied is null) as is_agreed,
    '"'
    || label
    || '", '
    || column_name
    || ': left blank'
    || case
        when supplied_for_measure > 0 and supplied_in_column > 0
        then ', although other months and other rows of this column have figures'
        when supplied_for_measure > 0
        then ', although other months have figures'
        when supplied_in_column > 0
        then ', although other rows of this column have figures'
        else ''
    end
    || case
        when implied is not null then '. The other figures imply ' || {{ show_figure("implied", "unit") }} else ''
    end
    || '.' as message,
    source_ref
from figures
where is_readable

union all

select
    'unit_matches_measure' as check_id,
    {{ comparison_id(["'unit_matches_measure'", "authority_code", "extract", "measure_id", "period", "month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    figure as expected,
    printed_unit = unit as is_agreed,
    '"'
    || label
    || '", '
    || column_name
    || ': printed as '
    || printed_text
    || case
        unit
        when 'count'
        then '. It is a count and should read ' || {{ show_figure("figure", "unit") }} || ', without the % sign.'
        else '. It is a percentage and needs a % sign.'
    end as message,
    source_ref
from figures
where is_supplied
