-- grain: one row per comparison of what the council printed with the figures that the DfE published of it
with
    printed_months as (
        select
            kpi.authority_code,
            kpi.measure_id,
            kpi.month,
            months.month_name,
            months.financial_month,
            kpi.value,
            kpi.ytd_value,
            kpi.months_supplied,
            kpi.reporting_month,
            kpi.source_ref,
            measures.measure_name,
            measures.unit,
            measures.kind,
            measures.home_extract as extract,
            case
                when lag(kpi.month) over series = {{ add_months_to("kpi.month", -1) }}
                then abs(kpi.value - lag(kpi.value) over series)
            end as step
        from {{ ref("kpi_monthly") }} as kpi
        inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
        inner join {{ ref("months") }} as months on kpi.month = months.month
        where kpi.basis = 'reported' and kpi.value is not null
        window series as (partition by kpi.authority_code, kpi.measure_id order by kpi.month asc nulls last)
    ),

    -- how large a month ever was, and how far one ever was from the month before
    months_summarised as (
        select
            authority_code, measure_id, count(*) as months_known, max(value) as largest_month, max(step) as largest_step
        from printed_months
        group by authority_code, measure_id
    ),

    years_of_months as (
        select
            printed.authority_code,
            printed.measure_id,
            published.statistic,
            published.is_year,
            published.period,
            published.period_month,
            published.figure,
            published.difference,
            count(*) as months_printed,
            sum(printed.value) as printed_total,
            max(printed.month) as latest_month
        from printed_months as printed
        inner join
            {{ ref("int_published_figures__known") }} as published
            on printed.authority_code = published.area_code
            and printed.measure_id = published.measure_id
            and printed.month <= published.period_month
            and printed.month >= {{ add_months_to("published.period_month", -11) }}
        -- a rate made here from the count would say again what the count says
        where not published.is_made
        group by
            printed.authority_code,
            printed.measure_id,
            published.statistic,
            published.is_year,
            published.period,
            published.period_month,
            published.figure,
            published.difference
    ),

    -- each published year, with the latest of its months that the council printed
    years_compared as (
        select
            latest.authority_code,
            latest.measure_id,
            latest.month,
            latest.month_name,
            latest.value,
            latest.ytd_value,
            latest.months_supplied,
            latest.reporting_month,
            latest.source_ref,
            latest.measure_name,
            latest.unit,
            latest.kind,
            latest.extract,
            years.statistic,
            years.is_year,
            years.period,
            years.period_month,
            years.figure,
            years.difference,
            years.months_printed,
            years.printed_total,
            (year(years.period_month) - year(latest.month)) * 12
            + month(years.period_month)
            - month(latest.month) as months_to_come,
            summary.months_known,
            summary.largest_month,
            -- what the months without a value would have to be, and at least
            0.01 * {{ percentage("years.figure - years.printed_total", "12 - years.months_printed") }} as left_a_month,
            0.01
            * {{
                percentage(
                    "years.figure * (1 - 0.01 * " ~ var("published_within_percent") ~ ") - years.printed_total",
                    "12 - years.months_printed",
                )
            }} as least_left_a_month,
            summary.largest_step,
            -- how far the two may be apart when they are of the same day or year
            case
                when latest.unit = 'percentage'
                then cast({{ var("published_within_points") }} as double)
                else 0.01 * {{ var("published_within_percent") }} * years.figure
            end as allowed
        from years_of_months as years
        inner join
            printed_months as latest
            on years.authority_code = latest.authority_code
            and years.measure_id = latest.measure_id
            and years.latest_month = latest.month
        inner join
            months_summarised as summary
            on years.authority_code = summary.authority_code
            and years.measure_id = summary.measure_id
    ),

    -- April's caseload, with what is published of the day before
    openings as (
        select
            april.authority_code,
            april.measure_id,
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
            summary.months_known,
            summary.largest_step
        from printed_months as april
        inner join
            {{ ref("int_published_figures__known") }} as published
            on april.authority_code = published.area_code
            and april.measure_id = published.measure_id
            and april.month = {{ add_months_to("published.period_month", 1) }}
            and not published.is_year
            and published.statistic in ('count', 'value')
            and published.difference is null
        inner join
            months_summarised as summary
            on april.authority_code = summary.authority_code
            and april.measure_id = summary.measure_id
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
            printed_months as started
            on april.authority_code = started.authority_code
            and april.month = started.month
            and inflows.measure_id = started.measure_id
        left join
            printed_months as ended
            on april.authority_code = ended.authority_code
            and april.month = ended.month
            and outflows.measure_id = ended.measure_id
        where april.financial_month = 1
    )

