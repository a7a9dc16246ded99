-- grain: one row per comparison of a month's stock with last month's stock, the new and the ended
with
    figures as (
        select
            relations.relation_id,
            relations.role,
            printed.authority_code,
            printed.extract,
            printed.reporting_month,
            printed.month,
            printed.month_name,
            printed.measure_id,
            printed.label,
            printed.figure,
            printed.source_ref
        from {{ ref("int_printed_figures__current") }} as printed
        inner join
            {{ ref("measure_relations") }} as relations
            on printed.measure_id = relations.measure_id
            and relations.relation = 'stock_flow'
        where printed.is_home and printed.period = 'month' and printed.is_supplied
    ),

    movements as (
        select
            closing.relation_id,
            closing.authority_code,
            closing.extract,
            closing.reporting_month,
            closing.month,
            closing.month_name,
            closing.measure_id,
            closing.label,
            closing.source_ref,
            opening.month_name as opening_month_name,
            opening.figure as opening,
            started.figure as started,
            ended.figure as ended,
            closing.figure as closing,
            opening.figure + started.figure - closing.figure as implied_ended
        from figures as closing
        inner join
            figures as opening
            on closing.relation_id = opening.relation_id
            and closing.authority_code = opening.authority_code
            and closing.role = 'stock'
            and opening.role = 'stock'
            and closing.month = {{ add_months_to("opening.month", 1) }}
        inner join
            figures as started
            on closing.relation_id = started.relation_id
            and closing.authority_code = started.authority_code
            and closing.month = started.month
            and started.role = 'inflow'
        left join
            figures as ended
            on closing.relation_id = ended.relation_id
            and closing.authority_code = ended.authority_code
            and closing.month = ended.month
            and ended.role = 'outflow'
    )

select
    'stock_and_flow_reconcile' as check_id,
    {{ comparison_id(["'stock_and_flow_reconcile'", "authority_code", "relation_id", "month"]) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    closing as observed,
    opening + started - ended as expected,
    closing = opening + started - ended as is_agreed,
    '"'
    || label
    || '", '
    || month_name
    || ': printed as '
    || {{ show_figure("closing", "'count'") }}
    || ', but '
    || {{ show_figure("opening", "'count'") }}
    || ' in '
    || opening_month_name
    || ' plus '
    || {{ show_figure("started", "'count'") }}
    || ' new less '
    || {{ show_figure("ended", "'count'") }}
    || ' ended is '
    || {{ show_figure("opening + started - ended", "'count'") }}
    || '.' as message,
    source_ref
from movements
where ended is not null

union all

select
    'implied_leavers_are_possible' as check_id,
    {{ comparison_id(["'implied_leavers_are_possible'", "authority_code", "relation_id", "month"]) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    closing as observed,
    -- the nearest stock that would be possible
    case when implied_ended < 0 then opening + started when implied_ended > opening + started then 0 end as expected,
    implied_ended between 0 and opening + started as is_agreed,
    '"'
    || label
    || '", '
    || month_name
    || ': printed as '
    || {{ show_figure("closing", "'count'") }}
    || case
        when implied_ended < 0
        then
            ', but '
            || {{ show_figure("opening", "'count'") }}
            || ' in '
            || opening_month_name
            || ' plus '
            || {{ show_figure("started", "'count'") }}
            || ' new is at most '
            || {{ show_figure("opening + started", "'count'") }}
            || ', which is '
            || {{ show_figure("abs(implied_ended)", "'count'") }}
            || ' fewer.'
        else '. It cannot be less than 0.'
    end as message,
    source_ref
from movements
where ended is null
