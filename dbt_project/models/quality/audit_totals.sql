-- grain: one row per comparison of a total with its components, or of shares with 100, for each printed column
with
    components as (
        select
            relations.relation_id,
            relations.relation,
            parts.authority_code,
            parts.extract,
            parts.reporting_month,
            parts.period,
            parts.month,
            parts.month_name,
            count(*) as parts,
            count(parts.figure) as parts_supplied,
            sum(parts.figure) as figure,
            -- each share is off by half of its last printed digit at most
            sum(
                case when parts.printed_decimals = 0 then 0.5 when parts.printed_decimals = 1 then 0.05 else 0.005 end
            ) as rounding,
            {{ join_sorted("'\"' || parts.label || '\"'", "parts.measure_id") }} as labels,
            min(parts.measure_id) as measure_id,
            min(parts.source_ref) as source_ref
        from {{ ref("int_printed_figures__current") }} as parts
        inner join
            {{ ref("measure_relations") }} as relations
            on parts.measure_id = relations.measure_id
            and relations.role = 'part'
            and relations.relation in ('adds_up', 'shares')
        where parts.is_home
        group by
            relations.relation_id,
            relations.relation,
            parts.authority_code,
            parts.extract,
            parts.reporting_month,
            parts.period,
            parts.month,
            parts.month_name
    ),

    totals as (
        select
            relations.relation_id,
            figures.authority_code,
            figures.extract,
            figures.period,
            figures.month,
            figures.measure_id,
            figures.label,
            figures.figure,
            figures.source_ref
        from {{ ref("int_printed_figures__current") }} as figures
        inner join
            {{ ref("measure_relations") }} as relations
            on figures.measure_id = relations.measure_id
            and relations.role = 'total'
            and relations.relation = 'adds_up'
        where figures.is_supplied
    )

select
    'components_add_up' as check_id,
    {{
        comparison_id(
            ["'components_add_up'", "totals.authority_code", "totals.relation_id", "totals.period", "totals.month"]
        )
    }} as comparison_id,
    totals.authority_code,
    totals.extract,
    components.reporting_month,
    totals.month,
    totals.measure_id,
    totals.figure as observed,
    components.figure as expected,
    case
        when components.parts_supplied = components.parts
        then totals.figure = components.figure
        else totals.figure >= components.figure  -- a blank component may hold the rest
    end as is_agreed,
    '"'
    || totals.label
    || '", '
    || case totals.period when 'ytd' then 'year to date' else components.month_name end
    || ': printed as '
    || {{ show_figure("totals.figure", "'count'") }}
    || ', but its components add up to '
    || {{ show_figure("components.figure", "'count'") }}
    || '.' as message,
    totals.source_ref
from components
inner join
    totals
    on components.relation_id = totals.relation_id
    and components.authority_code = totals.authority_code
    and components.extract = totals.extract
    and components.period = totals.period
    and components.month = totals.month
where components.parts_supplied > 0

union all

select
    'shares_reach_100' as check_id,
    {{ comparison_id(["'shares_reach_100'", "authority_code", "relation_id", "period", "month"]) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    100 as expected,
    abs(figure - 100) <= rounding as is_agreed,
    labels
    || ', '
    || case period when 'ytd' then 'year to date' else month_name end
    || ': the shares add up to '
    || {{ show_figure("figure", "'percentage'") }}
    || ', further from 100% than rounding explains.' as message,
    source_ref
from components
where relation = 'shares' and parts_supplied = parts
