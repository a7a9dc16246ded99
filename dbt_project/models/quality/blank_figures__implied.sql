-- grain: one row per printed figure left blank for which the other printed figures imply a value
{{ config(materialized="view") }}
with
    figures as (
        select authority_code, extract, measure_id, period, month, figure, printed_mark, is_supplied
        from {{ ref("int_printed_figures__current") }}
    ),

    -- a measure that a second table prints too, and two measures of the same thing
    same_things as (
        select blank_of.measure_id, other_of.measure_id as other_id
        from {{ ref("measure_relations") }} as blank_of
        inner join
            {{ ref("measure_relations") }} as other_of
            on blank_of.relation_id = other_of.relation_id
            and blank_of.measure_id <> other_of.measure_id
        where blank_of.relation = 'same_as'

        union all

        select distinct measure_id, measure_id as other_id
        from figures
    ),

    printed_elsewhere as (
        select
            blank.authority_code,
            blank.extract,
            blank.measure_id,
            blank.period,
            blank.month,
            max(other.figure) as figure
        from figures as blank
        inner join same_things on blank.measure_id = same_things.measure_id
        inner join
            figures as other
            on same_things.other_id = other.measure_id
            and blank.authority_code = other.authority_code
            and blank.extract <> other.extract
            and blank.period = other.period
            and blank.month = other.month
        where not blank.is_supplied
        group by blank.authority_code, blank.extract, blank.measure_id, blank.period, blank.month
    ),

    -- a total less its other components, where one component is blank
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
        inner join
            {{ ref("measure_relations") }} as relations
            on figures.measure_id = relations.measure_id
            and relations.relation = 'adds_up'
        group by relations.relation_id, figures.authority_code, figures.extract, figures.period, figures.month
        having sum(case when relations.role = 'part' and figures.figure is null then 1 else 0 end) = 1
    ),

    implied as (
        select
            blank.authority_code,
            blank.extract,
            blank.measure_id,
            blank.period,
            blank.month,
            coalesce(printed_elsewhere.figure, rest_of_total.figure) as figure
        from figures as blank
        left join
            printed_elsewhere
            on blank.authority_code = printed_elsewhere.authority_code
            and blank.extract = printed_elsewhere.extract
            and blank.measure_id = printed_elsewhere.measure_id
            and blank.period = printed_elsewhere.period
            and blank.month = printed_elsewhere.month
        left join
            {{ ref("measure_relations") }} as component_of
            on blank.measure_id = component_of.measure_id
            and component_of.relation = 'adds_up'
            and component_of.role = 'part'
        left join
            rest_of_total
            on component_of.relation_id = rest_of_total.relation_id
            and blank.authority_code = rest_of_total.authority_code
            and blank.extract = rest_of_total.extract
            and blank.period = rest_of_total.period
            and blank.month = rest_of_total.month
        -- what was suppressed is not worked out
        where not blank.is_supplied and blank.printed_mark is null
    )

select authority_code, extract, measure_id, period, month, figure
from implied
where figure is not null
