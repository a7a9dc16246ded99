-- grain: one row per printed cell and question asked of it: can it be read, is it supplied, is its unit the measure's
with figures as (
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
        figures.figure,
        figures.is_supplied,
        figures.is_readable,
        figures.is_due,
        figures.source_ref,
        count(figures.figure) over (
            partition by figures.authority_code, figures.extract, figures.measure_id, figures.financial_year
        ) as supplied_for_measure,
        count(figures.figure) over (partition by figures.authority_code, figures.extract, figures.period, figures.month)
            as supplied_in_column
    from {{ ref('int_printed_figures__current') }} as figures
),

same_things as (
    select
        blank_of.measure_id,
        other_of.measure_id as other_id
    from {{ ref('measure_relations') }} as blank_of
    inner join {{ ref('measure_relations') }} as other_of
        on blank_of.relation_id = other_of.relation_id and blank_of.measure_id <> other_of.measure_id
    where blank_of.relation = 'same_as'

    union all

    select distinct
        measure_id,
        measure_id as other_id
    from figures
),

-- what a blank must have been: the same thing printed in another table, or the total less the other components
printed_elsewhere as (
    select
        blank.measure_id,
        blank.authority_code,
        blank.extract,
        blank.period,
        blank.month,
        max(other.figure) as figure
    from figures as blank
    inner join same_things on blank.measure_id = same_things.measure_id
    inner join figures as other
        on
            same_things.other_id = other.measure_id
            and blank.authority_code = other.authority_code
            and blank.extract <> other.extract
            and blank.period = other.period
            and blank.month = other.month
    where not blank.is_supplied
    group by blank.measure_id, blank.authority_code, blank.extract, blank.period, blank.month
),

rest_of_total as (
    select
        relations.relation_id,
        figures.authority_code,
        figures.extract,
        figures.period,
        figures.month,
        max(case when relations.role = 'total' then figures.figure end)
        - sum(case when relations.role = 'part' then figures.figure end) as figure
    from figures
    inner join {{ ref('measure_relations') }} as relations
        on figures.measure_id = relations.measure_id and relations.relation = 'adds_up'
    group by relations.relation_id, figures.authority_code, figures.extract, figures.period, figures.month
    having sum(case when relations.role = 'part' and figures.figure is null then 1 else 0 end) = 1
),

blanks as (
    select
        figures.authority_code,
        figures.extract,
        figures.reporting_month,
        figures.period,
        figures.month,
        figures.column_name,
        figures.measure_id,
        figures.label,
        figures.unit,
        figures.is_supplied,
        figures.is_due,
        figures.source_ref,
        figures.supplied_for_measure,
        figures.supplied_in_column,
        case when not figures.is_supplied then coalesce(printed_elsewhere.figure, rest_of_total.figure) end as expected
    from figures
    left join printed_elsewhere
        on
            figures.authority_code = printed_elsewhere.authority_code
            and figures.extract = printed_elsewhere.extract
            and figures.measure_id = printed_elsewhere.measure_id
            and figures.period = printed_elsewhere.period
            and figures.month = printed_elsewhere.month
    left join {{ ref('measure_relations') }} as component_of
        on figures.measure_id = component_of.measure_id and component_of.relation = 'adds_up' and component_of.role = 'part'
    left join rest_of_total
        on
            component_of.relation_id = rest_of_total.relation_id
            and figures.authority_code = rest_of_total.authority_code
            and figures.extract = rest_of_total.extract
            and figures.period = rest_of_total.period
            and figures.month = rest_of_total.month
    where figures.is_readable
)

select
    'cells_are_readable' as check_id,
    {{ comparison_id(["'cells_are_readable'", 'authority_code', 'extract', 'measure_id', 'period', 'month']) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    is_readable as is_agreed,
    '"' || label || '", ' || column_name || ': "' || printed_text || '" is not a number; it is treated as not supplied.' as message,
    source_ref
from figures

union all

select
    'figures_are_supplied' as check_id,
    {{ comparison_id(["'figures_are_supplied'", 'authority_code', 'extract', 'measure_id', 'period', 'month']) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(null as double) as observed,
    expected,
    is_supplied
    or coalesce(not is_due, false)
    or (supplied_for_measure = 0 and supplied_in_column = 0 and expected is null) as is_agreed,
    '"' || label || '", ' || column_name || ': left blank'
    || case
        when supplied_for_measure > 0 and supplied_in_column > 0 then ', though other months and other rows of this column are filled'
        when supplied_for_measure > 0 then ', though other months are filled'
        when supplied_in_column > 0 then ', though other rows of this column are filled'
        else ''
    end
    || case when expected is not null then '; the other figures imply ' || {{ show_figure('expected', 'unit') }} else '' end
    || '.' as message,
    source_ref
from blanks

union all

select
    'unit_matches_measure' as check_id,
    {{ comparison_id(["'unit_matches_measure'", 'authority_code', 'extract', 'measure_id', 'period', 'month']) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    figure as expected,
    printed_unit = unit as is_agreed,
    '"' || label || '", ' || column_name || ': printed as ' || printed_text
    || case unit
        when 'count' then '; it is a count and should read ' || {{ show_figure('figure', 'unit') }} || ', without the % sign.'
        else '; it is a percentage and needs its % sign.'
    end as message,
    source_ref
from figures
where is_supplied
