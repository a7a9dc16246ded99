-- grain: one row per caseload or share of an April, compared with what the DfE publishes of the day before
{{ config(materialized="view") }}
with
    -- April's caseload, with what is published of the day before
    openings as (
        select
            april.authority_code,
            april.measure_id,
            april.basis,
            april.made,
            april.month,
            april.month_name,
            april.value,
            april.reporting_month,
            april.source_ref,
            april.measure_name,
            april.unit,
            april.extract,
            published.period,
            published.figure,
            started.value as started,
            ended.value as ended,
            april.months_known,
            april.largest_step
        from {{ ref("monthly_values__stepped") }} as april
        inner join
            {{ ref("int_published_figures__known") }} as published
            on april.authority_code = published.area_code
            and april.measure_id = published.measure_id
            and april.month = {{ add_months_to("published.period_month", 1) }}
            and not published.is_year
            and published.statistic in ('count', 'value')
            and published.difference is null
        left join
            {{ ref("measure_relations") }} as stocks
            on april.measure_id = stocks.measure_id
            and stocks.relation = 'stock_flow'
            and stocks.role = 'stock'
        left join
            {{ ref("measure_relations") }} as inflows
            on stocks.relation_id = inflows.relation_id
            and inflows.role = 'inflow'
        left join
            {{ ref("measure_relations") }} as outflows
            on stocks.relation_id = outflows.relation_id
            and outflows.role = 'outflow'
        left join
            {{ ref("monthly_values__stepped") }} as started
            on april.authority_code = started.authority_code
            and april.basis = started.basis
            and april.month = started.month
            and inflows.measure_id = started.measure_id
        left join
            {{ ref("monthly_values__stepped") }} as ended
            on april.authority_code = ended.authority_code
            and april.basis = ended.basis
            and april.month = ended.month
            and outflows.measure_id = ended.measure_id
        where april.financial_month = 1
    )

-- the year's first caseload follows from the published one of the day before and the month's movements
select
    'first_month_follows_from_published' as check_id,
    {{ comparison_id(["'first_month_follows_from_published'", "authority_code", "measure_id", "month", "basis"]) }}
    as comparison_id,
    basis,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    value as observed,
    figure + started - ended as expected,
    abs(value - (figure + started - ended)) <= greatest(
        cast({{ var("published_within_children") }} as double), 0.01 * {{ var("published_within_percent") }} * figure
    ) as is_agreed,
    measure_name
    || ', '
    || month_name
    || ': '
    || made
    || {{ show_figure("value", "unit") }}
    || '. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for '
    || period
    || ', and '
    || {{ show_figure("started", "unit") }}
    || ' new less '
    || {{ show_figure("ended", "unit") }}
    || ' ended in the month make '
    || {{ show_figure("figure + started - ended", "unit") }}
    || '.' as message,
    source_ref
from openings
where started is not null and ended is not null

union all

-- a caseload or share whose movements are not printed is no further from the published one than a month ever was
select
    'first_month_follows_from_published' as check_id,
    {{ comparison_id(["'first_month_follows_from_published'", "authority_code", "measure_id", "month", "basis"]) }}
    as comparison_id,
    basis,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    value as observed,
    figure as expected,
    abs(value - figure) <= largest_step as is_agreed,
    measure_name
    || ', '
    || month_name
    || ': '
    || made
    || {{ show_figure("value", "unit") }}
    || '. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for '
    || period
    || '. No month was ever so far from the month before.' as message,
    source_ref
from openings
where
    (started is null or ended is null)
    and months_known >= {{ var("published_months_known") }}
    and largest_step is not null