-- the year's first caseload follows from the published one of the day before and the month's movements
select
    'first_month_follows_from_published' as check_id,
    {{ comparison_id(["'first_month_follows_from_published'", "authority_code", "measure_id", "month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    value as observed,
    figure + started - ended as expected,
    abs(value - (figure + started - ended)) <= 0.01 * {{ var("published_within_percent") }} * figure as is_agreed,
    measure_name
    || ', '
    || month_name
    || ': printed as '
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
    {{ comparison_id(["'first_month_follows_from_published'", "authority_code", "measure_id", "month"]) }}
    as comparison_id,
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
    || ': printed as '
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

union all

-- the months of a whole year add up to the published one; a part of it leaves no more than the other months can be
select
    'year_adds_up_to_published' as check_id,
    {{ comparison_id(["'year_adds_up_to_published'", "authority_code", "measure_id", "period_month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    case when months_printed = 12 or printed_total > figure then printed_total else left_a_month end as observed,
    case when months_printed = 12 or printed_total > figure then figure else largest_month end as expected,
    case
        when months_printed = 12
        then abs(printed_total - figure) <= allowed
        else printed_total <= figure + allowed and least_left_a_month <= largest_month
    end as is_agreed,
    measure_name
    || ', '
    || {{ show_count("months_printed") }}
    || ' months of '
    || period
    || ': printed as '
    || {{ show_figure("printed_total", "unit") }}
    || ' in all. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for the year'
    || case
        when months_printed = 12 or printed_total > figure
        then '.'
        else
            ', which leaves '
            || {{ show_figure("figure - printed_total", "unit") }}
            || ' for the '
            || case
                when months_printed = 11 then 'other month' else cast(12 - months_printed as string) || ' other months'
            end
            || ', '
            || {{ show_mean("left_a_month", "unit") }}
            || ' a month. The largest month printed so far is '
            || {{ show_figure("largest_month", "unit") }}
            || '.'
    end as message,
    source_ref
from years_compared
where
    kind = 'flow'
    and statistic = 'count'
    and is_year
    and difference is null
    and (months_printed = 12 or months_known >= {{ var("published_months_known") }})

union all

-- the caseload or share at the end of the year is the published one, or can still become it
select
    'last_month_leads_to_published' as check_id,
    {{ comparison_id(["'last_month_leads_to_published'", "authority_code", "measure_id", "period_month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    value as observed,
    figure as expected,
    abs(value - figure)
    <= case when months_to_come = 0 then allowed else months_to_come * largest_step end as is_agreed,
    measure_name
    || ', '
    || month_name
    || ': printed as '
    || {{ show_figure("value", "unit") }}
    || '. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for '
    || period
    || case
        when months_to_come = 0
        then '.'
        else
            '. To get there it would have to change by more each month than the most it ever did ('
            || {{ show_mean("largest_step", "unit") }}
            || ').'
    end as message,
    source_ref
from years_compared
where
    statistic in ('count', 'value')
    and not is_year
    and difference is null
    and (months_to_come = 0 or (months_known >= {{ var("published_months_known") }} and largest_step is not null))

union all

-- a share of a whole year's events is the published one
select
    'year_adds_up_to_published' as check_id,
    {{ comparison_id(["'year_adds_up_to_published'", "authority_code", "measure_id", "period_month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    ytd_value as observed,
    figure as expected,
    abs(ytd_value - figure) <= allowed as is_agreed,
    measure_name
    || ', '
    || period
    || ': the months printed make '
    || {{ show_figure("ytd_value", "unit") }}
    || '. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for the year.' as message,
    source_ref
from years_compared
where statistic = 'ytd' and months_to_come = 0 and months_supplied = 12 and difference is null

union all

-- the rate that is published is the one that the printed count and the population make
select
    'rate_agrees_with_published' as check_id,
    {{
        comparison_id(
            ["'rate_agrees_with_published'", "compared.authority_code", "compared.measure_id", "compared.month"]
        )
    }} as comparison_id,
    compared.authority_code,
    compared.extract,
    compared.reporting_month,
    compared.month,
    compared.measure_id,
    rates.rate_per_10000 as observed,
    compared.figure as expected,
    abs(rates.rate_per_10000 - compared.figure) <= compared.allowed + {{ var("published_rate_rounding") }} as is_agreed,
    compared.measure_name
    || ', '
    || compared.month_name
    || ': '
    || {{ show_mean("rates.rate_per_10000", "'count'") }}
    || ' per 10,000 of '
    || {{ show_count("rates.population") }}
    || ' residents aged 0 to 17 at mid-'
    || cast(rates.mid_year as string)
    || '. The DfE publishes a rate of '
    || {{ show_mean("compared.figure", "'count'") }}
    || ' for '
    || compared.period
    || ', with the population of the year before.' as message,
    compared.source_ref
from years_compared as compared
inner join
    {{ ref("mart_rates") }} as rates
    on compared.authority_code = rates.authority_code
    and compared.measure_id = rates.measure_id
    and compared.month = rates.month
    and rates.basis = 'reported'
where
    compared.statistic = 'rate_per_10000'
    and compared.months_to_come = 0
    and compared.difference is null
    and rates.rate_per_10000 is not null

union all

-- what shares a name and not a definition is said once, of the latest year
select
    'name_is_that_of_the_published_definition' as check_id,
    {{ comparison_id(["'name_is_that_of_the_published_definition'", "authority_code", "measure_id"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    value as observed,
    figure as expected,
    abs(value - figure) <= allowed as is_agreed,
    measure_name
    || ', '
    || month_name
    || ': printed as '
    || {{ show_figure("value", "unit") }}
    || '. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for '
    || period
    || '. They share a name, but '
    || difference
    || '. Do not compare them.' as message,
    source_ref
from years_compared
where difference is not null and statistic = 'count'
qualify row_number() over (partition by authority_code, measure_id order by period_month desc nulls last) = 1
