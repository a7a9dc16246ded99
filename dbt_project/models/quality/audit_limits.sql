-- grain: one row per comparison of a printed figure with what it can be at most or at least
with
    figures as (
        select
            printed.authority_code,
            printed.extract,
            printed.reporting_month,
            printed.period,
            printed.month,
            case printed.period when 'ytd' then 'year to date' else printed.month_name end as column_name,
            printed.measure_id,
            printed.label,
            printed.unit,
            printed.figure,
            printed.is_home,
            printed.source_ref,
            -- full-time equivalents and averages are counts with decimals
            coalesce(measures.decimals, 0) = 0 as is_whole
        from {{ ref("int_printed_figures__current") }} as printed
        left join {{ ref("measures") }} as measures on printed.measure_id = measures.measure_id
        where printed.is_supplied
    )

select
    'part_is_within_whole' as check_id,
    {{
        comparison_id(
            ["'part_is_within_whole'", "part.authority_code", "part_of.relation_id", "part.period", "part.month"]
        )
    }} as comparison_id,
    part.authority_code,
    part.extract,
    part.reporting_month,
    part.month,
    part.measure_id,
    part.figure as observed,
    whole.figure as expected,
    part.figure <= whole.figure as is_agreed,
    '"'
    || part.label
    || '", '
    || part.column_name
    || ': printed as '
    || {{ show_figure("part.figure", "part.unit") }}
    || ', more than the '
    || {{ show_figure("whole.figure", "whole.unit") }}
    || ' of "'
    || whole.label
    || '" ('
    || whole.source_ref
    || ').' as message,
    part.source_ref
from {{ ref("measure_relations") }} as part_of
inner join
    {{ ref("measure_relations") }} as whole_of
    on part_of.relation_id = whole_of.relation_id
    and part_of.role = 'part'
    and whole_of.role = 'whole'
inner join figures as part on part_of.measure_id = part.measure_id and part.is_home
inner join
    figures as whole
    on whole_of.measure_id = whole.measure_id
    and whole.is_home
    and part.authority_code = whole.authority_code
    and part.period = whole.period
    and part.month = whole.month
where part_of.relation = 'part_of'

union all

select
    'percentages_lie_in_0_to_100' as check_id,
    {{ comparison_id(["'percentages_lie_in_0_to_100'", "authority_code", "extract", "measure_id", "period", "month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    case when figure < 0 then 0 else 100 end as expected,
    figure between 0 and 100 as is_agreed,
    '"'
    || label
    || '", '
    || column_name
    || ': printed as '
    || {{ show_figure("figure", "unit") }}
    || '. A percentage must be between 0% and 100%.' as message,
    source_ref
from figures
where unit = 'percentage'

union all

select
    'counts_are_whole_and_not_negative' as check_id,
    {{
        comparison_id(
            ["'counts_are_whole_and_not_negative'", "authority_code", "extract", "measure_id", "period", "month"]
        )
    }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    cast(null as double) as expected,
    figure >= 0 and (figure = floor(figure) or not is_whole) as is_agreed,
    '"'
    || label
    || '", '
    || column_name
    || ': printed as '
    || {{ show_figure("figure", "unit") }}
    || '. It must be '
    || case when is_whole then 'a whole number, ' else '' end
    || '0 or more.' as message,
    source_ref
from figures
where unit = 'count'
