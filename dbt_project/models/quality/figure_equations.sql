-- grain: one row per printed figure in an equation that it should fulfil: the figures with their signs add up to 0
with
    printed as (
        select
            authority_code,
            extract,
            reporting_month,
            measure_id,
            period,
            month,
            month_name,
            financial_year,
            financial_month,
            label,
            figure,
            ytd_rule,
            is_home,
            source_ref,
            {{ comparison_id(["authority_code", "extract", "measure_id", "period", "month"]) }} as cell_id
        from {{ ref("int_printed_figures__current") }}
        where unit = 'count' and figure is not null
    ),

    related as (
        select
            relations.relation,
            relations.relation_id,
            relations.role,
            printed.cell_id,
            printed.authority_code,
            printed.period,
            printed.month
        from printed
        inner join {{ ref("measure_relations") }} as relations on printed.measure_id = relations.measure_id
        where printed.is_home
    ),

    -- how many figures each equation needs, of those that relations make
    sizes as (
        select
            relation_id, count(*) + sum(case when relation = 'stock_flow' and role = 'stock' then 1 else 0 end) as cells
        from {{ ref("measure_relations") }}
        where relation in ('adds_up', 'same_as', 'stock_flow')
        group by relation_id
        having max(relation) <> 'stock_flow' or sum(case when role = 'outflow' then 1 else 0 end) = 1
    ),

    terms as (
        -- a year to date and its months: their sum, or the latest
        select
            'year to date' as equation,
            ytd.extract || '|' || ytd.measure_id as subject,
            ytd.month as equation_month,
            members.cell_id,
            case members.period when 'ytd' then -1 else 1 end as sign,
            case ytd.ytd_rule when 'sum' then ytd.financial_month + 1 else 2 end as cells
        from printed as ytd
        inner join
            printed as members
            on ytd.authority_code = members.authority_code
            and ytd.extract = members.extract
            and ytd.measure_id = members.measure_id
            and ytd.financial_year = members.financial_year
            and (
                ytd.month = members.month
                or (ytd.ytd_rule = 'sum' and ytd.month > members.month and members.period = 'month')
            )
        where ytd.period = 'ytd' and ytd.ytd_rule in ('sum', 'latest')

        union all

        -- a total and its parts, one thing counted twice, and what moved a caseload in a month
        select
            related.relation as equation,
            related.relation_id || '|' || related.period as subject,
            related.month as equation_month,
            related.cell_id,
            case when related.role in ('part', 'second', 'inflow') then 1 else -1 end as sign,
            sizes.cells
        from related
        inner join sizes on related.relation_id = sizes.relation_id
        where related.relation <> 'stock_flow' or related.period = 'month'

        union all

        -- the caseload of a month is what the next one begins with
        select
            related.relation as equation,
            related.relation_id || '|' || related.period as subject,
            {{ add_months_to("related.month", 1) }} as equation_month,
            related.cell_id,
            1 as sign,
            sizes.cells
        from related
        inner join sizes on related.relation_id = sizes.relation_id
        where related.relation = 'stock_flow' and related.role = 'stock' and related.period = 'month'

        union all

        -- one measure in two tables
        select
            'two tables' as equation,
            seconds.extract || '|' || seconds.measure_id || '|' || seconds.period as subject,
            seconds.month as equation_month,
            printed.cell_id,
            case when printed.is_home then -1 else 1 end as sign,
            2 as cells
        from printed as seconds
        inner join
            printed
            on seconds.authority_code = printed.authority_code
            and seconds.measure_id = printed.measure_id
            and seconds.period = printed.period
            and seconds.month = printed.month
            and (printed.is_home or printed.extract = seconds.extract)
        where not seconds.is_home
    )

select
    terms.equation,
    terms.subject,
    terms.equation_month,
    terms.sign,
    printed.cell_id,
    printed.authority_code,
    printed.extract,
    printed.reporting_month,
    printed.measure_id,
    printed.period,
    printed.month,
    printed.month_name,
    printed.label,
    printed.figure,
    printed.source_ref,
    sum(terms.sign * printed.figure) over of_equation as off_by
from terms
inner join printed on terms.cell_id = printed.cell_id
window of_equation as (partition by printed.authority_code, terms.equation, terms.subject, terms.equation_month)
qualify count(*) over of_equation = terms.cells
