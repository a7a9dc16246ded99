-- grain: one row per comparison of two printed figures that should be the same
-- One measure in two tables, or two measures of the same thing.
with
    pairs as (
        select
            'same_measure_agrees_across_tables' as check_id,
            first.measure_id as relation_id,
            first.authority_code,
            first.month,
            first.period,
            first.month_name,
            first.measure_id,
            first.extract as first_extract,
            first.figure as first_figure,
            first.label as first_label,
            first.source_ref as first_source_ref,
            second.reporting_month,
            second.extract,
            second.label,
            second.figure,
            second.source_ref
        from {{ ref("int_printed_figures__current") }} as first
        inner join
            {{ ref("int_printed_figures__current") }} as second
            on first.authority_code = second.authority_code
            and first.measure_id = second.measure_id
            and first.period = second.period
            and first.month = second.month
            and not second.is_home
        where first.is_home

        union all

        select
            'paired_measures_agree' as check_id,
            first_of.relation_id,
            first.authority_code,
            first.month,
            first.period,
            first.month_name,
            second.measure_id,
            first.extract as first_extract,
            first.figure as first_figure,
            first.label as first_label,
            first.source_ref as first_source_ref,
            second.reporting_month,
            second.extract,
            second.label,
            second.figure,
            second.source_ref
        from {{ ref("measure_relations") }} as first_of
        inner join
            {{ ref("measure_relations") }} as second_of
            on first_of.relation_id = second_of.relation_id
            and first_of.role = 'first'
            and second_of.role = 'second'
        inner join
            {{ ref("int_printed_figures__current") }} as first
            on first_of.measure_id = first.measure_id
            and first.is_home
        inner join
            {{ ref("int_printed_figures__current") }} as second
            on second_of.measure_id = second.measure_id
            and second.is_home
            and first.authority_code = second.authority_code
            and first.period = second.period
            and first.month = second.month
        where first_of.relation = 'same_as'
    )

select
    pairs.check_id,
    {{
        comparison_id(
            [
                "pairs.check_id",
                "pairs.authority_code",
                "pairs.relation_id",
                "pairs.extract",
                "pairs.period",
                "pairs.month",
            ]
        )
    }} as comparison_id,
    pairs.authority_code,
    pairs.extract,
    pairs.reporting_month,
    pairs.month,
    pairs.measure_id,
    pairs.figure as observed,
    pairs.first_figure as expected,
    pairs.figure = pairs.first_figure as is_agreed,
    '"'
    || pairs.label
    || '", '
    || case pairs.period when 'ytd' then 'year to date' else pairs.month_name end
    || ': printed as '
    || {{ show_figure("pairs.figure", "'count'") }}
    || ', but as '
    || {{ show_figure("pairs.first_figure", "'count'") }}
    || ' in "'
    || pairs.first_label
    || '" ('
    || pairs.first_source_ref
    || ').' as message,
    pairs.source_ref
from pairs
left join
    {{ ref("int_printed_figures__current") }} as own_month
    on pairs.authority_code = own_month.authority_code
    and pairs.extract = own_month.extract
    and pairs.measure_id = own_month.measure_id
    and pairs.month = own_month.month
    and own_month.period = 'month'
where
    pairs.figure is not null
    and pairs.first_figure is not null
    -- a year to date whose own month is blank stands for an earlier month: audit_ytd says so
    and (pairs.period = 'month' or own_month.is_supplied)
